/**
 * Model of ElastiCache's users and their user group, applied to the real nodes of a cache.
 *
 * As with the group's password, a change is asynchronous and reaches node after node. The list of
 * passwords of a user is replaced as a whole.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
 */

import { randomBytes } from 'node:crypto';
import { rulesForServer } from '../../cli/server/withheld-commands';
import type { Password } from '../../contract/password';
import { SecretText } from '../../contract/secret-text';
import type { RedisNode } from '../redis/redis-node';
import { aclRulesOf } from './access-string';
import { AwsError } from './secrets-manager-store';

export interface CacheUser {
  readonly id: string;
  readonly name: string;
  readonly engine: string;
  readonly accessString: string;
  readonly login: 'password' | 'iam';
  /** One or two, in the order in which they were sent; none of a user that logs in by IAM. */
  readonly passwords: readonly SecretText[];
}

export interface UserChange {
  readonly accessString?: string;
  readonly login?: CacheUser['login'];
  /** Legal ones, by `userPassword`. */
  readonly passwords?: readonly SecretText[];
}

export interface UserGroupOptions {
  readonly id: string;
  readonly engine: string;
  readonly users: readonly CacheUser[];
  /** Applies a change to node after node, as ElastiCache does. */
  readonly rollOut: (change: (node: RedisNode) => Promise<void>) => Promise<void>;
}

/** Users per user group. */
const MEMBERS_MAX = 100;
const PASSWORDS_MAX = 2;
/** 16 to 128 printable characters; not `,`, `"`, `/` and `@`. */
const LEGAL_PASSWORD = /^(?:(?![,"/@])[!-~]){16,128}$/;
const LEGAL_ID = /^[a-z][a-z0-9-]{0,39}$/i;
const DEFAULT_USER = 'default';
const PROXY_PASSWORD_BYTES = 32;

export class UserGroup {
  readonly id: string;
  readonly engine: string;
  /** Whether the cache lets its members in: otherwise changes do not reach the nodes. */
  isAttached = true;
  /** Whether statuses read `active` during a change, as they can right after the request. */
  showsActive = false;
  /** Passwords on the nodes of users that log in by IAM: only the proxies know them. */
  readonly ofProxies = new Map<string, SecretText>();
  readonly #rollOut: UserGroupOptions['rollOut'];
  /** Every user of the account by its id, member or not. */
  readonly #users: Map<string, CacheUser>;
  #members: readonly string[];
  #change: { readonly users: readonly string[]; readonly done: Promise<void> } | undefined;

  /** @throws AwsError as CreateUser and CreateUserGroup do. */
  constructor({ id, engine, users, rollOut }: UserGroupOptions) {
    this.id = id;
    this.engine = engine;
    this.#rollOut = rollOut;
    this.#users = new Map(users.map((user) => [user.id, legalUser(user)]));
    this.#members = legalMembers(users, engine);
    for (const user of users) this.#knowToProxies(user);
  }

  #knowToProxies({ name, login }: CacheUser): void {
    if (login !== 'iam') this.ofProxies.delete(name);
    else if (!this.ofProxies.has(name)) {
      this.ofProxies.set(name, SecretText.of(randomBytes(PROXY_PASSWORD_BYTES).toString('hex')));
    }
  }

  async #setUser(node: RedisNode, user: CacheUser): Promise<void> {
    const rules = rulesForServer(aclRulesOf(user.accessString));
    const ofProxies = this.ofProxies.get(user.name);
    await node.setUser(user.name, rules, ofProxies ? [ofProxies] : user.passwords);
  }

  /** Every user of the account, in the order of creation. */
  get users(): readonly CacheUser[] {
    return Array.from(this.#users.values());
  }

  get members(): readonly CacheUser[] {
    return this.#members.map((id) => this.user(id));
  }

  get isModifying(): boolean {
    return this.#change !== undefined;
  }

  get status(): 'active' | 'modifying' {
    return this.isModifying && !this.showsActive ? 'modifying' : 'active';
  }

  statusOf(userId: string): 'active' | 'modifying' {
    return this.#change?.users.includes(userId) && !this.showsActive ? 'modifying' : 'active';
  }

  /** @throws AwsError `UserNotFound`. */
  user(id: string): CacheUser {
    const user = this.#users.get(id.toLowerCase());
    if (user === undefined) throw new AwsError('UserNotFound', `User ${id} not found.`);
    return user;
  }

  /** Adds a user to the account, without membership. @throws AwsError as CreateUser does. */
  createUser(user: CacheUser): void {
    this.#users.set(user.id, legalUser(user));
    this.#knowToProxies(user);
  }

  /** Waits until no change is running. */
  async settled(): Promise<void> {
    await this.#change?.done;
  }

  /** Starts a change of a user. @throws AwsError as ModifyUser does. */
  modifyUser(userId: string, change: UserChange): void {
    const user = this.user(userId);
    const changed = legalUser({
      ...user,
      accessString: change.accessString ?? user.accessString,
      login: change.login ?? user.login,
      passwords: change.login === 'iam' ? [] : (change.passwords ?? user.passwords),
    });
    const isMember = this.#members.includes(user.id);
    if (this.#change?.users.includes(user.id)) {
      throw new AwsError('InvalidUserState', `User ${user.id} is not in active state.`);
    }
    if (isMember) this.#mustBeActive();
    this.#users.set(user.id, changed);
    this.#knowToProxies(changed);
    if (isMember) this.#begin([user.id], (node) => this.#setUser(node, changed));
  }

  /** Starts a change of the members. @throws AwsError as ModifyUserGroup does. */
  modifyMembers(added: readonly string[], removed: readonly string[]): void {
    this.#mustBeActive();
    const [joining, leaving] = [added, removed].map((ids) => ids.map((id) => this.user(id)));
    const isLeaving = ({ id }: CacheUser) => leaving?.some((user) => user.id === id);
    const kept = this.members.filter((user) => !isLeaving(user));
    this.#members = legalMembers([...kept, ...(joining ?? [])], this.engine);
    this.#begin(added, async (node) => {
      // A new `default` user takes the place of the old one.
      for (const { name } of leaving ?? []) if (name !== DEFAULT_USER) await node.deleteUser(name);
      for (const user of joining ?? []) await this.#setUser(node, user);
    });
  }

  /** Gives a new node every member. */
  async equip(node: RedisNode): Promise<void> {
    for (const user of this.members) await this.#setUser(node, user);
  }

  /** Takes every member from a node, which then accepts these passwords alone. */
  async remove(node: RedisNode, passwords: readonly Password[]): Promise<void> {
    await node.resetDefault(passwords);
    for (const { name } of this.members) if (name !== DEFAULT_USER) await node.deleteUser(name);
  }

  #mustBeActive(): void {
    if (!this.isModifying) return;
    throw new AwsError('InvalidUserGroupState', `User group ${this.id} is not in active state.`);
  }

  #begin(users: readonly string[], change: (node: RedisNode) => Promise<void>): void {
    // A stopped node applies no change; the other nodes keep theirs.
    const done = this.#rollOut(this.isAttached ? change : async () => undefined)
      .catch(() => undefined)
      .then(() => {
        this.#change = undefined;
      });
    this.#change = { users, done };
  }
}

