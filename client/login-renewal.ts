/**
 * Renews the login of one connection before the server ends it, without a failed command: by a
 * further AUTH between two commands, or by a new connection where AUTH is impossible.
 *
 * Never inside a transaction, where ElastiCache does not count it. Connections renew at random
 * times, so that many do not ask at once, and early, so that an outage of AWS ends none.
 */

import type { ConnectSettings, RedisClientEvent } from './connect-options';
import type { CredentialSource } from './credential-source';
import type { Whole } from './open-transaction';
import { explainRedisError, type RedisEndpoint } from './redis-client-error';
import type { RedisCredential } from './redis-credential';

/** A connection of either library. */
export interface RenewableConnection {
  /** Whether an AUTH sent now reaches the server on this connection. */
  readonly isReady: boolean;
  /** A subscriber in RESP2 may send no AUTH. */
  readonly isSubscriber: boolean;
  logIn(credential: RedisCredential): Promise<unknown>;
  /** Ends the connection after its replies; the library connects again. */
  replace(): void;
}

/** Share of a connection's life after which its login is renewed: 6 hours of 12. */
const RENEW_AT = 1 / 2;
/** The random delay of a renewal: up to 2 hours. */
const SPREAD = 1 / 6;
/** The pause after a failed renewal: 5 minutes. */
const RETRY_AFTER = 1 / 144;
/** How long a signed token is kept for the end of a transaction; it is valid for 15 minutes. */
const TOKEN_YOUNG_MS = 60_000;
/** Until when an AUTH waits behind a blocking command: 11 hours. */
const REPLACE_AT = 11 / 12;

export class LoginRenewal {
  #timer: NodeJS.Timeout | undefined;
  /** Changes with each connection and each login: what an earlier one began then ends. */
  #epoch = 0;
  #loggedInAtMs = 0;

  /** `lifeMs` is how long the server keeps a connection after its login. */
  constructor(
    private readonly credentials: CredentialSource,
    private readonly lifeMs: number,
    private readonly connection: RenewableConnection,
    private readonly whole: Whole,
    private readonly settings: ConnectSettings,
    private readonly at: RedisEndpoint,
  ) {}

  /** Call it after each login of the connection. */
  loggedIn(): void {
    this.closed();
    this.#loggedInAtMs = performance.now();
    this.#after(this.lifeMs * (RENEW_AT + SPREAD * Math.random()), () => this.#renew());
  }

  /** Call it after the end of the connection. */
  closed(): void {
    this.#epoch += 1;
    clearTimeout(this.#timer);
  }

  async #renew(): Promise<void> {
    const epoch = this.#epoch;
    try {
      const credential = await this.credentials.get();
      if (epoch === this.#epoch) await this.#send(credential, epoch);
    } catch (failure) {
      if (epoch === this.#epoch) this.#failed(failure);
    }
  }

  async #send(credential: RedisCredential, epoch: number): Promise<void> {
    const { connection, whole } = this;
    if (whole.isTransaction) {
      const sinceMs = performance.now();
      await new Promise<void>((resolve) => whole.onEnd(resolve));
      if (epoch !== this.#epoch) return;
      // At once, before the next transaction, unless the token has become old.
      const isYoung = performance.now() - sinceMs < TOKEN_YOUNG_MS;
      await (isYoung ? this.#send(credential, epoch) : this.#renew());
      return;
    }
    if (!connection.isReady) {
      this.#after(this.lifeMs * RETRY_AFTER, () => this.#renew());
      return;
    }
    if (connection.isSubscriber) {
      this.#replace();
      return;
    }
    // A blocking command may delay the answer; nothing else does for that long.
    const waitedMs = performance.now() - this.#loggedInAtMs;
    const patienceMs = Math.max(this.lifeMs * REPLACE_AT - waitedMs, this.lifeMs * RETRY_AFTER);
    this.#after(patienceMs, () => this.#replace());
    await connection.logIn(credential).catch((failure: unknown) => {
      throw this.#explained(failure, credential);
    });
    if (epoch !== this.#epoch) return;
    this.#log({ event: 'login-renewed' });
    this.loggedIn();
  }

  #replace(): void {
    this.closed();
    this.connection.replace();
  }

  #failed(failure: unknown): void {
    const { code, message } = explainRedisError(failure, this.at);
    this.#log({ event: 'login-renewal-failed', code, message });
    this.#after(this.lifeMs * RETRY_AFTER, () => this.#renew());
  }

  #explained(failure: unknown, credential: RedisCredential): unknown {
    const { message } = (failure ?? {}) as { readonly message?: unknown };
    const isRefusal = typeof message === 'string' && /^(?:WRONGPASS|NOAUTH)\b/.test(message);
    return (isRefusal && this.credentials.refusalOf?.(credential, this.at)) || failure;
  }

  #log(event: Pick<RedisClientEvent, 'event' | 'code' | 'message'>): void {
    this.settings.log({ ...event, ...this.at, database: this.settings.database });
  }

  #after(delayMs: number, go: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(go, delayMs);
    // A renewal must not keep the process alive.
    this.#timer.unref();
  }
}
