/**
 * Watches one connection of node-redis: checks the kind of server, leaves a node that rejects
 * commands, and resends those commands, which were certainly not executed.
 *
 * It replaces the methods through which a client sends all commands. It ends a connection with
 * QUIT, so that earlier commands are answered; later commands wait for the next connection.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectSettings, retryDelayMs } from './connect-options';
import { canResend, LEAVES_MAX, Leaves, leftEvent, reasonToLeave } from './leave-node';
import type { Connected } from './node-redis-connected';
import { CLOSED, endConnection, onceOf } from './node-redis-ending';
import type { RenewedConnection } from './node-redis-renewal';
import { DISCARDED, type PlaceInTransaction, Whole } from './open-transaction';
import { explainRedisError, type RedisClientError, type RedisEndpoint } from './redis-client-error';
import { requireKind } from './session';

type Send = (...args: unknown[]) => Promise<unknown>;

/** The method that sends one command. */
const COMMAND = 'sendCommand';
/**
 * Methods that send several commands. These are not resent after a failover: part of a pipeline may
 * have been executed before it, and a transaction may depend on watched keys.
 */
const TRANSACTION = '_executeMulti';
const SEVERAL = [TRANSACTION, '_executePipeline'];
const SUBSCRIBES = ['subscribe', 'pSubscribe', 'sSubscribe'];
/** Commands that log in: their refusal is returned to the caller. */
const LOGINS = /^(?:AUTH|HELLO)$/i;
/** Commands that may change whether later commands of the same pipeline are refused. */
const CHANGES_LOGIN = /^(?:AUTH|HELLO|RESET)$/i;
/** The error message of node-redis itself. */
const WATCH_LOST = 'Client reconnected after WATCH';
export interface ConnectionHooks {
  /** Whether the application already has its client; before that, a fault ends the start. */
  readonly hasStarted: () => boolean;
  readonly onConnected: () => void;
  /** Called only for a sharded cache: read again which node has which slots. */
  readonly onDemoted: () => void;
  readonly onWatched: (connection: RenewedConnection) => void;
}

export class NodeRedisConnection {
  readonly #client: Connected;
  readonly #send: Connected['sendCommand'];
  readonly #leaves = new Leaves();
  readonly #whole = new Whole();
  #isWatchLost = false;
  /** The version of the protocol, by the server. */
  #protocol: number | undefined;
  #leaving: Promise<void> | undefined;
  /** Set while a connection ends: commands sent on it now would be lost. */
  #ending: Promise<void> | undefined;
  #checking: Promise<RedisClientError | undefined> = Promise.resolve(undefined);

