/**
 * Watches one connection of node-redis: checks what it is connected to, leaves a node that refuses
 * commands, and sends the refused commands again. Each of them says that it was not executed.
 *
 * It stands in the place of the methods by which all commands of a client go out. A connection ends
 * with QUIT, so what was sent before is answered, and what comes meanwhile waits for the next one.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { retryDelayMs, type Settings } from './connect-options';
import { canResend, LEAVES_MAX, Leaves, leftEvent, reasonToLeave } from './leave-node';
import { explainRedisError, type RedisClientError, type RedisEndpoint } from './redis-client-error';
import { requireKind } from './session';
import { DISCARDED, type Place, Whole } from './whole';

/** What is used of a client of node-redis, or of a node of its cluster. */
export interface Connected {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  readonly isWatching: boolean;
  /** The next transaction fails with this message. */
  setDirtyWatch?(message: string): void;
  readonly isPubSubActive: boolean;
  readonly options: { readonly RESP?: number } | undefined;
  /** Changes with each connection. */
  readonly socketEpoch: number;
  sendCommand(args: readonly string[], options?: object): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}

type Send = (...args: unknown[]) => Promise<unknown>;

/** The method that sends one command. */
const COMMAND = 'sendCommand';
/**
 * Methods that send several commands. What met a replica is not sent again: a part of a pipeline
 * may have been executed before the failover, and a transaction may rest on keys that it watches.
 */
const TRANSACTION = '_executeMulti';
const SEVERAL = [TRANSACTION, '_executePipeline'];
const SUBSCRIBES = ['subscribe', 'pSubscribe', 'sSubscribe'];
/** Commands that log in by themselves: their refusal is for their caller. */
const LOGINS = /^(?:AUTH|HELLO)$/i;
/** Commands after which others of the same pipeline may be refused, or may not. */
const CHANGES_LOGIN = /^(?:AUTH|HELLO|RESET)$/i;
/** The error that node-redis itself gives. */
const WATCH_LOST = 'Client reconnected after WATCH';
/** What the library tells when a connection has ended. */
const CLOSED = ['reconnecting', 'end', 'terminated'];
/** A node answers QUIT at once, or is as good as gone. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface ConnectionHooks {
  /** Whether the application has its client already: before that, a fault ends the start. */
  readonly hasStarted: () => boolean;
  readonly onConnected: () => void;
  /** In a sharded cache: who has which slots is asked anew. */
  readonly onDemoted: () => void;
}

export class NodeRedisConnection {
  readonly #client: Connected;
  readonly #send: Connected['sendCommand'];
  readonly #leaves = new Leaves();
  readonly #whole = new Whole();
  #isWatchLost = false;
  #leaving: Promise<void> | undefined;
  /** While a connection ends: what is sent on it now would be lost. */
  #ending: Promise<void> | undefined;
  #checking: Promise<RedisClientError | undefined> = Promise.resolve(undefined);

  constructor(
    client: Connected,
    readonly at: RedisEndpoint,
    readonly settings: Settings,
    readonly hooks: ConnectionHooks,
  ) {
    this.#client = client;
    this.#send = client.sendCommand.bind(client);
    const methods = client as unknown as Record<string, Send | undefined>;
    const upper = SUBSCRIBES.map((name) => name.toUpperCase());
    for (const name of [COMMAND, ...SEVERAL, ...SUBSCRIBES, ...upper]) {
      const send = methods[name];
      if (typeof send !== 'function') continue;
      const guard = this;
      // A function of its own, since the library reads options off its `this`.
      methods[name] = function (...args) {
        return guard.#run(name, args, () => send.apply(this, args));
      };
    }
    for (const event of CLOSED) client.on(event, () => this.#closed());
    client.on('ready', () => this.#check());
    if (client.isReady) this.#check();
  }

  /** What is wrong with the server that it is connected to, once that is known. */
  get fault(): Promise<RedisClientError | undefined> {
    return this.#checking;
  }

  #run(name: string, args: readonly unknown[], send: () => Promise<unknown>): Promise<unknown> {
    const names = namesOf(name, args);
    let place: Place | undefined;
    const noted = () => {
      place = this.#place(name, names);
      return send();
    };
    const sent = this.#ending === undefined ? noted() : this.#ending.then(noted);
    return sent.catch((error) => {
      const word = this.#reason(error, names, place);
      if (word === undefined || this.#whole.stays(word, place)) throw error;
      const isAgain = this.#isSentAgain(name, args, word, place);
      return this.#again(error, word, isAgain ? noted : undefined);
    });
  }

  #closed(): void {
    this.#whole.closed();
    this.#isWatchLost = this.#client.isWatching;
  }

  /** What of a transaction or a WATCH a call is. */
  #place(name: string, names: readonly string[]): Place | undefined {
    // The library compares connections, and takes a new one for the old until it has logged in.
    const { isWatching } = this.#client;
    if (!isWatching) this.#isWatchLost = false;
    if (name === TRANSACTION && this.#isWatchLost) this.#client.setDirtyWatch?.(WATCH_LOST);
    if (name === COMMAND) return this.#whole.place(names[0] ?? '');
    // A transaction of the library ends what was watched, also on a connection before this one.
    const place = name === TRANSACTION ? this.#whole.place('EXEC') : undefined;
    return place ?? (isWatching ? 'end' : undefined);
  }

  async #again(error: unknown, word: string, send?: () => Promise<unknown>): Promise<unknown> {
    let [last, reason]: [unknown, string | undefined] = [error, word];
    for (let tries = 1; reason !== undefined; tries++) {
      const left = this.#leave(reason);
      if (send === undefined || tries > LEAVES_MAX) break;
      await left;
      if (!this.#client.isOpen) break;
      try {
        return await send();
      } catch (failure) {
        last = failure;
        reason = this.#reason(failure);
      }
    }
    throw last;
  }

  /** Why a command was refused by the node, not by itself. */
  #reason(error: unknown, names: readonly string[] = [], place?: Place): string | undefined {
    const { message } = (error ?? {}) as { readonly message?: unknown };
    if (typeof message !== 'string') return undefined;
    const isLogin = names.some((each) => LOGINS.test(each));
    if (isLogin && names.length === 1) return undefined;
    // What went out together with a login that was refused is refused with it.
    if (/^WRONGPASS\b/.test(message)) return isLogin ? undefined : 'WRONGPASS';
    const isEnd = place === 'end' && this.#whole.hasRefused;
    if (isEnd && message.startsWith(DISCARDED)) return DISCARDED;
    return reasonToLeave(message, this.settings);
  }

