/**
 * The users of a cache whose passwords one rotation function rotates, those with IAM logins that it
 * only checks, and the text that lists them in its environment.
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

/** Users per cache: ElastiCache takes 100 per user group, and one is the default user. */
export const USERS_MAX = 99;

/** A user that logs in by tokens of IAM: it has no password, and is only checked. */
export interface IamUser {
  /** The name that the app gives. Clients log in with the id. */
  readonly name: string;
  /** The id in ElastiCache, which is also the name there. */
  readonly userId: string;
}

export interface RotatedUser {
  /** The name with which clients log in. */
  readonly name: string;
  /** The id in ElastiCache. */
  readonly userId: string;
  /** The name of its credentials secret with the suffix that Secrets Manager appends to ARNs. */
  readonly secretName: string;
  /** The database of its connection string, 0 or more. */
  readonly database: number;
}

/** Users of a cache, with passwords and with IAM logins. */
export interface UsersOfCache {
  readonly rotated: readonly RotatedUser[];
  readonly iam: readonly IamUser[];
}

/**
 * `<name>=<id>=<secret name>` per user with a password and `<name>=<end of id>` per user with an
 * IAM login, joined by `,`. After the name, `/<database>` unless it is 0. Of an id that begins with
 * the name, only the rest from the hyphen on: the ids of 99 users take too much room.
 */
export function printUsers({ rotated, iam }: UsersOfCache): string {
  return [
    ...rotated.map(({ name, userId, secretName, database }) => {
      return `${name}${database === 0 ? '' : `/${database}`}=${userId}=${secretName}`;
    }),
    ...iam.map(({ name, userId }) => {
      const isShort = userId.startsWith(`${name}-`);
      return `${name}=${isShort ? userId.slice(name.length) : userId}`;
    }),
  ].join(',');
}

/**
 * Reads what `printUsers` prints.
 *
 * @throws Error that says which entry is wrong and what it must be.
 */
export function parseUsers(text: string): UsersOfCache {
  const users = text.split(',').map(parseUser);
  const rotated = users.filter((user) => 'secretName' in user);
  checkCount(rotated, PASSWORD_USERS_MAX, 'users with secrets');
  checkCount(users, USERS_MAX, 'users');
  checkOnce(
    'name',
    users.map(({ name }) => name),
  );
  checkOnce(
    'userId',
    users.map(({ userId }) => userId),
  );
  checkOnce(
    'secretName',
    rotated.map(({ secretName }) => secretName),
  );
  return { rotated, iam: users.filter((user) => !('secretName' in user)) };
}

function checkCount({ length }: readonly unknown[], max: number, what: string): void {
  if (length > max) throw new Error(`it must list at most ${max} ${what}, got ${length}`);
}

function checkOnce(key: string, seen: readonly string[]): void {
  const twice = seen.find((value, index) => seen.indexOf(value) !== index);
  if (twice === undefined) return;
  throw new Error(`each ${key} must be listed once, got ${twice} twice`);
}

function parseUser(entry: string, index: number): IamUser | RotatedUser {
  // The name of a secret may contain `=`, too.
  const [first = '', id = '', ...rest] = entry.split('=');
  const [name = '', number] = first.split(/\/(?=[1-9]\d*$)/);
  const userId = id.startsWith('-') ? name + id : id;
  if (isName(name, USER_NAME_LENGTH.max) && isName(userId, USER_ID_LENGTH.max)) {
    if (rest.length === 0 && number === undefined) return { name, userId };
    const secretName = rest.join('=');
    if (SECRET_NAME.test(secretName)) {
      return { name, userId, secretName, database: Number(number ?? 0) };
    }
  }
  throw new Error(
    `entry ${index + 1} must be <name>=<id>=<name of a secret>, or <name>=<id> without a ` +
      `password, name and id with a-z, 0-9 and hyphens, of at most ${USER_NAME_LENGTH.max} and ` +
      `${USER_ID_LENGTH.max} characters`,
  );
}

function isName(text: string, lengthMax: number): boolean {
  return NAME.test(text) && text.length <= lengthMax;
}
