/** Checks the users of a cache: number, names and roles, and whether the engine has users. */

import { PASSWORD_USERS_MAX } from '../../contract/rotated-users';
import { isAtLeast } from '../settings/elasticache/engine-versions';
import type { Engine } from '../settings/engine';
import type { Topology } from '../settings/topology';
import type { Problems } from '../validation/setting-error';
import type { Access } from './access';
import { noRole, type Role } from './role';
import { DEFAULT_USER } from './user-ids';
import { isUserName, USER_NAME_RULE } from './user-name';

/** The settings on which users depend. */
interface WithAccess {
  readonly access: Access;
  readonly engine: Engine;
  readonly topology: Topology;
  readonly blockedCommands: readonly string[];
}

/**
 * The oldest versions with users.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
 */
const ENGINES_MIN: Readonly<Record<Engine['name'], string>> = { redis: '6.0', valkey: '7.2' };

/** Adds a problem per user, name or setting that does not fit. */
export function checkAccess(problems: Problems, cache: WithAccess): void {
  const { access, engine, topology, blockedCommands } = cache;
  const { users } = access;
  if (users === undefined) return;
  if (!isAtLeast(engine.version, ENGINES_MIN[engine.name])) {
    const allowed = 'an engine with users: Redis OSS 6.0 or newer, or Valkey 7.2 or newer';
    problems.add('engine', engine.id, allowed, 'take a newer engine, or leave `access` out');
  }
  if (blockedCommands.length > 0) {
    problems.add(
      'blockedCommands',
      blockedCommands.join(', '),
      'nothing beside users: AWS refuses a role that names a blocked command',
      'remove it: a role permits only the commands that its user needs',
    );
  }
  const names = Object.keys(users);
  checkCount(problems, names);
  for (const name of names) checkName(problems, name, names);
  for (const [name, role] of Object.entries(users)) {
    const context = { name, engine, shared: names.length > 1, isSharded: topology.isSharded };
    problems.sentences.push(...(isRole(role) ? role.problems(context) : [noRole(name, role)]));
  }
}

/** By its methods: it may be of another copy of this package. */
function isRole(value: unknown): value is Role {
  if (typeof value !== 'object' || value === null) return false;
  return ['accessString', 'problems'].every(
    (name) => typeof Reflect.get(value, name) === 'function',
  );
}

function checkCount(problems: Problems, { length }: readonly string[]): void {
  if (length >= 1 && length <= PASSWORD_USERS_MAX) return;
  const why =
    length === 0
      ? 'the default user is off, so nobody could log in'
      : 'a template takes 60 dynamic references, and each user needs one';
  const advice =
    length === 0
      ? 'add a user, or leave `access` out'
      : 'let applications with the same rights share a user, or make another cache';
  problems.add('access.users', length, `1 to ${PASSWORD_USERS_MAX} users: ${why}`, advice);
}

function checkName(problems: Problems, name: string, names: readonly string[]): void {
  const lower = name.toLowerCase();
  const setting = `access.users.${name}`;
  if (lower === DEFAULT_USER) {
    const allowed = `another name than "${DEFAULT_USER}": a login without a user name means it`;
    problems.add(setting, name, `${allowed}, and it is off`, 'name the user after its application');
    return;
  }
  if (isUserName(name)) return;
  const same = names.filter((other) => other !== name && other.toLowerCase() === lower);
  const why =
    same.length > 0 ? `: AWS lower-cases it, and ${same.join(', ')} would be the same` : '';
  const advice = isUserName(lower) && same.length === 0 ? `use "${lower}"` : 'choose another name';
  problems.add(setting, name, `${USER_NAME_RULE}${why}`, advice);
}
