/**
 * Reads the current credentials through a function of the application, caches them, and reads them
 * again after a refused login.
 *
 * Concurrent callers share one read. A value older than `maxAgeMs` is never returned. Errors of
 * `read` are never quoted: they could hold the secret.
 */

import { setTimeout as pause } from 'node:timers/promises';
import {
  refuse,
  requireFunction,
  requireKnown,
  requireObject,
  shownArgument,
} from './check-arguments';
import { errorNameOf } from './error-name';
import { RedisClientError } from './redis-client-error';
import { credentialOf, isSame, type RedisCredential } from './redis-credential';

export interface RedisCredentialsOptions {
  /**
   * Reads the current version (AWSCURRENT) of the credentials secret: its SecretString, unchanged.
   */
  readonly read: () => Promise<string>;
  /**
   * Age after which a value is refreshed in the background (stale-while-revalidate). Meanwhile the
   * old value is returned: the previous password stays accepted for at least a day, and a slow
   * Secrets Manager must not delay a connection.
   *
   * @default 5 minutes, or `maxAgeMs` if that is less
   */
  readonly refreshAfterMs?: number;
  /**
   * Maximum age of a returned value: `get` then waits for a read, and fails if the read fails.
   *
   * @default 1 hour: tolerates an outage of Secrets Manager; the shortest grace period is a day
   */
  readonly maxAgeMs?: number;
  /**
   * Longest wait for one call of `read`.
   *
   * @default 5 seconds
   */
  readonly readTimeoutMs?: number;
  /**
   * The clock, in milliseconds.
   *
   * @default Date.now
   */
  readonly now?: () => number;
  /**
   * Waits before a read, and between retries.
   *
   * @default a timer
   */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /**
   * Returns a number from 0 to 1, for random delays.
   *
   * @default Math.random
   */
  readonly random?: () => number;
}

const OPTIONS: readonly (keyof RedisCredentialsOptions)[] = [
  'read',
  'refreshAfterMs',
  'maxAgeMs',
  'readTimeoutMs',
  'now',
  'sleep',
  'random',
];

/** The shortest grace period of a previous password: no value may be older. */
export const MAX_AGE_MS_MAX = 24 * 60 * 60 * 1000;

const MINUTE_MS = 60_000;
const READ_TRIES_MAX = 3;
/** Delay before the second try; doubled before the third. Jitter: 50 to 100 %. */
const RETRY_DELAY_MS = 200;
/**
 * Longest random delay before a refresh: one event, such as a failover after a rotation, makes all
 * clients refresh at the same time.
 */
const SPREAD_MS = 300;
/** After a re-read that changed nothing, refusals within this time cause no further read. */
const REREAD_PAUSE_MS = 5_000;
/** After a failed background refresh, no further refresh within this time. */
const FAILED_PAUSE_MS = 30_000;

interface Held {
  readonly credential: RedisCredential;
  /** When the read of this value began. */
  readonly readAtMs: number;
}

export class RedisCredentials {
  readonly #read: () => Promise<string>;
  readonly #refreshAfterMs: number;
  readonly #maxAgeMs: number;
  readonly #readTimeoutMs: number;
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<unknown>;
  readonly #random: () => number;
  #held: Held | undefined;
  #reading: Promise<RedisCredential> | undefined;
  #reads = 0;
  /** When the last background refresh failed. */
  #failedAtMs = Number.NEGATIVE_INFINITY;
  /** The last refused value that a re-read did not change, and when. */
  #refused: Held | undefined;

