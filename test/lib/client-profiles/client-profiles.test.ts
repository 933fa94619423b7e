/**
 * Client profiles against values typed by hand: connection string and options per library, for a
 * replicated and a sharded cache, without a secret.
 */

import { type ClientName, Topology } from '../../../lib';
import { CLIENT_PROFILES } from '../../../lib/client-profiles/client-profiles';
import { flatten } from '../../support/flatten';
import { type CacheStack, makeStack } from '../../support/synth';

const HOST = '<CacheReplicationGroup5B07CC82.PrimaryEndPoint.Address>';
const SEED = '<CacheReplicationGroup5B07CC82.ConfigurationEndPoint.Address>';

const REPLICATED = makeStack();
const SHARDED = makeStack({ topology: Topology.sharded({ shards: 2 }) });

function of({ cache, resolve }: CacheStack, client: ClientName, database = 0) {
  return flatten(resolve.call(REPLICATED, cache.connectionString({ client, database }))) as {
    readonly form: string;
    readonly template?: string;
    readonly options: object;
    readonly use: string;
    readonly notInUrl: readonly string[];
    readonly source: string;
  };
}

const names = Object.keys(CLIENT_PROFILES) as ClientName[];

const URL_OF_2 = `rediss://default:{password}@${HOST}:6380/2`;
const URL_OF_SHARDS = `rediss://default:{password}@${SEED}:6380/0`;
const NOT_SHARDED = 'refused';

/** Client, form, template for database 2, template or form for a sharded cache. */
const STRINGS: readonly (readonly [ClientName, string, string | undefined, string | undefined])[] =
  [
    ['redis-py', 'url', URL_OF_2, URL_OF_SHARDS],
    ['redis-py-asyncio', 'url', URL_OF_2, URL_OF_SHARDS],
    ['celery', 'url', URL_OF_2, NOT_SHARDED],
    ['rq', 'url', URL_OF_2, NOT_SHARDED],
    ['django-redis', 'url', URL_OF_2, NOT_SHARDED],
    ['django', 'url', URL_OF_2, NOT_SHARDED],
    ['flask-caching', 'url', URL_OF_2, NOT_SHARDED],
    ['ioredis', 'url', URL_OF_2, URL_OF_SHARDS],
    ['node-redis', 'url', URL_OF_2, URL_OF_SHARDS],
    ['bullmq', 'url', URL_OF_2, URL_OF_SHARDS],
    ['valkey-glide', 'options', undefined, undefined],
    ['go-redis', 'url', URL_OF_2, URL_OF_SHARDS],
    ['jedis', 'url', URL_OF_2, URL_OF_SHARDS],
    ['lettuce', 'url', URL_OF_2, URL_OF_SHARDS],
    ['spring-data-redis', 'url', URL_OF_2, undefined],
    ['redis-rs', 'url', URL_OF_2, URL_OF_SHARDS],
    ['hiredis', 'options', undefined, NOT_SHARDED],
    [
      'stackexchange-redis',
      'configuration',
      `${HOST}:6380,user=default,password={password},ssl=true,abortConnect=false,` +
        'connectTimeout=5000,keepAlive=30,defaultDatabase=2',
      `${SEED}:6380,user=default,password={password},ssl=true,abortConnect=false,` +
        'connectTimeout=5000,keepAlive=30',
    ],
    ['redis-cli', 'url', `rediss://${HOST}:6380/2`, `rediss://${SEED}:6380/0`],
    ['phpredis', 'options', undefined, undefined],
    ['sidekiq', 'url', URL_OF_2, NOT_SHARDED],
  ];

describe('The string', () => {
  test('is typed here for every client', () => {
    expect(STRINGS.map(([name]) => name)).toEqual(names);
  });

  test.each(STRINGS)('of %s, database 2 of a replicated cache', (client, form, template) => {
    expect(of(REPLICATED, client, 2)).toMatchObject({ form });
    expect(of(REPLICATED, client, 2).template).toBe(template);
  });

  test.each(STRINGS.map(([client, , , sharded]) => [client, sharded] as const))(
    'of %s, a sharded cache',
    (client, sharded) => {
      const ask = () => of(SHARDED, client).template;
      if (sharded === NOT_SHARDED)
        expect(ask).toThrow(`which know sharded caches, got "${client}".`);
      else expect(ask()).toBe(sharded);
    },
  );
});

const PYTHON = {
  socket_connect_timeout: 5,
  socket_keepalive: true,
  health_check_interval: 30,
  ssl_check_hostname: true,
};

const CELERY_TLS = { ssl_cert_reqs: 'required', ssl_check_hostname: true };

