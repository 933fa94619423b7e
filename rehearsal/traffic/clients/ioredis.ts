/** ioredis with the URL from the secret, and its own way to connect anew. TLS is verified. */

import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { connectIoredis, type RedisCredentials } from '../../../client';
import { CONNECT_TIMEOUT_MS, KEEP_ALIVE_MS } from '../../../contract/client-settings';
import { isRefused } from '../../redis/why-of';
import { Connections } from '../connections';
import { type Access, driver } from '../driver';
import type { TrafficClient } from '../traffic-client';

export type RedisOrCluster = Redis | Cluster;

/**
 * By default ioredis gives up after a second, on a connection that it makes for the question: TCP,
 * TLS, login and answer. A login that is refused later than that would never be told.
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

/** Not connected yet. */
export function ioredisOf(
  url: string,
  { ca, isSharded }: Access,
  options: RedisOptions = {},
): RedisOrCluster {
  const settings: RedisOptions = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    tls: { ca },
    // ioredis waits this long for the end of a connection, even of one that never began.
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
      // A script that has lost the connection to its primary is tried on a replica, which refuses.
      reconnectOnError: ({ message }) => (message.startsWith('READONLY') ? 2 : false),
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
    },
    // The name stays a name, since the certificate is for it and not for what it resolves to.
    dnsLookup: (name, done) => done(null, name),
  });
}

/** With the adapter of `client/`, which logs in with what the secret says at each connection. */
export function adaptedIoredis(
  credentials: RedisCredentials,
  { ca, isSharded }: Access,
  connections: Connections,
  options: RedisOptions = {},
): Promise<RedisOrCluster> {
  const { log } = connections;
  if (!isSharded) return connectIoredis(credentials, { Redis, ca, log, options: { ...options } });
  return connectIoredis(credentials, { Cluster, ca, log });
}

/** Calls back for each connection that it makes, to a node of a cluster too. */
export function onConnect(client: RedisOrCluster, count: () => void): void {
  if (client instanceof Redis) client.on('connect', count);
  else client.on('+node', (node: Redis) => node.on('connect', count));
}

/**
 * What the client says in its events while its commands wait: that its password is refused. Its
 * application has it in the log; here the commands that wait end with it.
 */
export class Refusals {
  #last: Error | undefined;
  #onRefused: (error: Error) => void = () => undefined;

  /** For several clients too. */
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

  /** What it gives, or a refusal that is said before it ends. */
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

/** Ends with what the server or the certificate said, not with how the library puts it. */
export async function connectOnce(
  client: RedisOrCluster,
  url: string,
  access: Access,
): Promise<void> {
  // Without a listener ioredis prints what it says later.
  client.on('error', () => undefined);
  try {
    await new Promise<void>((resolve, reject) => {
      // A cluster says why a node is not reached in an event of its own.
      for (const event of ['error', 'node error']) client.once(event, reject);
      client.connect().then(resolve, reject);
    });
  } catch (error) {
    client.disconnect();
    // A cluster hides what the connection by which it looks for its nodes has met, so one client
    // with the same settings is sent to the same node.
    if (access.isSharded) await tryNode(url, { ...access, isSharded: false });
    throw error;
  }
}

async function tryNode(url: string, access: Access): Promise<void> {
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
