/**
 * Model of an ElastiCache replication group on real nodes.
 *
 * A password change is asynchronous and reaches node after node, as in AWS: the status and the
 * passwords that a node accepts can differ.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Password } from '../../contract/password';
import type { Endpoint } from '../redis/endpoint';
import type { Shard } from '../redis/redis-cluster';
import type { RedisNode } from '../redis/redis-node';
import { AwsError } from './secrets-manager-store';
import type { UserGroup } from './user-group';

export type Strategy = 'ROTATE' | 'SET';

/** A running change: of the password, or between one password and users. */
type Change = Strategy | 'DELETE';

export interface CacheGroupTiming {
  /** Milliseconds until a change begins to be applied. */
  readonly delayMs: number;
  /** Milliseconds between two nodes. */
  readonly perNodeMs: number;
}

export interface CacheGroupOptions {
  readonly id: string;
  /** The shards; one if the group is not sharded. */
  readonly shards: readonly Shard[];
  readonly isSharded: boolean;
  /** The password that the group was created with; absent if it has users. */
  readonly password?: Password;
  /** Its users; absent if it has a password. */
  readonly users?: UserGroup;
  readonly timing: CacheGroupTiming;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
  /** Called after each node has applied a change. */
  readonly onApplied: () => Promise<void>;
}

export class CacheGroup {
  readonly id: string;
  #users: UserGroup | undefined;
  /** A user group of the account that no cache has yet. */
  unattached: UserGroup | undefined;
  /** Changed by `replace` alone. */
  shards: readonly Shard[];
  readonly isSharded: boolean;
  /** The primary endpoint, if it is movable. */
  primaryEndpoint: Endpoint | undefined;
  /** Nodes that apply no change until `catchUp`, whatever the status says. */
  readonly lagging = new Set<RedisNode>();
  /**
   * Whether the status reads `available` during a password change, as it can right after the
   * request. `PendingModifiedValues` shows the change anyway.
   */
  showsAvailable = false;
  /** Nodes that ElastiCache lists without an address yet. */
  readonly withoutAddress = new Set<RedisNode>();
  readonly #timing: CacheGroupTiming;
  readonly #onApplied: () => Promise<void>;
  readonly #now: () => number;
  /** When the passwords were changed last, in milliseconds since 1970. */
  #authChangedMs: number;
  /** The passwords in force, the oldest first; at most two. */
  #passwords: readonly Password[];
  #change: { readonly strategy: Change; readonly done: Promise<void> } | undefined;

  constructor({ password, users, timing, now, onApplied, ...group }: CacheGroupOptions) {
    const { id, shards, isSharded } = group;
    this.#users = users;
    this.#now = now;
    this.#authChangedMs = now();
    this.id = id;
    this.shards = shards;
    this.isSharded = isSharded;
    this.#passwords = password === undefined ? [] : [password];
    this.#timing = timing;
    this.#onApplied = onApplied;
  }

  get users(): UserGroup | undefined {
    return this.#users;
  }

  get nodes(): readonly RedisNode[] {
    return this.shards.flat();
  }

  /** The passwords of a newly started node, the oldest first. */
  get passwords(): readonly Password[] {
    return this.#passwords;
  }

  /** Replaces a node by a new one. */
  replace(old: RedisNode, fresh: RedisNode): void {
    this.shards = this.shards.map((shard) => shard.map((node) => (node === old ? fresh : node)));
  }

  /** Swaps the roles of a primary and its replica. */
  promote(replica: RedisNode): void {
    this.shards = this.shards.map((shard) =>
      shard.includes(replica) ? [replica, ...shard.filter((node) => node !== replica)] : shard,
    );
  }

  /** Lets a lagging node apply its missing change. */
  async catchUp(node: RedisNode): Promise<void> {
    this.lagging.delete(node);
    if (this.users) await this.users.equip(node);
    else await node.setPasswords(this.#passwords);
    await this.#onApplied();
  }

  get authChangedAt(): string {
    return new Date(this.#authChangedMs).toISOString();
  }

  /** The running password change, if any. */
  get changing(): Change | undefined {
    return this.#change?.strategy;
  }

  /** Whether a change of the password or of a user is running. */
  get isModifying(): boolean {
    return this.#change !== undefined || this.users?.isModifying === true;
  }

  /** Waits until no change is running. */
  async settled(): Promise<void> {
    await this.#change?.done;
    await this.users?.settled();
  }

  /**
   * Starts the change from the password to a user group: `AuthTokenUpdateStrategy` DELETE. Open
   * connections stay; those of `default` get the rights of the `default` of the group.
   */
  attach(userGroupId: string): void {
    const group = this.unattached;
    if (group?.id !== userGroupId.toLowerCase()) {
      throw new AwsError('UserGroupNotFound', `User group ${userGroupId} not found.`);
    }
    this.#mustBeAvailable();
    this.unattached = undefined;
    group.isAttached = true;
    this.#users = group;
    this.#passwords = [];
    this.#begin('DELETE', (node) => group.equip(node));
  }

  /** Starts the change from users to one password, which is required at once. */
  detach(authToken: string): void {
    const group = this.#users;
    if (group === undefined) {
      throw new AwsError('InvalidParameterCombination', 'No modifications were requested');
    }
    this.#mustBeAvailable();
    const password = legalPassword(authToken);
    this.unattached = group;
    group.isAttached = false;
    this.#users = undefined;
    this.#passwords = [password];
    this.#begin('SET', (node) => group.remove(node, [password]));
  }

  #mustBeAvailable(): void {
    if (!this.isModifying) return;
    throw new AwsError('InvalidReplicationGroupState', 'the replication group is not available');
  }

  #begin(strategy: Change, change: (node: RedisNode) => Promise<void>): void {
    // A stopped node applies no change; the other nodes keep theirs.
    const done = this.rollOut(change).catch(() => undefined);
    this.#change = { strategy, done: done.then(() => this.#end()) };
  }

  /** Starts a password change. */
  modify(strategy: Strategy, authToken: string): void {
    if (this.#change) {
      throw new AwsError('InvalidReplicationGroupState', 'the replication group is not available');
    }
    const password = legalPassword(authToken);
    const newest = this.#passwords.at(-1);
    if (strategy === 'SET' && !newest?.equals(password)) {
      throw new AwsError('InvalidParameterValue', 'SET needs the auth token that was rotated last');
    }
    if (newest?.equals(password) && (strategy === 'ROTATE' || this.#passwords.length === 1)) {
      throw new AwsError('InvalidParameterCombination', 'No modifications were requested');
    }
    const kept = strategy === 'ROTATE' && newest ? [newest] : [];
    this.#passwords = [...kept, password];
    const passwords = this.#passwords;
    this.#begin(strategy, (node) => node.setPasswords(passwords));
  }

  #end(): void {
    this.#authChangedMs = this.#now();
    this.#change = undefined;
  }

  /** Applies a change to node after node. Lagging nodes keep their state. */
  async rollOut(change: (node: RedisNode) => Promise<void>): Promise<void> {
    await sleep(this.#timing.delayMs);
    for (const node of this.nodes) {
      if (this.lagging.has(node)) continue;
      await change(node);
      await this.#onApplied();
      await sleep(this.#timing.perNodeMs);
    }
  }
}

/** As AWS: reports an invalid password without the reason. */
function legalPassword(authToken: string): Password {
  try {
    return Password.of(authToken);
  } catch {
    throw new AwsError('InvalidParameterValue', 'Invalid AuthToken provided.');
  }
}