function legalUser(user: CacheUser): CacheUser {
  const { id, name, login, accessString, passwords } = user;
  if (!LEGAL_ID.test(id)) throw new AwsError('InvalidParameterValue', `Invalid user id ${id}.`);
  aclRulesOf(accessString);
  if (login === 'iam') {
    if (id !== name) {
      const message = 'User Id and User name must be same for authentication type: iam';
      throw new AwsError('InvalidParameterCombination', message);
    }
    if (passwords.length === 0) return user;
    const message = 'Password field is not allowed with authentication type: iam';
    throw new AwsError('InvalidParameterCombination', message);
  }
  if (passwords.length === 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Password(s) must be provided for the authentication type password.',
    );
  }
  if (passwords.length > PASSWORDS_MAX) {
    throw new AwsError('InvalidParameterValue', 'A user can have at most 2 passwords.');
  }
  return user;
}

/** A legal password of a user. @throws AwsError without the reason, as AWS does. */
export function userPassword(password: string): SecretText {
  if (LEGAL_PASSWORD.test(password)) return SecretText.of(password);
  throw new AwsError('InvalidParameterValue', 'Invalid password provided.');
}

function legalMembers(users: readonly CacheUser[], engine: string): readonly string[] {
  const names = users.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new AwsError('DuplicateUserName', `User with username ${twice} already exists.`);
  }
  if (!names.includes(DEFAULT_USER)) {
    throw new AwsError('DefaultUserRequired', 'User group needs to contain a default user.');
  }
  if (users.length > MEMBERS_MAX) {
    throw new AwsError('UserGroupQuotaExceeded', 'A user group can have at most 100 users.');
  }
  const other = users.find((user) => engine === 'redis' && user.engine !== engine);
  if (other !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      `User ${other.id} of engine ${other.engine} cannot be in a user group of engine ${engine}.`,
    );
  }
  return users.map(({ id }) => id);
}
