/**
 * What node-redis is given before each login, and what becomes of it.
 *
 * node-redis takes its password as text: it leaves `Password` here and nowhere else.
 */

import type { Settings } from './connect-options';
import { explainRedisError, RedisClientError, type RedisEndpoint } from './redis-client-error';
import type { RedisCredential } from './redis-credential';
import type { RedisCredentials } from './redis-credentials';

/** Who logs in with what, and what was answered: of a client, its duplicates and its nodes. */
export class Logins {
  hasStarted = false;
  /** What went wrong last, in the words of the library. */
  failure: unknown;
  readonly patience: Patience;
  #given: RedisCredential | undefined;
  #refused: RedisCredential | undefined;
  /** What takes the place of a refused one. Nodes that refuse the same wait for the same read. */
  #fresh: Promise<RedisCredential> | undefined;

  constructor(
    readonly credentials: RedisCredentials,
    readonly settings: Settings,
    readonly at: RedisEndpoint,
  ) {
    this.patience = new Patience(settings.connectTimeoutMs, at);
  }

  /** Before each login. What was refused is not tried again. */
  async next(): Promise<{ readonly username: string; readonly password: string }> {
    // The server is not to blame for how long the secret takes.
    this.patience.stop();
    const given = await (this.#refused ? this.#reread(this.#refused) : this.credentials.get());
    if (!this.hasStarted) this.patience.begin();
    this.#given = given;
    return { username: given.username, password: given.password.reveal() };
  }

  /** Once for all logins that wait. What it throws ends each of them. */
  #reread(refused: RedisCredential): Promise<RedisCredential> {
    this.#fresh ??= this.credentials.refused(refused).finally(() => {
      this.#fresh = undefined;
      this.#refused = undefined;
    });
    return this.#fresh;
  }

  /** Takes a failure. Says whether another login may help: once, if it was refused. */
  fail(failure: unknown): boolean {
    this.failure = failure;
    if (!isRefusal(failure)) return false;
    if (this.#refused !== undefined) return true;
    if (this.#given === undefined) return false;
    const { at, settings } = this;
    const { code } = explainRedisError(failure, at);
    settings.log({ event: 'password-refused', ...at, database: settings.database, code });
    this.#refused = this.#given;
    this.#given = undefined;
    return true;
  }
}

export function isRefusal(failure: unknown): boolean {
  return failure instanceof Error && /^(?:WRONGPASS|NOAUTH)\b/.test(failure.message);
}

/** Ends a start that gets no answer; the library waits for one until its health check. */
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

  /** At once, for this reason. */
  giveUp(error: Error): void {
    this.#fail(error);
  }

  /** From now on, all of it. */
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
