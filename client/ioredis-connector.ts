/**
 * Connects and logs in on behalf of ioredis, through its option `Connector`.
 *
 * So the options of a client and of its duplicates never hold a password, and each connection uses
 * the current credentials.
 */

import { Socket } from 'node:net';
import { type ConnectSettings, hostOf } from './connect-options';
import type { CredentialSource } from './credential-source';
import { explainRedisError, type RedisClientError, type RedisEndpoint } from './redis-client-error';
import { openSession } from './session';

/** The interface that ioredis expects of a connector. */
export interface IoredisConnector {
  readonly firstError: Error | undefined;
  check(info: unknown): boolean;
  connect(): Promise<Socket>;
  disconnect(): void;
}

export interface ConnectorHooks {
  /** A connection is established, and PING was answered. */
  readonly onConnected: () => void;
  /** A connection failed. ioredis reports its own error later or never. */
  readonly onFailure: (error: RedisClientError) => void;
}

/** ioredis waits for replies to the commands sent; a dead peer never replies. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Creates a class for the option `Connector`. */
export function ioredisConnector(
  credentials: CredentialSource,
  settings: ConnectSettings,
  { onConnected, onFailure }: ConnectorHooks,
): new (
  options: unknown,
) => IoredisConnector {
  return class Connector implements IoredisConnector {
    firstError: RedisClientError | undefined;
    readonly #options: Partial<RedisEndpoint>;
    #socket: Socket | undefined;
    /** A connection that has not logged in yet. */
    #opening: Socket | undefined;
    #attempt = 0;

    constructor(options: unknown) {
      this.#options = options as Partial<RedisEndpoint>;
    }

    check(): boolean {
      return true;
    }

    async connect(): Promise<Socket> {
      this.#attempt += 1;
      const attempt = this.#attempt;
      const { database, log } = settings;
      this.firstError = undefined;
      let at = this.#endpoint({ host: 'the cache', port: 0 });
      try {
        const credential = await credentials.get();
        at = this.#endpoint({ host: hostOf(credential, settings), port: credential.port });
        if (attempt !== this.#attempt) return closed(new Socket());
        const socket = await openSession(credentials, credential, at, settings, (opening) => {
          this.#opening = opening;
        });
        this.#socket = socket;
        this.#opening = undefined;
        onConnected();
        log({ event: 'connected', ...at, database });
        socket.once('close', () => {
          if (attempt === this.#attempt) log({ event: 'connection-lost', ...at, database });
        });
        return socket;
      } catch (failure) {
        const error = explainRedisError(failure, at);
        const { code, message } = error;
        if (attempt === this.#attempt) {
          this.firstError = error;
          onFailure(error);
          log({ event: 'connection-failed', ...at, database, code, message });
        }
        // ioredis retries after a closed connection, but never after a rejected promise.
        return closed(new Socket());
      }
    }

    /** Ends the connection, or the attempt to connect. */
    disconnect(): void {
      this.#attempt += 1;
      this.#opening?.destroy();
      const socket = this.#socket;
      if (socket === undefined || socket.destroyed) return;
      const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
      socket.once('close', () => clearTimeout(timer));
      socket.end();
    }

    /** A cluster node has its own address; every other client uses the endpoint of the secret. */
    #endpoint(said: RedisEndpoint): RedisEndpoint {
      const { host = said.host, port = said.port } = settings.isCluster ? this.#options : said;
      return { host, port };
    }
  };
}

function closed(socket: Socket): Socket {
  socket.on('error', () => undefined);
  socket.destroy();
  return socket;
}
