/** The purpose of a cache, and its engine parameters. */

/** The eviction policies that a purpose allows. */
export interface EvictionRule {
  readonly accepts: (policy: string) => boolean;
  readonly allowed: string;
  readonly why: string;
  readonly advice: string;
}

/**
 * What a cache is for. It determines which data may be lost, and therefore settings and alarms. Use
 * separate caches for different purposes.
 */
export class Purpose {
  /** Copies of data that can be rebuilt: when memory is full, the least used keys are evicted. */
  static readonly CACHE = new Purpose(
    'cache',
    { 'maxmemory-policy': 'allkeys-lru', timeout: '3600' },
    {
      accepts: (policy) => policy !== 'noeviction',
      allowed: 'a policy that evicts',
      why: 'when it is full it would refuse writes, and no alarm watches its memory',
      advice: 'remove it, or make it the purpose "queue"',
    },
  );

  /**
   * Sessions of users: when memory is full, the least used keys with a time to live are evicted,
   * which logs users out, so an eviction triggers an alarm. Clients can subscribe to expired keys.
   */
  static readonly SESSIONS = new Purpose(
    'sessions',
    { 'maxmemory-policy': 'volatile-lru', 'notify-keyspace-events': 'Ex', timeout: '3600' },
    {
      accepts: (policy) => policy.startsWith('volatile-') || policy === 'noeviction',
      allowed: 'a volatile-… policy or "noeviction"',
      why: 'keys without a time to live must not be evicted',
      advice: 'remove it, or make it the purpose "cache"',
    },
  );

  /**
   * Jobs: no key is ever evicted, since that would lose a job; when memory is full, writes fail
   * instead. Workers may wait indefinitely.
   */
  static readonly QUEUE = new Purpose(
    'queue',
    { 'maxmemory-policy': 'noeviction', timeout: '0' },
    {
      accepts: (policy) => policy === 'noeviction',
      allowed: '"noeviction"',
      why: 'a queue that evicts loses jobs',
      advice: 'remove it, or make it the purpose "cache"',
    },
  );

  static readonly ALL: Purpose[] = [Purpose.CACHE, Purpose.SESSIONS, Purpose.QUEUE];

  private constructor(
    /** The name in a stage file. */
    readonly id: string,
    /** The engine parameters of the purpose. */
    readonly parameters: { readonly [name: string]: string },
    /** The allowed values of `maxmemory-policy`. */
    readonly evictions: EvictionRule,
  ) {}

  /** Minimum retention of snapshots, in days. A cache of rebuildable data needs no snapshots. */
  get snapshotRetentionDaysMin(): number {
    return this === Purpose.CACHE ? 0 : 1;
  }

  /** Whether full memory is a fault. A cache fills its memory by design. */
  get mustNotFill(): boolean {
    return this !== Purpose.CACHE;
  }
}
