/** The purpose of a cache, and the parameters of the engine that follow from it. */

/** What an eviction policy must be for a purpose. */
export interface EvictionRule {
  readonly accepts: (policy: string) => boolean;
  readonly allowed: string;
  readonly why: string;
  readonly advice: string;
}

/**
 * What a cache is for. It decides what may be lost, and so which settings are right and which
 * alarms matter. Different purposes belong in different caches.
 */
export class Purpose {
  /** Copies of what can be made again: when memory is full, the least used keys go. */
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
   * Who is logged in: when memory is full, the least used keys with a time to live go, which logs
   * people out, so an eviction is an alarm. Keys that expire can be listened to.
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
   * Work to be done: nothing is ever evicted, since that would be a lost job; when memory is full
   * writes fail instead. A worker may wait for as long as it likes.
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
    /** As a stage file names it. */
    readonly id: string,
    /** The engine's parameters that follow from it. */
    readonly parameters: { readonly [name: string]: string },
    /** What `maxmemory-policy` may be without contradicting the purpose. */
    readonly evictions: EvictionRule,
  ) {}

  /** Days for which daily snapshots are kept, unless something else is asked for. */
  get snapshotRetentionDays(): number {
    return this === Purpose.QUEUE ? 35 : 16;
  }

  /** Fewest days for which snapshots are kept. Copies can be made again, so need none. */
  get snapshotRetentionDaysMin(): number {
    return this === Purpose.CACHE ? 0 : 1;
  }

  /** Whether a full memory is a fault. A cache fills its memory by design. */
  get mustNotFill(): boolean {
    return this !== Purpose.CACHE;
  }
}
