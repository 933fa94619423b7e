/**
 * How ioredis gets its connections from us: through `Connector`, the option by which it takes
 * connections that others make. What it gets is logged in already.
 *
 * So no password is ever in the options of a client, nor in those of its duplicates, and each
 * connection, the first as well as each later one, takes the credentials of the moment.
 */

import { Socket } from 'node:net';
import { hostOf, type Settings } from './connect-options';
import { explainRedisError, type RedisClientError, type RedisEndpoint } from './redis-client-error';
import type { RedisCredentials } from './redis-credentials';
import { openSession } from './session';

/** What ioredis asks of a connector. */
export interface IoredisConnector {
  readonly firstError: Error | undefined;
  check(info: unknown): boolean;
  connect(): Promise<Socket>;
  disconnect(): void;
}

export interface ConnectorHooks {
  /** A connection was made, and PING was answered on it. */
  readonly onConnected: () => void;
  /** A connection was not made. ioredis itself says so in its own words, later or never. */
  readonly onFailure: (error: RedisClientError) => void;
}

/** ioredis waits for what was sent to be answered; a peer that is dead never does. */
const CLOSE_TIMEOUT_MS = 2_000;

/** A class for the option `Connector`. */
export function ioredisConnector(
  credentials: RedisCredentials,
  settings: Settings,
  { onConnected, onFailure }: ConnectorHooks,
): new (
  options: unknown,
) => IoredisConnector {
  return class Connector implements IoredisConnector {
    firstError: RedisClientError | undefined;
    readonly #options: Partial<RedisEndpoint>;
    #socket: Socket | undefined;
    /** A connection that is not logged in yet. */
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
        // ioredis tries again after a connection that ended, and never after a rejection.
        return closed(new Socket());
      }
    }

    /** Ends the connection, or the attempt to make one. */
    disconnect(): void {
      this.#attempt += 1;
      this.#opening?.destroy();
      const socket = this.#socket;
      if (socket === undefined || socket.destroyed) return;
      const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS);
      socket.once('close', () => clearTimeout(timer));
      socket.end();
    }

    /** A node of a cluster has its own address; anybody else goes where the secret says. */
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
