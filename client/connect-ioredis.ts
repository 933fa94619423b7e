/**
 * Connects an ioredis client that logs in with the current credentials on each connection.
 *
 * The class is an argument, so that this module needs no dependency; it also selects the topology:
 * `{ Redis }`, or `{ Cluster }` for a sharded cache.
 */

import { choiceOf, refuse } from './check-arguments';
import {
  type ConnectOptions,
  type ConnectSettings,
  hostOf,
  retryDelayMs,
  settingsOf,
} from './connect-options';
import type { CredentialSource } from './credential-source';
import type { IamCredentials } from './iam-credentials';
import { ioredisConnector } from './ioredis-connector';
import { watchHealth } from './ioredis-health';
import { IoredisLeaving } from './ioredis-leaving';
import { renewIoredis } from './ioredis-renewal';
import { explainRedisError, type RedisClientError } from './redis-client-error';
import type { RedisCredential } from './redis-credential';
import type { RedisCredentials } from './redis-credentials';

/** The methods of an ioredis client that the adapter calls. */
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

/** Options of ioredis that the secret or the adapter sets. */
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
 * @throws RedisClientError with the reason; then no connection is left open.
 */
export async function connectIoredis<Class extends IoredisClass>(
  credentials: RedisCredentials | IamCredentials,
  options: ConnectIoredisOptions<Class> | ConnectIoredisClusterOptions<Class>,
): Promise<IoredisClientOf<Class>> {
  const { isCluster, Class } = classOf(credentials, options);
  const settings = settingsOf(options, isCluster, ['Redis', 'Cluster'], OWNED);
  const source: CredentialSource = credentials;
  const credential = await source.get();
  let failure: RedisClientError | undefined;
  const at = { host: hostOf(credential, settings), port: credential.port };
  const leaving = new IoredisLeaving(settings, at, (connection, whole, where) =>
    renewIoredis(connection, whole, source, settings, where),
  );
  const Connector = ioredisConnector(source, settings, {
    onConnected: () => leaving.connected(),
    onFailure: (error) => {
      failure = error;
    },
  });
  const client = isCluster
    ? newCluster(Class, at, {
        ...clusterOptions(Connector, leaving, slotsTimeoutMs(source, settings)),
        ...options.options,
      })
    : newClient(Class, {
        ...at,
        ...redisOptions(Connector, leaving, settings),
        ...options.options,
      });
  leaving.watch(client);
  // The log already has each error; without a listener ioredis prints it again.
  client.on('error', () => undefined);
  try {
    // The connector has checked PING on each connection before ioredis gets it.
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw failure ?? explainRedisError(error, at);
  }
  watchHealth(client, settings, at);
  return client as IoredisClientOf<Class>;
}

/**
 * Only a cluster has `nodes`. Other classes are rejected, because they would never become ready.
 */
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
  { database, keepAliveMs }: ConnectSettings,
): object {
  return {
    Connector,
    db: database,
    keepAlive: keepAliveMs,
    lazyConnect: true,
    // The connector's PING already detects a server that still loads its data.
    enableReadyCheck: false,
    retryStrategy: (tries: number) => retryDelayMs(Math.max(tries, leaving.inARow)),
    reconnectOnError: leaving.onError,
  };
}

/**
 * ioredis requests the shards on a connection created for that request, and gives up after a second
 * without a reason. Each wait on that connection has its own timeout: TLS, login, a re-read of the
 * secret, second login. So this timeout only covers a missing reply.
 */
function slotsTimeoutMs(
  { readTimeMsMax }: CredentialSource,
  { connectTimeoutMs }: ConnectSettings,
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
    // Without its primary ioredis tries a script on a replica, which refuses it: it is sent again.
    redisOptions: { Connector, reconnectOnError: leaving.onError },
    clusterRetryStrategy: retryDelayMs,
    // Keep the host name: the certificate is valid for the name, not for the address.
    dnsLookup: (name: string, done: (error: null, address: string) => void) => done(null, name),
    // When the ready check fails, `connect` of ioredis never settles.
    enableReadyCheck: false,
  };
}
