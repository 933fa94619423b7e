/**
 * Clients in Node.js: ioredis, node-redis, BullMQ and Valkey GLIDE.
 *
 * The URL scheme selects TLS; Node verifies the certificate and its host name by default.
 */

import {
  CONNECT_TIMEOUT_MS,
  HEALTH_CHECK_INTERVAL_MS,
  KEEP_ALIVE_MS,
} from '../../contract/client-settings';
import {
  type ClientOptions,
  type ClientProfile,
  NO_HEALTH_CHECK,
  noTemplate,
  PASSWORD_MARK,
  type ProfileTarget,
  selected,
  url,
} from './client-profile';

const IOREDIS = { connectTimeout: CONNECT_TIMEOUT_MS, keepAlive: KEEP_ALIVE_MS };

const NODE_REDIS = {
  pingInterval: HEALTH_CHECK_INTERVAL_MS,
  socket: {
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  },
};

/** Of `cdk-secure-redis/client`, whose adapters renew the login. */
const IAM = 'new IamCredentials({ ...iam, credentials, SignatureV4 })';

const DNS_LOOKUP =
  'of a sharded cache it would ask each node by its address, which no certificate names: add ' +
  '`dnsLookup: (name, done) => done(null, name)`';

/** A URL in a list of nodes applies to that node only; the other nodes need these options. */
function ioredis(target: ProfileTarget, more: ClientOptions = {}): ClientOptions {
  const { isSharded, username } = target;
  if (!isSharded) return { ...IOREDIS, ...more };
  const login = { username, password: PASSWORD_MARK, tls: {} };
  return { redisOptions: { ...IOREDIS, ...more, ...login, ...selected('db', target) } };
}

function nodeRedis({ isSharded, username }: ProfileTarget): ClientOptions {
  if (!isSharded) return NODE_REDIS;
  const socket = { ...NODE_REDIS.socket, tls: true };
  return { defaults: { ...NODE_REDIS, socket, username, password: PASSWORD_MARK } };
}

export const NODE_CLIENTS = {
  ioredis: {
    title: 'ioredis',
    source: 'https://github.com/redis/ioredis#readme',
    form: 'url',
    template: url,
    options: (target: ProfileTarget) => ioredis(target),
    use: {
      replicated: 'new Redis(template, options)',
      sharded: 'new Cluster([template], options)',
    },
    selectsInShards: true,
    iam: {
      options: (target: ProfileTarget) => selected('database', target),
      use: {
        replicated: `connectIoredis(${IAM}, { Redis, ...options })`,
        sharded: `connectIoredis(${IAM}, { Cluster, ...options })`,
      },
    },
    urlOptions: { connectionName: 'text', family: 'number', keyPrefix: 'text' },
    notInUrl: [
      'numbers in its URL stay text: timeouts are options',
      `${NO_HEALTH_CHECK}; \`connectIoredis\` of cdk-secure-redis/client has one`,
      DNS_LOOKUP,
    ],
  },
  'node-redis': {
    title: 'node-redis',
    source: 'https://github.com/redis/node-redis/blob/master/docs/client-configuration.md',
    form: 'url',
    template: url,
    options: nodeRedis,
    use: {
      replicated: 'createClient({ url: template, ...options })',
      sharded: 'createCluster({ rootNodes: [{ url: template }], ...options })',
    },
    iam: {
      options: (target: ProfileTarget) => selected('database', target),
      use: {
        replicated: `connectNodeRedis(${IAM}, { createClient, ...options })`,
        sharded: `connectNodeRedis(${IAM}, { createCluster, ...options })`,
      },
    },
    urlOptions: {},
    notInUrl: ['its URL takes no options at all'],
  },
  bullmq: {
    title: 'BullMQ',
    source: 'https://docs.bullmq.io/guide/connections',
    form: 'url',
    template: url,
    options: (target: ProfileTarget) => ioredis(target, { maxRetriesPerRequest: null }),
    use: {
      replicated: 'new Worker(name, work, { connection: new Redis(template, options) })',
      sharded:
        'new Worker(name, work, ' +
        "{ connection: new Cluster([template], options), prefix: '{name}' })",
    },
    selectsInShards: true,
    urlOptions: { connectionName: 'text', family: 'number' },
    notInUrl: [
      '`maxRetriesPerRequest: null`, which a worker needs',
      NO_HEALTH_CHECK,
      DNS_LOOKUP,
      'of a sharded cache, the keys of a queue need a `prefix` in braces',
    ],
  },
  'valkey-glide': {
    title: 'Valkey GLIDE',
    source: 'https://glide.valkey.io/how-to/client-initialization/',
    form: 'options',
    template: noTemplate,
    options: ({ host, port, username, database }: ProfileTarget) => ({
      addresses: [{ host, port }],
      useTLS: true,
      credentials: { username, password: PASSWORD_MARK },
      databaseId: database,
      advancedConfiguration: { connectionTimeout: CONNECT_TIMEOUT_MS },
    }),
    use: {
      replicated: 'GlideClient.createClient(options)',
      sharded: 'GlideClusterClient.createClient(options)',
    },
    // Since GLIDE 2.1.
    selectsInShards: true,
    urlOptions: {},
    notInUrl: [
      'it takes no URL: everything is an option',
      'it looks after its connections by itself: neither keepalive nor health check is an option',
    ],
  },
} as const satisfies { readonly [name: string]: ClientProfile };