  /** Ends when the connection has. In a row, each leave waits longer than the one before. */
  #leave(word: string): Promise<void> {
    // Between two connections the library already makes the next one.
    if (!this.#client.isReady || !this.hooks.hasStarted()) return Promise.resolve();
    this.#leaving ??= this.#leaveOnce(word).finally(() => {
      this.#leaving = undefined;
    });
    return this.#leaving;
  }

  async #leaveOnce(word: string): Promise<void> {
    const { socketEpoch } = this.#client;
    const before = this.#leaves.inARow;
    this.#leaves.note();
    this.settings.log(leftEvent(word, this.at, this.settings));
    if (before > 0) await sleep(retryDelayMs(before + 1), undefined, { ref: false });
    if (!this.#client.isReady || this.#client.socketEpoch !== socketEpoch) return;
    if (this.settings.isCluster && word !== 'NOAUTH') {
      this.hooks.onDemoted();
      return;
    }
    this.#ending = this.#end();
    await this.#ending;
    this.#ending = undefined;
  }

  #end(): Promise<void> {
    const client = this.#client;
    // The server may end the connection first, and QUIT must not go out on the next one.
    const unsent = new AbortController();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        unsent.abort();
        for (const event of CLOSED) client.off(event, done);
        resolve();
      };
      const timer = setTimeout(done, CLOSE_TIMEOUT_MS);
      for (const event of CLOSED) client.on(event, done);
      this.#send(['QUIT'], { abortSignal: unsent.signal }).catch(() => undefined);
    });
  }

  #check(): void {
    this.#checking = this.#ask().then(
      () => {
        this.hooks.onConnected();
        return undefined;
      },
      (failure: unknown) => {
        const error = explainRedisError(failure, this.at);
        // Of a connection that is lost meanwhile, the library tells.
        if (!this.#client.isReady) return error;
        const { code, message } = error;
        const { database, log } = this.settings;
        log({ event: 'connection-failed', ...this.at, database, code, message });
        void this.#leave(this.#reason(failure) ?? code);
        return error;
      },
    );
  }

  /** @throws RedisClientError `not-redis` or `wrong-cache` */
  async #ask(): Promise<void> {
    // In a subscription of RESP2 no other command is taken.
    const { isPubSubActive, options } = this.#client;
    if (isPubSubActive && options?.RESP === 2) return;
    // Of a transaction that waited for the connection they would be a part.
    if (this.#whole.isTransaction) return;
    const plain = { typeMapping: {} };
    const [hello, ping] = await Promise.all([
      this.#send(['HELLO'], plain),
      this.#send(['PING'], plain),
    ]);
    requireKind(hello, ping, this.at, this.settings);
  }

  /** Whether nothing of it was executed for sure, and once more it may get somewhere else. */
  #isSentAgain(name: string, args: readonly unknown[], word: string, place?: Place): boolean {
    // Without a login nothing is open on a connection, and nothing that was sent on it is executed.
    if (word === 'WRONGPASS' || word === 'NOAUTH') {
      if (name === COMMAND) return true;
      return place === undefined && !namesOf(name, args).some((each) => CHANGES_LOGIN.test(each));
    }
    if (place !== undefined || name !== COMMAND || !canResend(word)) return false;
    // In a sharded cache a write without a key met this node by chance, and would again.
    if (this.settings.isCluster && word === 'READONLY') return false;
    // A command that follows ASKING is nothing without it.
    const { chainId } = (args[1] ?? {}) as { readonly chainId?: unknown };
    return chainId === undefined;
  }
}

/** The names of the commands of a call: one, or several, or none that is known. */
function namesOf(name: string, [first]: readonly unknown[]): readonly string[] {
  if (!Array.isArray(first)) return [];
  if (name === COMMAND) return [String(first[0])];
  if (!SEVERAL.includes(name)) return [];
  return first.map(({ args }: { readonly args: readonly unknown[] }) => String(args[0]));
}