  constructor(
    client: Connected,
    readonly at: RedisEndpoint,
    readonly settings: ConnectSettings,
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
      // Not an arrow function: the library reads options from `this`.
      methods[name] = function (...args) {
        return guard.#run(name, args, () => send.apply(this, args));
      };
    }
    for (const event of CLOSED) client.on(event, () => this.#closed());
    client.on('ready', () => this.#check());
    hooks.onWatched({
      client,
      whole: this.#whole,
      send: this.#send,
      isResp2: () => this.#protocol === 2,
      replace: () => void this.#end(),
    });
    if (client.isReady) this.#check();
  }

  /** The fault of the connected server, once it has been checked. */
  get fault(): Promise<RedisClientError | undefined> {
    return this.#checking;
  }

  #run(name: string, args: readonly unknown[], send: () => Promise<unknown>): Promise<unknown> {
    const names = namesOf(name, args);
    let place: PlaceInTransaction | undefined;
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

  /** The role of a call within a transaction or a WATCH. */
  #place(name: string, names: readonly string[]): PlaceInTransaction | undefined {
    // The library compares connections, and treats a new connection as the old until its login.
    const { isWatching } = this.#client;
    if (!isWatching) this.#isWatchLost = false;
    if (name === TRANSACTION && this.#isWatchLost) this.#client.setDirtyWatch?.(WATCH_LOST);
    if (name === COMMAND) return this.#whole.place(names[0] ?? '');
    // A transaction of the library also ends a WATCH on an earlier connection.
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

  /** Why the node, rather than the command itself, caused the refusal. */
  #reason(
    error: unknown,
    names: readonly string[] = [],
    place?: PlaceInTransaction,
  ): string | undefined {
    const { message } = (error ?? {}) as { readonly message?: unknown };
    if (typeof message !== 'string') return undefined;
    const isLogin = names.some((each) => LOGINS.test(each));
    if (isLogin && names.length === 1) return undefined;
    // Commands sent together with a refused login are refused with it.
    if (/^WRONGPASS\b/.test(message)) return isLogin ? undefined : 'WRONGPASS';
    const isEnd = place === 'end' && this.#whole.hasRefused;
    if (isEnd && message.startsWith(DISCARDED)) return DISCARDED;
    return reasonToLeave(message, this.settings);
  }

  /** Resolves when the connection has ended. Each leave in a row waits longer than the last. */
  #leave(word: string): Promise<void> {
    if (!this.hooks.hasStarted()) return Promise.resolve();
    // The library sends waiting commands together with the login, before the connection is ready.
    if (!this.#client.isReady) return this.#checked();
    this.#leaving ??= this.#leaveOnce(word).finally(() => {
      this.#leaving = undefined;
    });
    return this.#leaving;
  }

  /** Resolves when the next connection has been checked, and left if the check failed. */
  async #checked(): Promise<void> {
    await new Promise<void>((resolve) => onceOf(this.#client, ['ready', ...CLOSED], resolve));
    if (!this.#client.isReady) return;
    await this.#checking;
    await this.#leaving;
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
    await this.#end();
  }

  /** Commands that are sent meanwhile wait for the next connection. */
  async #end(): Promise<void> {
    this.#ending = endConnection(this.#client, this.#send);
    await this.#ending;
    this.#ending = undefined;
  }

  #check(): void {
    this.#checking = this.#ask().then(
      () => {
        this.hooks.onConnected();
        return undefined;
      },
      (failure: unknown) => {
        const error = explainRedisError(failure, this.at);
        // The library itself reports a connection that was lost meanwhile.
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
    // RESP2 allows no other command while subscribed.
    if (this.#client.isPubSubActive && this.#protocol === 2) return;
    // Inside a transaction that waited for the connection, these commands would be queued.
    if (this.#whole.isTransaction) return;
    const plain = { typeMapping: {} };
    const [hello, ping] = await Promise.all([
      this.#send(['HELLO'], plain),
      this.#send(['PING'], plain),
    ]);
    this.#protocol = requireKind(hello, ping, this.at, this.settings).protocol;
  }

  /** Whether a call was certainly not executed and a resend may reach another node. */
  #isSentAgain(
    name: string,
    args: readonly unknown[],
    word: string,
    place?: PlaceInTransaction,
  ): boolean {
    // A connection without a login has no transaction, and executes no command.
    if (word === 'WRONGPASS' || word === 'NOAUTH') {
      if (name === COMMAND) return true;
      return place === undefined && !namesOf(name, args).some((each) => CHANGES_LOGIN.test(each));
    }
    if (place !== undefined || name !== COMMAND || !canResend(word)) return false;
    // In a sharded cache, a keyless write is sent to a random node, and could reach this node
    // again.
    if (this.settings.isCluster && word === 'READONLY') return false;
    // A command after ASKING needs that ASKING.
    const { chainId } = (args[1] ?? {}) as { readonly chainId?: unknown };
    return chainId === undefined;
  }
}

/** The command names of a call; empty if unknown. */
function namesOf(name: string, [first]: readonly unknown[]): readonly string[] {
  if (!Array.isArray(first)) return [];
  if (name === COMMAND) return [String(first[0])];
  if (!SEVERAL.includes(name)) return [];
  return first.map(({ args }: { readonly args: readonly unknown[] }) => String(args[0]));
}