  /** @throws RedisClientError `setting-refused` if a setting is out of range. */
  constructor(options: RedisCredentialsOptions) {
    requireObject('options', options, '{ read }, a function that reads the secret');
    requireKnown(options, OPTIONS);
    this.#read = options.read;
    this.#maxAgeMs = options.maxAgeMs ?? 60 * MINUTE_MS;
    this.#refreshAfterMs = options.refreshAfterMs ?? Math.min(5 * MINUTE_MS, this.#maxAgeMs);
    this.#readTimeoutMs = options.readTimeoutMs ?? 5_000;
    this.#now = options.now ?? Date.now;
    this.#sleep = options.sleep ?? pause;
    this.#random = options.random ?? Math.random;
    requireFunction('read', this.#read, 'a function that resolves to the text of the secret');
    requireFunction('now', this.#now, 'a function that returns milliseconds');
    requireFunction('sleep', this.#sleep, 'a function that waits for milliseconds');
    requireFunction('random', this.#random, 'a function that returns a number from 0 to 1');
    requireBetween('maxAgeMs', this.#maxAgeMs, 1, MAX_AGE_MS_MAX);
    requireBetween('refreshAfterMs', this.#refreshAfterMs, 0, this.#maxAgeMs);
    requireBetween('readTimeoutMs', this.#readTimeoutMs, 1, 10 * MINUTE_MS);
  }

  /** Longest time to read the secret, including retries, in milliseconds. */
  get readTimeMsMax(): number {
    const pausesMs = RETRY_DELAY_MS * (2 ** (READ_TRIES_MAX - 1) - 1);
    return SPREAD_MS + READ_TRIES_MAX * this.#readTimeoutMs + pausesMs;
  }

  /** How often `read` was called. */
  get reads(): number {
    return this.#reads;
  }

  /**
   * The current credentials, from the cache if they are young enough.
   *
   * @throws RedisClientError `credentials-unreadable` or `credentials-unusable`
   */
  get(): Promise<RedisCredential> {
    const held = this.#held;
    const ageMs = held === undefined ? Number.NaN : this.#now() - held.readAtMs;
    // After the clock was set back the age is unknown: read again.
    if (held === undefined || !(ageMs >= 0 && ageMs <= this.#maxAgeMs)) return this.#readOnce();
    if (ageMs >= this.#refreshAfterMs) this.#readBehind();
    return Promise.resolve(held.credential);
  }

  /** Reads again now; concurrent callers share one read. */
  refresh(): Promise<RedisCredential> {
    return this.#readOnce({ isNow: true });
  }

  /**
   * Call it when a server answers WRONGPASS or NOAUTH; returns the credentials to try next. Reads
   * the secret at most once, and not at all if another caller has just read it.
   *
   * @throws RedisClientError `authentication-failed` if the secret still holds the refused
   * credentials
   */
  async refused(credential: RedisCredential): Promise<RedisCredential> {
    // A read that began before the refusal may have returned the old value.
    await this.#reading?.catch(() => undefined);
    const held = this.#held?.credential;
    if (held !== undefined && !isSame(held, credential)) return held;
    const known = this.#refused;
    const isKnown =
      known !== undefined &&
      isSame(known.credential, credential) &&
      Math.abs(this.#now() - known.readAtMs) < REREAD_PAUSE_MS;
    if (!isKnown) {
      const fresh = await this.#readOnce();
      if (!isSame(fresh, credential)) return fresh;
      this.#refused = { credential, readAtMs: this.#now() };
    }
    const what = 'refuses the credentials of the secret, also after they were read again';
    throw new RedisClientError('authentication-failed', what, credential);
  }

  toJSON(): string {
    return '[redis credentials]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redis credentials]';
  }

  /** Ignores a failure, which `get` reports after `maxAgeMs`. Never retry fast during an outage. */
  #readBehind(): void {
    // After the clock was set back the time since a failure is unknown.
    if (Math.abs(this.#now() - this.#failedAtMs) < FAILED_PAUSE_MS) return;
    this.#readOnce().catch(() => {
      this.#failedAtMs = this.#now();
    });
  }

  /** Reads after a random delay, except for the first read and for `refresh`. */
  #readOnce({ isNow = this.#held === undefined } = {}): Promise<RedisCredential> {
    const spreadMs = isNow ? 0 : SPREAD_MS * this.#random();
    this.#reading ??= this.#readWithRetries(spreadMs).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readWithRetries(spreadMs: number): Promise<RedisCredential> {
    if (spreadMs > 0) await this.#sleep(spreadMs);
    for (let tries = 1; ; tries++) {
      const readAtMs = this.#now();
      let text: string;
      try {
        text = await this.#readInTime();
      } catch (error) {
        if (tries === READ_TRIES_MAX) throw this.#unreadable(error);
        const delayMs = RETRY_DELAY_MS * 2 ** (tries - 1);
        await this.#sleep(delayMs * (0.5 + this.#random() / 2));
        continue;
      }
      const credential = credentialOf(text);
      this.#held = { credential, readAtMs };
      return credential;
    }
  }

  async #readInTime(): Promise<string> {
    this.#reads += 1;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ReadTimeout()), this.#readTimeoutMs);
    });
    try {
      return await Promise.race([this.#read(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #unreadable(error: unknown): RedisClientError {
    const held = this.#held;
    const age =
      held === undefined
        ? ''
        : `; what was read ${Math.round((this.#now() - held.readAtMs) / 1000)} s ago is served ` +
          `for ${Math.round(this.#maxAgeMs / 1000)} s`;
    const name = errorNameOf(error);
    const what = `the secret cannot be read, in ${READ_TRIES_MAX} tries: ${name}${age}`;
    return new RedisClientError('credentials-unreadable', what);
  }
}

class ReadTimeout extends Error {
  override readonly name = 'ReadTimeout';
}

function requireBetween(name: string, value: number, min: number, max: number): void {
  if (typeof value === 'number' && value >= min && value <= max) return;
  refuse(name, shownArgument(value), `${min} to ${max} milliseconds`);
}
