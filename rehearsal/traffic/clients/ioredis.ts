/** ioredis with the URL from the secret and its own reconnection. TLS is verified. */

import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { connectIoredis, type RedisCredentials } from '../../../client';
import { CONNECT_TIMEOUT_MS, KEEP_ALIVE_MS } from '../../../contract/client-settings';
import { isRefused } from '../../redis/failure-word';
import { Connections } from '../connections';
import { driver, type ServerAccess } from '../driver';
import type { TrafficClient } from '../traffic-client';

export type RedisOrCluster = Redis | Cluster;

/**
 * Timeout of ioredis for reading the slots, which includes TCP, TLS and login of a new connection.
 * With the default of one second, a login that is refused later would never be reported.
 */
const SLOTS_TIMEOUT_MS = 4 * CONNECT_TIMEOUT_MS;

export const IOREDIS = driver({
  name: 'ioredis',
  connect: async (url, access) => {
    const connections = new Connections();
    const client = ioredisOf(url, access);
    onConnect(client, () => connections.take());
    await connectOnce(client, url, access);
    return new IoredisTraffic(client, connections);
  },
  reread: async (credentials, access) => {
    const connections = new Connections();
    const client = await adaptedIoredis(credentials, access, connections);
    return new IoredisTraffic(client, connections);
  },
});

/** A client that is not connected yet. */
export function ioredisOf(
  url: string,
  { ca, isSharded }: ServerAccess,
  options: RedisOptions = {},
): RedisOrCluster {
  const settings: RedisOptions = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    tls: { ca },
    // ioredis waits this long for a connection to close, even if it was never established.
    disconnectTimeout: 100,
    ...options,
  };
  if (!isSharded) return new Redis(url, { ...settings, lazyConnect: true });
  const { hostname: host, port, username, password } = new URL(url);
  return new Cluster([{ host, port: Number(port) }], {
    lazyConnect: true,
    slotsRefreshTimeout: SLOTS_TIMEOUT_MS,
    redisOptions: {
      ...settings,
      // After a lost connection ioredis tries scripts on a replica, which refuses with READONLY.
      reconnectOnError: ({ message }) => (message.startsWith('READONLY') ? 2 : false),
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
    },
    // Keep the host name, since the certificate names it and not its address.
    dnsLookup: (name, done) => done(null, name),
  });
}

/** ioredis with the adapter of `client/`, which reads the password for each connection. */
export function adaptedIoredis(
  credentials: RedisCredentials,
  { ca, isSharded }: ServerAccess,
  connections: Connections,
  options: RedisOptions = {},
): Promise<RedisOrCluster> {
  const { log } = connections;
  if (!isSharded) return connectIoredis(credentials, { Redis, ca, log, options: { ...options } });
  return connectIoredis(credentials, { Cluster, ca, log });
}

/** Calls back for each connection of a client, also to the nodes of a cluster. */
export function onConnect(client: RedisOrCluster, count: () => void): void {
  if (client instanceof Redis) client.on('connect', count);
  else client.on('+node', (node: Redis) => node.on('connect', count));
}

/**
 * Refused logins, which the client reports in events while its commands wait. An application logs
 * them; here they end the waiting commands.
 */
export class Refusals {
  #last: Error | undefined;
  #onRefused: (error: Error) => void = () => undefined;

  /** Can watch several clients. */
  watch(client: Pick<RedisOrCluster, 'on'>): void {
    for (const event of ['error', 'node error']) {
      client.on(event, (error: Error) => this.take(error));
    }
  }

  take(error: Error): void {
    if (!isRefused(error)) return;
    this.#last = error;
    this.#onRefused(error);
  }

  /** The result of the commands, or the first refused login before they end. */
  async within<T>(commands: () => Promise<T>): Promise<T> {
    this.#last = undefined;
    const refused = new Promise<never>((_, reject) => {
      this.#onRefused = reject;
    });
    try {
      return await Promise.race([commands(), refused]);
    } catch (error) {
      throw this.#last ?? error;
    }
  }
}

/** Connects. Fails with the error of the server or the certificate, not the library's wrapper. */
export async function connectOnce(
  client: RedisOrCluster,
  url: string,
  access: ServerAccess,
): Promise<void> {
  // Without a listener ioredis prints later errors.
  client.on('error', () => undefined);
  try {
    await new Promise<void>((resolve, reject) => {
      // A cluster reports errors of its nodes in a separate event.
      for (const event of ['error', 'node error']) client.once(event, reject);
      client.connect().then(resolve, reject);
    });
  } catch (error) {
    client.disconnect();
    // A cluster hides errors of the connection that reads the slots, so a single client with the
    // same settings connects to the same node.
    if (access.isSharded) await tryNode(url, { ...access, isSharded: false });
    throw error;
  }
}

async function tryNode(url: string, access: ServerAccess): Promise<void> {
  const client = ioredisOf(url, access);
  await connectOnce(client, url, access);
  client.disconnect();
}

class IoredisTraffic implements TrafficClient {
  readonly #refusals = new Refusals();

  constructor(
    private readonly client: RedisOrCluster,
    private readonly connections: Connections,
  ) {
    this.#refusals.watch(client);
  }

  get connects(): number {
    return this.connections.count;
  }

  async command(key: string, value: string): Promise<void> {
    const { client } = this;
    const got = await this.#refusals.within(async () => {
      await client.set(key, value);
      return client.get(key);
    });
    if (got !== value) throw new Error('wrong answer');
  }

  async close(): Promise<void> {
    this.client.disconnect();
  }
}
