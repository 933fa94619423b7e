/** Checks the users of a cache: number, names and roles, and whether the engine has users. */

import { hasIamLogins } from '../../contract/acl-commands';
import { databaseOf } from '../../contract/connection-url';
import { isAtLeast } from '../../contract/is-at-least';
import { PASSWORD_USERS_MAX, USERS_MAX } from '../../contract/rotated-users';
import type { Engine } from '../settings/engine';
import { databasesOf as databasesOfCache, type ParameterValues } from '../settings/parameters';
import type { Topology } from '../settings/topology';
import { mustBe } from '../validation/must-be';
import type { Problems } from '../validation/setting-error';
import type { Access, UsersByName } from './access';
import { aclMessages } from './acl-problem';
import { type AclScope, parseAccessString } from './acl-rules';
import { noRole, type Role, type RoleLogin } from './role';
import { DEFAULT_USER, entryLengthMax } from './user-ids';
import { isUserName, USER_NAME_RULE } from './user-name';

/** The settings on which users depend. */
interface WithAccess {
  readonly parameters: ParameterValues;
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
  const isCounted = checkCount(problems, users);
  checkIamEngine(problems, users, engine);
  for (const name of names) checkName(problems, name, names);
  const isSharded = topology.isSharded;
  const count = databasesOfCache(cache);
  const read = Object.entries(users).map(([name, role]) => readRole(name, role, engine));
  if (isCounted) checkLength(problems, read);
  for (const { name, role, databases, problem } of read) {
    if (problem !== undefined) problems.sentences.push(...problem);
    if (role === undefined) continue;
    const others = read.filter((each) => each.name !== name);
    const isApart = others.every((other) => areApart(databases, other.databases));
    const context = { name, engine, shared: others.length > 0, isApart, isSharded };
    problems.sentences.push(...role.problems(context));
    problems.sentences.push(...beyond(name, databases, count, isSharded));
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

/**
 * The databases that an access string allows; `undefined` for all. Of a role that has been checked.
 */
export function allowedDatabases(accessString: string, engine: Engine) {
  const { root, selectors } = parseAccessString(accessString, engine);
  return databasesOf([root, ...selectors])?.map(Number);
}

function beyond(
  name: string,
  databases: readonly string[] = [],
  count: number,
  isSharded: boolean,
): readonly string[] {
  const given = databases.filter((each) => Number(each) >= count);
  if (given.length === 0) return [];
  const parameter = isSharded ? 'cluster-databases' : 'databases';
  return [
    mustBe({
      subject: `user ${name}: \`databases\``,
      allowed: `${count === 1 ? '0' : `from 0 to ${count - 1}`}: the cache has no others`,
      given: given.join(', '),
      advice: `change it, or set the parameter \`${parameter}\``,
    }),
  ];
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

/** How a user logs in, also of a role of an older copy of this package, which has no IAM. */
export function loginOf(role: unknown): RoleLogin {
  const isIam = typeof role === 'object' && role !== null && Reflect.get(role, 'login') === 'iam';
  return isIam ? 'iam' : 'password';
}

/** The names of the users with a kind of login. */
export function namesWith(login: RoleLogin, users: UsersByName): readonly string[] {
  return Object.keys(users).filter((name) => loginOf(users[name]) === login);
}

const SHARE = 'let applications with the same rights share a user, or make another cache';

/** Whether the number of users is legal. */
function checkCount(problems: Problems, users: UsersByName): boolean {
  const { length: all } = Object.keys(users);
  const { length: withPasswords } = namesWith('password', users);
  const add = (given: number, allowed: string, advice: string) =>
    problems.add('access.users', given, allowed, advice);
  if (all === 0) {
    const why = 'the default user is off, so nobody could log in';
    add(all, `1 to ${USERS_MAX} users: ${why}`, 'add a user, or leave `access` out');
  } else if (all > USERS_MAX) {
    add(all, `1 to ${USERS_MAX} users: AWS takes 100, and one is the default user`, SHARE);
  } else if (withPasswords > PASSWORD_USERS_MAX) {
    const why = 'a template takes 60 dynamic references, and each of them needs one';
    const allowed = `at most ${PASSWORD_USERS_MAX} users with passwords: ${why}`;
    add(withPasswords, allowed, `let some log in by IAM (docs/roles.md), ${SHARE}`);
  } else {
    return true;
  }
  return false;
}

/**
 * Characters of the list of users in the environment of the rotation function: Lambda takes 4 KB
 * for all variables.
 */
const LIST_LENGTH_MAX = 3_750;

function checkLength(problems: Problems, read: readonly ReadRole[]): void {
  const lengths = read.map(({ name, role, databases }) => {
    return entryLengthMax(name, loginOf(role), databaseOf(databases?.map(Number)));
  });
  const length = lengths.reduce((sum, each) => sum + each, 0);
  if (length <= LIST_LENGTH_MAX) return;
  const allowed =
    `a list of at most ${LIST_LENGTH_MAX} characters with ids and names of secrets: the ` +
    'environment of the rotation function, which takes 4 KB, holds it';
  problems.add('access.users', `${length} characters`, allowed, `shorten names, or ${SHARE}`);
}

function checkIamEngine(problems: Problems, users: UsersByName, engine: Engine): void {
  const names = namesWith('iam', users);
  if (names.length === 0 || hasIamLogins(engine)) return;
  const allowed = 'an engine with logins by IAM: Redis OSS 7.0 or newer, or Valkey 7.2 or newer';
  const advice = `take such an engine, or give a password to ${names.join(', ')}`;
  problems.add('engine', engine.id, allowed, advice);
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
