/** Checks the users of a cache: number, names and roles, and whether the engine has users. */

import { PASSWORD_USERS_MAX } from '../../contract/rotated-users';
import { isAtLeast } from '../settings/elasticache/engine-versions';
import type { Engine } from '../settings/engine';
import type { Topology } from '../settings/topology';
import type { Problems } from '../validation/setting-error';
import type { Access } from './access';
import { aclMessages } from './acl-problem';
import { type AclScope, parseAccessString } from './acl-rules';
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
  const isSharded = topology.isSharded;
  const read = Object.entries(users).map(([name, role]) => readRole(name, role, engine));
  for (const { name, role, databases, problem } of read) {
    if (problem !== undefined) problems.sentences.push(...problem);
    if (role === undefined) continue;
    const others = read.filter((each) => each.name !== name);
    const isApart = others.every((other) => areApart(databases, other.databases));
    const context = { name, engine, shared: others.length > 0, isApart, isSharded };
    problems.sentences.push(...role.problems(context));
  }
}

interface ReadRole {
  readonly name: string;
  /** Absent if it is no role that can be asked. */
  readonly role?: Role;
  /** Numbers of the databases that its access string names; `undefined` for all. */
  readonly databases: readonly string[] | undefined;
  readonly problem?: readonly string[];
}

/** Reads the access string: a role may be of another copy of this package, or look like one. */
function readRole(name: string, role: unknown, engine: Engine): ReadRole {
  const none = { name, databases: [], problem: [noRole(name, role)] };
  if (!isRole(role)) return none;
  const own = asked(() => role.problems({ name, engine, shared: false }));
  if (!Array.isArray(own)) return none;
  if (own.length > 0) return { name, role, databases: [] };
  const text = asked(() => role.accessString(engine));
  if (typeof text !== 'string') return none;
  const { root, selectors, problems } = parseAccessString(text, engine);
  const problem = aclMessages(`user ${name}: its access string`, problems);
  if (problem.length > 0) return { name, databases: [], problem };
  return { name, role, databases: databasesOf([root, ...selectors]) };
}

/** What a function returns; nothing if it throws. */
function asked(ask: () => unknown): unknown {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

function databasesOf(scopes: readonly AclScope[]): readonly string[] | undefined {
  const lists = scopes.map(
    ({ rules }) => rules.filter(({ kind }) => kind === 'databases').at(-1)?.text,
  );
  if (lists.some((each) => each === undefined || each === 'alldbs')) return undefined;
  return lists.flatMap(
    (each) => each?.match(/\d+/g)?.map((digits) => String(BigInt(digits))) ?? [],
  );
}

/** Whether two users have no database in common. */
function areApart(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): boolean {
  if (one === undefined || other === undefined)
    return [one, other].some((each) => each?.length === 0);
  return !one.some((each) => other.includes(each));
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
