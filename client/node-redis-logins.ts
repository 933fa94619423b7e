/**
 * Supplies node-redis with credentials before each login, and handles refused logins.
 *
 * node-redis needs the password as text: only here it leaves `Password`.
 */

import type { ConnectSettings } from './connect-options';
import type { CredentialSource } from './credential-source';
import { explainRedisError, RedisClientError, type RedisEndpoint } from './redis-client-error';
import type { RedisCredential } from './redis-credential';

/** Logins of a client, of its duplicates and of its nodes. */
export class NodeRedisLogins {
  hasStarted = false;
  /** The last error, as the library threw it. */
  failure: unknown;
  readonly patience: Patience;
  #given: RedisCredential | undefined;
  #refused: RedisCredential | undefined;
  /** The replacement of refused credentials. Nodes that refuse the same ones share one read. */
  #fresh: Promise<RedisCredential> | undefined;

  constructor(
    readonly credentials: CredentialSource,
    readonly settings: ConnectSettings,
    readonly at: RedisEndpoint,
  ) {
    this.patience = new Patience(settings.connectTimeoutMs, at);
  }

  /** Called before each login. Never returns refused credentials again. */
  async next(): Promise<{ readonly username: string; readonly password: string }> {
    // The time to read the secret does not count against the server.
    this.patience.stop();
    const given = await (this.#refused ? this.#reread(this.#refused) : this.credentials.get());
    if (!this.hasStarted) this.patience.begin();
    this.#given = given;
    return { username: given.username, password: given.password.reveal() };
  }

  /** One read for all waiting logins. An error ends all of these logins. */
  #reread(refused: RedisCredential): Promise<RedisCredential> {
    this.#fresh ??= this.credentials.refused(refused).finally(() => {
      this.#fresh = undefined;
      this.#refused = undefined;
    });
    return this.#fresh;
  }

  /** Records a failure. Returns whether another login may help: once, after a refusal. */
  fail(failure: unknown): boolean {
    this.failure = failure;
    if (!isRefusal(failure)) return false;
    if (this.#refused !== undefined) return true;
    if (this.#given === undefined) return false;
    const { at, settings } = this;
    const refusal = this.credentials.refusalOf?.(this.#given, at);
    const { code } = refusal ?? explainRedisError(failure, at);
    settings.log({ event: 'password-refused', ...at, database: settings.database, code });
    this.#refused = this.#given;
    this.#given = undefined;
    return true;
  }
}

export function isRefusal(failure: unknown): boolean {
  return failure instanceof Error && /^(?:WRONGPASS|NOAUTH)\b/.test(failure.message);
}

/** Ends a start without a reply, for which the library would wait until its health check. */
class Patience {
  readonly end: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly ms: number,
    readonly at: RedisEndpoint,
  ) {
    this.end = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.end.catch(() => undefined);
  }

  /** Ends the start now, with this error. */
  giveUp(error: Error): void {
    this.#fail(error);
  }

  /** Starts the full timeout. */
  begin(): void {
    this.stop();
    this.#timer = setTimeout(() => {
      const what = `does not answer within ${this.ms} ms`;
      this.#fail(new RedisClientError('cannot-connect', what, this.at));
    }, this.ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
