/** The errors of a cache with users that is asked for its own login, or for a user it lacks. */

import { nearest } from '../../contract/nearest';
import type { RoleLogin } from '../access/role';
import { mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';
import { shown } from '../validation/shown';

/** A cache with users. */
interface WithUsers {
  readonly path: string;
  readonly names: readonly string[];
}

/** The login of the cache itself, which a cache with users has not. */
export function askUser({ path, names }: WithUsers): SettingError {
  return new SettingError(
    mustBe({
      subject: `${path}: the login`,
      allowed: `that of a user: this cache has ${names.join(', ')}`,
      given: 'that of the cache itself',
      advice: `use for example \`cache.user("${names[0]}")\` in its place`,
    }),
  );
}

/** @param setting Where the users of the cache are set. */
export function unknownUser(
  { path, names }: WithUsers,
  name: unknown,
  setting: string,
): SettingError {
  const near = typeof name === 'string' ? nearest(name, names) : undefined;
  return new SettingError(
    mustBe({
      subject: `${path}: \`user\``,
      allowed: `one of ${names.join(', ')}`,
      given: shown(name),
      advice: near ? `use "${near}"` : `add it to \`${setting}\`, or use one of them`,
    }),
  );
}

/** A user with the other kind of login than one that it is asked for. */
export function otherLogin(path: string, asked: string, login: RoleLogin): SettingError {
  const [kinds, advice] =
    login === 'iam'
      ? [
          ['a password', 'an IAM login, which has neither password nor secret'],
          'Use `grantConnect(role)`, `delivery.environment()` and ' +
            '`connectionString({ client })`, or remove `.iam()` from its role',
        ]
      : [['an IAM login', 'a password'], 'Use `grantRead(role)`, or add `.iam()` to its role'];
  return new SettingError(
    `${path}: ${asked} must be asked of a user with ${kinds[0]}, got one with ${kinds[1]}. ` +
      `${advice}.`,
  );
}

/** @param how How the cache would have users. */
export function withoutUsers(path: string, how: string): SettingError {
  return new SettingError(
    `${path}: \`user\` must be asked of a cache with users, got one with a password. ${how}, or ` +
      'use the cache itself.',
  );
}
