/**
 * What a deploy gives each user of a cache: its rights, how it logs in, and its user group. The
 * construct writes it, and the rotation function compares it with what ElastiCache has.
 *
 * Not secret. It is in Secrets Manager because the function reaches nothing else without internet.
 */

import type { AclEngine } from './acl-commands';

/** Secrets Manager takes 65,536 bytes. */
export const DEPLOYED_ACCESS_BYTES_MAX = 65_536;

export interface DeployedUser {
  /** The name that the app gives; `default` for the user of logins without a name. */
  readonly name: string;
  /** The id in ElastiCache. */
  readonly id: string;
  /** An access string of ElastiCache. */
  readonly access: string;
  readonly login: 'password' | 'iam';
  /** What the user may do, in plain words. */
  readonly role: string;
}

export interface DeployedAccess {
  readonly engine: AclEngine;
  /** The id of the user group. */
  readonly group: string;
  /** Every member of the group. */
  readonly users: readonly DeployedUser[];
}

/**
 * Reads the JSON text of a `DeployedAccess`.
 *
 * @throws Error that names the part that is not as a deploy writes it.
 */
export function parseDeployedAccess(text: string): DeployedAccess {
  const { engine, group, users } = objectOf(parsed(text), 'it');
  const named = objectOf(engine, 'engine');
  if (!Array.isArray(users) || users.length === 0) throw new Error('users must be a list of users');
  return {
    engine: { name: textOf(named, 'name', 'engine'), version: textOf(named, 'version', 'engine') },
    group: textOf({ group }, 'group', 'it').toLowerCase(),
    users: users.map((each, index) => userOf(each, `users[${index}]`)),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it must be JSON');
  }
}

function userOf(given: unknown, place: string): DeployedUser {
  const user = objectOf(given, place);
  const { login } = user;
  if (login !== 'password' && login !== 'iam') {
    throw new Error(`${place}.login must be password or iam`);
  }
  const text = (key: string) => textOf(user, key, place);
  return {
    name: text('name'),
    id: text('id').toLowerCase(),
    access: text('access'),
    login,
    role: text('role'),
  };
}

function objectOf(given: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return given as Readonly<Record<string, unknown>>;
  }
  throw new Error(`${place} must be an object`);
}

function textOf(of: Readonly<Record<string, unknown>>, key: string, place: string): string {
  const value = of[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${place}.${key} must be a text`);
}
