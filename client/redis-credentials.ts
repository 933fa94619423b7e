/**
 * The credentials of the moment: read from the secret through a function that is passed in, kept
 * for a while, and read again once when a server refused them.
 *
 * However many callers, one read. A value older than its bound is never served, and what `read`
 * throws is never quoted: it could hold the secret.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { refuse, requireFunction, requireObject, shown } from './check-arguments';
import { RedisClientError } from './redis-client-error';
import { credentialOf, isSame, type RedisCredential } from './redis-credential';

export interface RedisCredentialsOptions {
  /** Reads the current version (AWSCURRENT) of the credentials secret: its JSON, as it is. */
  readonly read: () => Promise<string>;
  /**
   * Age from which a value is read again in the background. The old value is served meanwhile: the
   * previous password stays accepted for a day at least, and a slow Secrets Manager must not delay
   * a connection.
   *
   * @default 5 minutes, or `maxAgeMs` if that is less: a rotation is known soon after it
   */
  readonly refreshAfterMs?: number;
  /**
   * Age from which a value is not served any more: `get` waits for a read, and fails if the read
   * fails.
   *
   * @default 1 hour: Secrets Manager may fail for that long; the least grace is a day
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
   * Waits before a read, and between two tries of one.
   *
   * @default a timer
   */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /**
   * A number from 0 to 1, by which pauses differ from client to client.
   *
   * @default Math.random
   */
  readonly random?: () => number;
}

/** A value may not be older than the shortest time for which a previous password is accepted. */
export const MAX_AGE_MS_MAX = 24 * 60 * 60 * 1000;

const MINUTE_MS = 60_000;
const READ_TRIES_MAX = 3;
/** Before the second try; twice that before the third. Jittered: between half of it and all. */
const RETRY_DELAY_MS = 200;
/**
 * Longest pause before a value that was served is read again: what makes one client read again,
 * such as a failover after a rotation, makes all of them do so in the same moment.
 */
const SPREAD_MS = 300;
/** For so long after a re-read that changed nothing, a refusal is believed without another. */
const REREAD_PAUSE_MS = 5_000;
/** For so long after a read behind callers' backs failed, their value is served without another. */
const FAILED_PAUSE_MS = 30_000;

/** Secrets Manager has one that ends otherwise, and this file has another. */
const ERROR_NAME = /^(?:[A-Z][A-Za-z]{2,38}(?:Exception|Error)|DecryptionFailure|ReadTimeout)$/;

interface Held {
  readonly credential: RedisCredential;
  /** When the read began that brought it. */
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
  /** When the last read behind callers' backs failed. */
  #failedAtMs = Number.NEGATIVE_INFINITY;
  /** The last value that a server refused and a re-read did not change, and when. */
  #refused: Held | undefined;

  /** @throws RedisClientError `setting-refused` if a bound makes no sense. */
  constructor(options: RedisCredentialsOptions) {
    requireObject('options', options, '{ read }, a function that reads the secret');
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

  /** Longest time that reading the secret takes, all tries included, in milliseconds. */
  get readTimeMsMax(): number {
    const pausesMs = RETRY_DELAY_MS * (2 ** (READ_TRIES_MAX - 1) - 1);
    return SPREAD_MS + READ_TRIES_MAX * this.#readTimeoutMs + pausesMs;
  }

  /** How often `read` was called. */
  get reads(): number {
    return this.#reads;
  }

  /**
   * The credentials of the moment, from memory if they are young enough.
   *
   * @throws RedisClientError `credentials-unreadable` or `credentials-unusable`
   */
  get(): Promise<RedisCredential> {
    const held = this.#held;
    const ageMs = held === undefined ? Number.NaN : this.#now() - held.readAtMs;
    // A clock that was set back says nothing about an age: then it is read.
    if (held === undefined || !(ageMs >= 0 && ageMs <= this.#maxAgeMs)) return this.#readOnce();
    if (ageMs >= this.#refreshAfterMs) this.#readBehind();
    return Promise.resolve(held.credential);
  }

  /** Reads again now, once however many callers. */
  refresh(): Promise<RedisCredential> {
    return this.#readOnce({ isNow: true });
  }

  /**
   * A server answered WRONGPASS or NOAUTH to these: what to try instead. They are read again at
   * most once, and not at all if somebody has done so meanwhile.
   *
   * @throws RedisClientError `authentication-failed` if the secret still has the same ones
   */
  async refused(credential: RedisCredential): Promise<RedisCredential> {
    // A read that began before the refusal may have seen what was there before it.
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

  /** A failure is heard of when the bound is over, if it lasts; an outage is no time to hurry. */
  #readBehind(): void {
    // As for an age: a clock that was set back says nothing about how long a failure is ago.
    if (Math.abs(this.#now() - this.#failedAtMs) < FAILED_PAUSE_MS) return;
    this.#readOnce().catch(() => {
      this.#failedAtMs = this.#now();
    });
  }

  /** After a random pause, unless it is the first read of all or one that is wanted now. */
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
    const what = `the secret cannot be read, in ${READ_TRIES_MAX} tries: ${nameOf(error)}${age}`;
    return new RedisClientError('credentials-unreadable', what);
  }
}

class ReadTimeout extends Error {
  override readonly name = 'ReadTimeout';
}

/**
 * The kind of an error, such as AccessDeniedException: never its words. A name that is not built as
 * such names are could be anything.
 */
function nameOf(error: unknown): string {
  try {
    const name = error instanceof Error ? error.name : '';
    if (ERROR_NAME.test(name)) return name;
  } catch {
    // A getter of whoever threw it; what that throws is no reason either.
  }
  return 'an error without a name';
}

function requireBetween(name: string, value: number, min: number, max: number): void {
  if (typeof value === 'number' && value >= min && value <= max) return;
  refuse(name, shown(value), `${min} to ${max} milliseconds`);
}
