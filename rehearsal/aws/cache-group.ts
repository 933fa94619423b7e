/**
 * A replication group as ElastiCache keeps it, over real nodes.
 *
 * A change of passwords is asynchronous and reaches node by node, as in AWS: what the status
 * says and what a node accepts can differ.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Password } from '../../contract/password';
import type { Endpoint } from '../redis/endpoint';
import type { Shard } from '../redis/redis-cluster';
import type { RedisNode } from '../redis/redis-node';
import { AwsError } from './secrets-store';

export type Strategy = 'ROTATE' | 'SET';

export interface CacheGroupTiming {
  /** Milliseconds until a change begins to be applied. */
  readonly delayMs: number;
  /** Milliseconds between two nodes. */
  readonly perNodeMs: number;
}

export interface CacheGroupOptions {
  readonly id: string;
  /** One, unless the group is sharded. */
  readonly shards: readonly Shard[];
  readonly isSharded: boolean;
  /** The password that the group was created with. */
  readonly password: Password;
  readonly timing: CacheGroupTiming;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
  /** Called after each node has taken a change. */
  readonly onApplied: () => Promise<void>;
}

export class CacheGroup {
  readonly id: string;
  /** Changed by `replace` alone. */
  shards: readonly Shard[];
  readonly isSharded: boolean;
  /** Where the primary endpoint leads, if not to the primary itself. Set by who moves it. */
  primaryEndpoint: Endpoint | undefined;
  /** Nodes that take no change before somebody lets them, whatever the status says. */
  readonly lagging = new Set<RedisNode>();
  /**
   * Whether the status reads `available` while the passwords are being changed, as it can right
   * after a change was asked for. `PendingModifiedValues` tells all the same.
   */
  showsAvailable = false;
  /** Nodes that ElastiCache lists and has no address for yet. Set by whoever wants some. */
  readonly withoutAddress = new Set<RedisNode>();
  readonly #timing: CacheGroupTiming;
  readonly #onApplied: () => Promise<void>;
  readonly #now: () => number;
  /** When the passwords were changed last, in milliseconds since 1970. */
  #authChangedMs: number;
  /** The passwords in force, the oldest first; at most two. */
  #passwords: readonly Password[];
  #change: { readonly strategy: Strategy; readonly done: Promise<void> } | undefined;

  constructor({ id, shards, isSharded, password, timing, now, onApplied }: CacheGroupOptions) {
    this.#now = now;
    this.#authChangedMs = now();
    this.id = id;
    this.shards = shards;
    this.isSharded = isSharded;
    this.#passwords = [password];
    this.#timing = timing;
    this.#onApplied = onApplied;
  }

  get nodes(): readonly RedisNode[] {
    return this.shards.flat();
  }

  /** What a node that ElastiCache starts now accepts, the oldest first. */
  get passwords(): readonly Password[] {
    return this.#passwords;
  }

  /** A fresh node in the place of one. */
  replace(old: RedisNode, fresh: RedisNode): void {
    this.shards = this.shards.map((shard) => shard.map((node) => (node === old ? fresh : node)));
  }

  /** A replica takes the place of its primary, which takes that of the replica. */
  promote(replica: RedisNode): void {
    this.shards = this.shards.map((shard) =>
      shard.includes(replica) ? [replica, ...shard.filter((node) => node !== replica)] : shard,
    );
  }

  /** Lets a node take what it has not taken yet. */
  async catchUp(node: RedisNode): Promise<void> {
    this.lagging.delete(node);
    await node.setPasswords(this.#passwords);
    await this.#onApplied();
  }

  get authChangedAt(): string {
    return new Date(this.#authChangedMs).toISOString();
  }

  /** What is under way, if anything. */
  get changing(): Strategy | undefined {
    return this.#change?.strategy;
  }

  /** Ends when nothing is under way. */
  async settled(): Promise<void> {
    await this.#change?.done;
  }

  /** Begins to change the passwords. */
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
    // A node that is gone takes no change; the others keep what they have taken.
    const done = this.#apply(this.#passwords).catch(() => undefined);
    this.#change = { strategy, done: done.then(() => this.#end()) };
  }

  #end(): void {
    this.#authChangedMs = this.#now();
    this.#change = undefined;
  }

  async #apply(passwords: readonly Password[]): Promise<void> {
    await sleep(this.#timing.delayMs);
    for (const node of this.nodes) {
      if (this.lagging.has(node)) continue;
      await node.setPasswords(passwords);
      await this.#onApplied();
      await sleep(this.#timing.perNodeMs);
    }
  }
}

/** As AWS does: says that it is invalid, and not why. */
function legalPassword(authToken: string): Password {
  try {
    return Password.of(authToken);
  } catch {
    throw new AwsError('InvalidParameterValue', 'Invalid AuthToken provided.');
  }
}