describe('What stands beside it, for database 2 of a replicated cache', () => {
  test.each<[ClientName, object]>([
    ['redis-py', PYTHON],
    ['redis-py-asyncio', PYTHON],
    ['rq', PYTHON],
    ['django', { BACKEND: 'django.core.cache.backends.redis.RedisCache', OPTIONS: PYTHON }],
    [
      'django-redis',
      {
        BACKEND: 'django_redis.cache.RedisCache',
        OPTIONS: {
          CLIENT_CLASS: 'django_redis.client.DefaultClient',
          CONNECTION_POOL_KWARGS: PYTHON,
        },
      },
    ],
    ['flask-caching', { CACHE_TYPE: 'RedisCache', CACHE_REDIS_DB: 2, CACHE_OPTIONS: PYTHON }],
    [
      'celery',
      {
        broker_use_ssl: CELERY_TLS,
        redis_backend_use_ssl: CELERY_TLS,
        broker_transport_options: {
          socket_connect_timeout: 5,
          socket_keepalive: true,
          health_check_interval: 30,
        },
        redis_socket_connect_timeout: 5,
        redis_socket_keepalive: true,
        redis_backend_health_check_interval: 30,
      },
    ],
    ['ioredis', { connectTimeout: 5000, keepAlive: 30000 }],
    ['bullmq', { connectTimeout: 5000, keepAlive: 30000, maxRetriesPerRequest: null }],
    [
      'node-redis',
      {
        pingInterval: 30000,
        socket: { connectTimeout: 5000, keepAlive: true, keepAliveInitialDelay: 30000 },
      },
    ],
    [
      'valkey-glide',
      {
        addresses: [{ host: HOST, port: 6380 }],
        useTLS: true,
        credentials: { username: 'default', password: '{password}' },
        databaseId: 2,
        advancedConfiguration: { connectionTimeout: 5000 },
      },
    ],
    ['go-redis', { DialTimeout: '5s' }],
    [
      'jedis',
      {
        connectionTimeoutMillis: 5000,
        sslVerifyMode: 'FULL',
        timeBetweenEvictionRuns: '30s',
      },
    ],
    ['lettuce', { connectTimeout: '5s', keepAlive: { idle: '30s' } }],
    [
      'spring-data-redis',
      { 'spring.data.redis.connect-timeout': '5s', 'spring.data.redis.database': 2 },
    ],
    ['redis-rs', { connection_timeout: '5s', keepalive: '30s' }],
    [
      'hiredis',
      {
        'redisOptions.endpoint.tcp.ip': HOST,
        'redisOptions.endpoint.tcp.port': 6380,
        'redisOptions.connect_timeout': 5,
        redisEnableKeepAliveWithInterval: 30,
        AUTH: ['default', '{password}'],
        SELECT: 2,
      },
    ],
    ['stackexchange-redis', {}],
    ['redis-cli', { REDISCLI_AUTH: '{password}' }],
    [
      'phpredis',
      {
        host: `tls://${HOST}`,
        port: 6380,
        timeout: 5,
        context: {
          auth: ['default', '{password}'],
          stream: { verify_peer: true, verify_peer_name: true },
        },
        OPT_TCP_KEEPALIVE: true,
        select: 2,
      },
    ],
    ['sidekiq', { connect_timeout: 5 }],
  ])('%s', (client, options) => {
    expect(of(REPLICATED, client, 2).options).toEqual(options);
  });
});

describe('How a client is told of a sharded cache', () => {
  const login = { username: 'default', password: '{password}' };

  test.each<[ClientName, string, object]>([
    ['redis-py', 'redis.cluster.RedisCluster.from_url(template, **options)', PYTHON],
    [
      'ioredis',
      'new Cluster([template], options)',
      { redisOptions: { connectTimeout: 5000, keepAlive: 30000, ...login, tls: {} } },
    ],
    [
      'node-redis',
      'createCluster({ rootNodes: [{ url: template }], ...options })',
      {
        defaults: {
          ...login,
          pingInterval: 30000,
          socket: {
            tls: true,
            connectTimeout: 5000,
            keepAlive: true,
            keepAliveInitialDelay: 30000,
          },
        },
      },
    ],
    [
      'spring-data-redis',
      'spring.data.redis.cluster.nodes',
      {
        'spring.data.redis.connect-timeout': '5s',
        'spring.data.redis.cluster.nodes': `${SEED}:6380`,
        'spring.data.redis.username': 'default',
        'spring.data.redis.password': '{password}',
        'spring.data.redis.ssl.enabled': true,
      },
    ],
    [
      'phpredis',
      'new RedisCluster(...)',
      {
        name: null,
        seeds: [`tls://${SEED}:6380`],
        timeout: 5,
        auth: ['default', '{password}'],
        context: { verify_peer: true, verify_peer_name: true },
      },
    ],
  ])('%s', (client, use, options) => {
    expect(of(SHARDED, client)).toMatchObject({ use });
    expect(of(SHARDED, client).options).toEqual(options);
  });
});

describe('Every entry', () => {
  test.each(names)('%s holds no secret, says what is missing, and where it was read', (client) => {
    const { source, notInUrl, use } = of(REPLICATED, client);
    const text = JSON.stringify(REPLICATED.resolve(REPLICATED.cache.connectionString({ client })));
    expect(text).not.toMatch(/resolve:|secretsmanager|Secret/);
    expect(text).toContain('{password}');
    expect(source).toMatch(/^https:\/\//);
    expect(notInUrl.length).toBeGreaterThan(0);
    expect(use).not.toBe('');
  });
});
