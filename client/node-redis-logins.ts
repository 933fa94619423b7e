/**
 * What node-redis is given before each login, and what becomes of it.
 *
 * node-redis takes its password as text: it leaves `Password` here and nowhere else.
 */

import type { Settings } from './connect-options';
import { explainRedisError, RedisClientError, type RedisEndpoint } from './redis-client-error';
import type { RedisCredential, RedisCredentials } from './redis-credentials';
import { openSession } from './session';

/** Who logs in with what, and what was answered. */
export class Logins {
  hasStarted = false;
  /** What went wrong last, in the words of the library. */
  failure: unknown;
  readonly patience: Patience;
  #given: RedisCredential | undefined;
  #refused: RedisCredential | undefined;
  #trying: Promise<void> | undefined;

  constructor(
    readonly credentials: RedisCredentials,
    readonly settings: Settings,
    readonly at: RedisEndpoint,
  ) {
    this.patience = new Patience(settings.connectTimeoutMs, at);
  }

  /** Before each login. What was refused is not tried again. */
  async next(): Promise<{ readonly username: string; readonly password: string }> {
    const refused = this.#refused;
    this.#refused = undefined;
    const { credentials } = this;
    if (this.hasStarted && refused === undefined) await this.#try();
    // The server is not to blame for how long the secret takes.
    this.patience.stop();
    const given = await (refused === undefined ? credentials.get() : credentials.refused(refused));
    if (!this.hasStarted) this.patience.begin();
    this.#given = given;
    return { username: given.username, password: given.password.reveal() };
  }

  /**
   * A login on a connection of our own. node-redis sends the commands that wait together with its
   * login, and fails them with it; so a password that was retired must be found out before.
   */
  #try(): Promise<void> {
    const { credentials, at, settings } = this;
    this.#trying ??= (async () => {
      try {
        const socket = await openSession(credentials, await credentials.get(), at, settings);
        socket.destroy();
      } catch {
        // The connection that is being made will say the same, and to whom it concerns.
      } finally {
        this.#trying = undefined;
      }
    })();
    return this.#trying;
  }

  /** Takes a failure. Says whether another login may help: once, if it was refused. */
  fail(failure: unknown): boolean {
    this.failure = failure;
    if (!isRefusal(failure) || this.#given === undefined) return false;
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
