/**
 * Connects a node-redis client that logs in with the current credentials on each connection,
 * through `credentialsProvider`, which node-redis calls before each login.
 *
 * The function is an argument, so that this module needs no dependency; it also selects the
 * topology: `{ createClient }`, or `{ createCluster }` for a sharded cache.
 */

import { isIP } from 'node:net';
import { choiceOf, refuse } from './check-arguments';
import {
  type ConnectOptions,
  type ConnectSettings,
  hostOf,
  retryDelayMs,
  settingsOf,
} from './connect-options';
import type { IamCredentials } from './iam-credentials';
import { isRefusal, NodeRedisLogins } from './node-redis-logins';
import { NodeRedisWatch } from './node-redis-watch';
import { explainRedisError, type RedisEndpoint } from './redis-client-error';
import type { RedisCredentials } from './redis-credentials';

/** The methods of a node-redis client that the adapter calls. */
export interface NodeRedisClient {
  connect(): Promise<unknown>;
  destroy(): void;
  ping(): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/**
 * `createClient` or `createCluster` of node-redis. Only the names of the client's methods are
 * compared: comparing their types would cost a compiler seconds.
 */
export type NodeRedisFunction = (
  ...args: never[]
) => Readonly<Record<keyof NodeRedisClient, unknown>>;

export interface ConnectNodeRedisOptions<Make> extends ConnectOptions {
  /** The function `createClient` of node-redis, for a cache without shards. */
  readonly createClient: Make;
}

export interface ConnectNodeRedisClusterOptions<Make> extends ConnectOptions {
  /** The function `createCluster` of node-redis, for a sharded cache. */
  readonly createCluster: Make;
}

/** Options of node-redis that the secret or the adapter sets. */
const OWNED = [
  'credentialsProvider',
  'database',
  'defaults',
  'password',
  'pingInterval',
  'rootNodes',
  'socket',
  'url',
  'username',
];

/**
 * Resolves to a client that is connected, logged in and has answered PING.
 *
 * @throws RedisClientError with the reason; then no connection is left open.
 */
export async function connectNodeRedis<Make extends NodeRedisFunction>(
  credentials: RedisCredentials | IamCredentials,
  options: ConnectNodeRedisOptions<Make> | ConnectNodeRedisClusterOptions<Make>,
): Promise<ReturnType<Make>> {
  const choice = choiceOf(credentials, options, ['createClient', 'createCluster']);
  const { isCluster } = choice;
  const settings = settingsOf(options, isCluster, ['createClient', 'createCluster'], OWNED);
  const credential = await credentials.get();
  const at = { host: hostOf(credential, settings), port: credential.port };
  const logins = new NodeRedisLogins(credentials, settings, at);
  const own = clientOptions(settings, at, logins);
  const client = makeClient(choice, {
    ...(isCluster ? { rootNodes: [{ socket: at }], defaults: own } : own),
    ...options.options,
  });
  const watch = new NodeRedisWatch(settings, at, logins);
  watch.take(client);
  try {
    await Promise.race([start(client, settings, logins, watch), logins.patience.end]);
  } catch (error) {
    client.destroy();
    watch.stop();
    logins.patience.stop();
    throw explainRedisError(logins.failure ?? error, at);
  }
  logins.hasStarted = true;
  logins.patience.stop();
  return client as unknown as ReturnType<Make>;
}

/** Only a cluster has `masters`. With an unknown option, node-redis would connect to localhost. */
function makeClient(
  { isCluster, name, made }: ReturnType<typeof choiceOf>,
  options: object,
): NodeRedisClient {
  let client: Partial<NodeRedisClient> | undefined;
  try {
    client = (made as (options: object) => NodeRedisClient)(options);
  } catch {
    // With invalid options, the library throws an internal error.
  }
  const isOne = [client?.connect, client?.destroy, client?.ping, client?.on].every(
    (each) => typeof each === 'function',
  );
  if (client === undefined || !isOne || 'masters' in client !== isCluster) {
    const allowed = `the function ${name} of node-redis, with options that it takes`;
    refuse(name, 'something that makes no client', allowed);
  }
  return client as NodeRedisClient;
}

function clientOptions(
  settings: ConnectSettings,
  at: RedisEndpoint,
  logins: NodeRedisLogins,
): object {
  const { healthCheckIntervalMs, connectTimeoutMs } = settings;
  let hasReread = false;
  return {
    credentialsProvider: {
      type: 'async-credentials-provider',
      credentials: () => logins.next(),
    },
    database: settings.database,
    // node-redis sends PING at this interval; `socketTimeout` closes a socket without a reply.
    pingInterval: healthCheckIntervalMs,
    socket: {
      ...at,
      tls: true,
      secureContext: settings.secureContext,
      servername: settings.isCluster || isIP(at.host) !== 0 ? undefined : at.host,
      connectTimeout: connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelay: settings.keepAliveMs,
      socketTimeout: healthCheckIntervalMs + connectTimeoutMs,
      reconnectStrategy: (tries: number, cause: unknown) => {
        const mayHelp = logins.fail(cause);
        if (logins.hasStarted) return mayHelp ? 0 : retryDelayMs(tries + 1);
        const isSecond = hasReread;
        hasReread = true;
        return mayHelp && !isSecond ? 0 : false;
      },
    },
  };
}

async function start(
  client: NodeRedisClient,
  settings: ConnectSettings,
  logins: NodeRedisLogins,
  watch: NodeRedisWatch,
): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    // A cluster does not retry the connection on which it requests its shards.
    if (!settings.isCluster || !isRefusal(logins.failure) || !logins.fail(logins.failure)) {
      throw error;
    }
    logins.failure = undefined;
    await client.connect();
  }
  const fault = await watch.fault();
  if (fault !== undefined) {
    logins.failure = fault;
    throw fault;
  }
  logins.failure = undefined;
}
