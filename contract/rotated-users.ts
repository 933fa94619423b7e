/**
 * The users of a cache whose passwords one rotation function rotates, and the text that lists them
 * in its environment.
 *
 * Not secret: names, ids and names of secrets.
 */

import type { Limit } from './bounds';

/** Characters of the name of a user that a password is rotated for. */
export const USER_NAME_LENGTH: Limit = { min: 1, max: 20 };

/** Characters of the id of a user. ElastiCache's own limit for ids of replication groups. */
export const USER_ID_LENGTH: Limit = { min: 1, max: 40 };

/**
 * Users with passwords per cache: a template takes 60 dynamic references, and all environment
 * variables of a Lambda function together take 4 KB.
 */
export const PASSWORD_USERS_MAX = 40;

/** Names and ids of users: letters in lower case, digits and hyphens, as ElastiCache's ids. */
const NAME = /^[a-z][a-z0-9-]*$/;

/** Names of secrets in Secrets Manager. */
const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]+$/;

export interface RotatedUser {
  /** The name with which clients log in. */
  readonly name: string;
  /** The id in ElastiCache. */
  readonly userId: string;
  /** The name of its credentials secret with the suffix that Secrets Manager appends to ARNs. */
  readonly secretName: string;
}

/** `<name>=<id>=<secret name>` per user, joined by `,`. */
export function printUsers(users: readonly RotatedUser[]): string {
  return users.map(({ name, userId, secretName }) => `${name}=${userId}=${secretName}`).join(',');
}

/**
 * Reads what `printUsers` prints.
 *
 * @throws Error that says which entry is wrong and what it must be.
 */
export function parseUsers(text: string): readonly RotatedUser[] {
  const users = text.split(',').map(parseUser);
  if (users.length > PASSWORD_USERS_MAX) {
    throw new Error(`it must list at most ${PASSWORD_USERS_MAX} users, got ${users.length}`);
  }
  for (const key of ['name', 'userId', 'secretName'] as const) {
    const seen = users.map((user) => user[key]);
    const twice = seen.find((value, index) => seen.indexOf(value) !== index);
    if (twice !== undefined) throw new Error(`each ${key} must be listed once, got ${twice} twice`);
  }
  return users;
}

function parseUser(entry: string, index: number): RotatedUser {
  // The name of a secret may contain `=`, too.
  const [name = '', userId = '', ...rest] = entry.split('=');
  const secretName = rest.join('=');
  const isValid =
    isWithin(USER_NAME_LENGTH, name) &&
    isWithin(USER_ID_LENGTH, userId) &&
    SECRET_NAME.test(secretName);
  if (isValid) return { name, userId, secretName };
  throw new Error(
    `entry ${index + 1} must be <name>=<id>=<name of a secret>, name and id with ` +
      `a-z, 0-9 and hyphens, of at most ${USER_NAME_LENGTH.max} and ${USER_ID_LENGTH.max} ` +
      'characters',
  );
}

function isWithin({ min, max }: Limit, text: string): boolean {
  return NAME.test(text) && text.length >= min && text.length <= max;
}
