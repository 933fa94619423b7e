/**
 * A client of ioredis that logs in with the credentials of the moment, whenever it connects.
 *
 * The class is passed in, so that nobody needs a library that he does not use; it also says
 * whether the cache is sharded: `{ Redis }` or `{ Cluster }`.
 */

import { choiceOf, refuse } from './check-arguments';
import {
  type ConnectOptions,
  hostOf,
  retryDelayMs,
  type Settings,
  settingsOf,
} from './connect-options';
import { ioredisConnector } from './ioredis-connector';
import { watchHealth } from './ioredis-health';
import { IoredisLeaving } from './ioredis-leaving';
import { explainRedisError, type RedisClientError } from './redis-client-error';
import type { RedisCredential } from './redis-credential';
import type { RedisCredentials } from './redis-credentials';

/** What the adapter uses of a client of ioredis. */
export interface IoredisClient {
  connect(): Promise<void>;
  disconnect(): void;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** `Redis` or `Cluster` of ioredis. */
export type IoredisClass = new (...args: never[]) => IoredisClient;

export interface ConnectIoredisOptions<Class> extends ConnectOptions {
  /** The class `Redis` of ioredis, for a cache without shards. */
  readonly Redis: Class;
}

export interface ConnectIoredisClusterOptions<Class> extends ConnectOptions {
  /** The class `Cluster` of ioredis, for a sharded cache. */
  readonly Cluster: Class;
}

/** The instance type of a class; of a generic class, with the default types. */
export type IoredisClientOf<Class> = Class extends {
  createClient(...args: never[]): infer Client;
}
  ? Client
  : Class extends new (
        ...args: never[]
      ) => infer Client
    ? Client
    : never;

/** Options of ioredis that the secret or the adapter decides. */
const OWNED = [
  'Connector',
  'db',
  'dnsLookup',
  'host',
  'lazyConnect',
  'password',
  'path',
  'port',
  'redisOptions',
  'sentinels',
  'tls',
  'username',
];

/**
 * Resolves to a client that is connected, logged in and has answered PING.
 *
 * @throws RedisClientError that says why not; then nothing is left open.
 */
export async function connectIoredis<Class extends IoredisClass>(
  credentials: RedisCredentials,
  options: ConnectIoredisOptions<Class> | ConnectIoredisClusterOptions<Class>,
): Promise<IoredisClientOf<Class>> {
  const { isCluster, Class } = classOf(credentials, options);
  const settings = settingsOf(options, isCluster, OWNED);
  const credential = await credentials.get();
  let failure: RedisClientError | undefined;
  const at = { host: hostOf(credential, settings), port: credential.port };
  const leaving = new IoredisLeaving(settings, at);
  const Connector = ioredisConnector(credentials, settings, {
    onConnected: () => leaving.connected(),
    onFailure: (error) => {
      failure = error;
    },
  });
  const client = isCluster
    ? newCluster(Class, at, {
        ...clusterOptions(Connector, leaving, slotsTimeoutMs(credentials, settings)),
        ...options.options,
      })
    : newClient(Class, {
        ...at,
        ...redisOptions(Connector, leaving, settings),
        ...options.options,
      });
  leaving.watch(client);
  // Each is in the log by then; without a listener ioredis prints it.
  client.on('error', () => undefined);
  try {
    // PING was answered by then: on each connection before ioredis gets it.
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw failure ?? explainRedisError(error, at);
  }
  watchHealth(client, settings, at);
  return client as IoredisClientOf<Class>;
}

/** A cluster knows its nodes. What is no class of ioredis would never tell that it is ready. */
function classOf(credentials: unknown, options: unknown) {
  const { isCluster, name, made } = choiceOf(credentials, options, ['Redis', 'Cluster']);
  const { connect, disconnect, nodes } = ((made as IoredisClass).prototype ??
    {}) as Partial<IoredisClient> & { readonly nodes?: unknown };
  const isOne = typeof connect === 'function' && typeof disconnect === 'function';
  if (!isOne || (typeof nodes === 'function') !== isCluster) {
    refuse(name, 'something else', `the class ${name} of ioredis`);
  }
  return { isCluster, Class: made as IoredisClass };
}

type Endpoint = Pick<RedisCredential, 'host' | 'port'>;

function newClient(Redis: IoredisClass, options: object): IoredisClient {
  return new (Redis as new (options: object) => IoredisClient)(options);
}

function newCluster(Cluster: IoredisClass, at: Endpoint, options: object): IoredisClient {
  return new (Cluster as new (nodes: readonly object[], options: object) => IoredisClient)(
    [at],
    options,
  );
}

function redisOptions(
  Connector: unknown,
  leaving: IoredisLeaving,
  { database, keepAliveMs }: Settings,
): object {
  return {
    Connector,
    db: database,
    keepAlive: keepAliveMs,
    lazyConnect: true,
    // A server that still loads its data has said so to our PING.
    enableReadyCheck: false,
    retryStrategy: (tries: number) => retryDelayMs(Math.max(tries, leaving.inARow)),
    reconnectOnError: leaving.onError,
  };
}

/**
 * ioredis asks for the shards on a connection that it makes for it, and gives up after a second
 * without a reason. Each wait on it has its own bound, and ends with one: TLS, the login, a re-read
 * of the secret, the second login. So ours is only for an answer that never comes.
 */
function slotsTimeoutMs(
  { readTimeMsMax }: RedisCredentials,
  { connectTimeoutMs }: Settings,
): number {
  return 4 * connectTimeoutMs + readTimeMsMax;
}

function clusterOptions(
  Connector: unknown,
  leaving: IoredisLeaving,
  slotsRefreshTimeout: number,
): object {
  return {
    slotsRefreshTimeout,
    lazyConnect: true,
    // A script that has lost the connection to its primary is tried on a replica.
    redisOptions: { Connector, reconnectOnError: leaving.onError },
    clusterRetryStrategy: retryDelayMs,
    // The name stays a name, since the certificate is for it and not for what it resolves to.
    dnsLookup: (name: string, done: (error: null, address: string) => void) => done(null, name),
    // When that check fails, ioredis leaves `connect` waiting for ever.
    enableReadyCheck: false,
  };
}
