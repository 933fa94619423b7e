/**
 * Clients in Go, Java, Rust, C and .NET.
 *
 * An option that is set by a call or a field has its name.
 */

import { CONNECT_TIMEOUT_MS, KEEP_ALIVE_MS } from '../../contract/client-settings';
import {
  type ClientOptions,
  type ClientProfile,
  CONNECT_TIMEOUT_SECONDS,
  HEALTH_CHECK_SECONDS,
  NO_HEALTH_CHECK,
  noTemplate,
  PASSWORD_MARK,
  type ProfileTarget,
  selected,
  url,
  urlUnlessSharded,
} from './client-profile';

const CONNECT_TIMEOUT = `${CONNECT_TIMEOUT_SECONDS}s`;
const KEEP_ALIVE = `${KEEP_ALIVE_MS / 1_000}s`;

/** A comma-separated string, in the order of its documentation. */
function stackExchange({ host, port, username, database, isSharded }: ProfileTarget): string {
  const parts = [
    `${host}:${port}`,
    `user=${username}`,
    `password=${PASSWORD_MARK}`,
    'ssl=true',
    'abortConnect=false',
    `connectTimeout=${CONNECT_TIMEOUT_MS}`,
    `keepAlive=${HEALTH_CHECK_SECONDS}`,
  ];
  return (isSharded ? parts : [...parts, `defaultDatabase=${database}`]).join(',');
}

/** A list of nodes has no URL, so there everything is a property. */
function springBoot({ host, port, username, isSharded, database }: ProfileTarget): ClientOptions {
  const common = { 'spring.data.redis.connect-timeout': CONNECT_TIMEOUT };
  if (!isSharded) return { ...common, 'spring.data.redis.database': database };
  return {
    ...common,
    'spring.data.redis.cluster.nodes': `${host}:${port}`,
    'spring.data.redis.username': username,
    'spring.data.redis.password': PASSWORD_MARK,
    'spring.data.redis.ssl.enabled': true,
  };
}

export const COMPILED_CLIENTS = {
  'go-redis': {
    title: 'go-redis',
    source: 'https://pkg.go.dev/github.com/redis/go-redis/v9#ParseURL',
    form: 'url',
    template: url,
    options: () => ({ DialTimeout: CONNECT_TIMEOUT }),
    use: {
      replicated: 'redis.NewClient(redis.ParseURL(template))',
      sharded: 'redis.NewClusterClient(redis.ParseClusterURL(template))',
    },
    urlOptions: {
      client_name: 'text',
      max_retries: 'number',
      min_idle_conns: 'number',
      pool_size: 'number',
      protocol: 'number',
      read_timeout: 'text',
      write_timeout: 'text',
    },
    notInUrl: [
      'TCP keepalive is in the `Dialer`: 30 idle seconds, five minutes in older versions',
      'it looks whether a connection is open before it uses it, and has no PING of its own',
    ],
  },
  jedis: {
    title: 'Jedis',
    source: 'https://redis.io/docs/latest/develop/clients/jedis/connect/',
    form: 'url',
    template: url,
    options: (target: ProfileTarget) => ({
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      sslVerifyMode: 'FULL',
      timeBetweenEvictionRuns: `${HEALTH_CHECK_SECONDS}s`,
      // For a sharded cache it accepts nodes, not a URL.
      ...(target.isSharded ? selected('database', target) : {}),
    }),
    use: {
      replicated: 'RedisClient.builder().fromURI(template)',
      sharded: 'RedisClusterClient.builder().nodes(…)',
    },
    selectsInShards: true,
    urlOptions: { protocol: 'number' },
    notInUrl: [
      '`SslVerifyMode.FULL` states what 7.5 and newer do anyway: they check the name',
      'timeouts are in `DefaultJedisClientConfig`, health checks in the pool',
      'TCP keepalive is on, with the idle time of the operating system',
    ],
  },
  lettuce: {
    title: 'Lettuce',
    source: 'https://redis.github.io/lettuce/user-guide/connecting-redis/#uri-syntax',
    form: 'url',
    template: url,
    options: () => ({ connectTimeout: CONNECT_TIMEOUT, keepAlive: { idle: KEEP_ALIVE } }),
    use: {
      replicated: 'RedisClient.create(template)',
      sharded: 'RedisClusterClient.create(template)',
    },
    urlOptions: { clientName: 'text', timeout: 'text' },
    notInUrl: [
      '`timeout` in its URL is that of a command; connecting and keepalive are `SocketOptions`',
      NO_HEALTH_CHECK,
    ],
  },
  'spring-data-redis': {
    title: 'Spring Data Redis',
    source:
      'https://docs.spring.io/spring-boot/appendix/application-properties/' +
      '#application-properties.data.spring.data.redis.url',
    form: 'url',
    template: urlUnlessSharded,
    options: springBoot,
    use: {
      replicated: 'spring.data.redis.url',
      sharded: 'spring.data.redis.cluster.nodes',
    },
    urlOptions: {},
    notInUrl: [
      'before Spring Boot 3.5 the database of the URL is ignored, so it is a property, too',
      'a sharded cache is configured by properties, and its URL is not used',
      'TCP keepalive is a `LettuceClientConfigurationBuilderCustomizer`; there is no health check',
    ],
  },
  'redis-rs': {
    title: 'redis-rs',
    source: 'https://docs.rs/redis/latest/redis/#connection-parameters',
    form: 'url',
    template: url,
    options: () => ({ connection_timeout: CONNECT_TIMEOUT, keepalive: KEEP_ALIVE }),
    use: {
      replicated: 'redis::Client::open(template)',
      sharded: 'redis::cluster::ClusterClient::new(vec![template])',
    },
    urlOptions: { protocol: 'text' },
    notInUrl: [
      'with `tls-rustls` the application chooses the cryptography: depend on `rustls` with `ring`',
      'the timeout is given where the connection is made, keepalive in `TcpSettings`',
      NO_HEALTH_CHECK,
    ],
  },
  hiredis: {
    title: 'hiredis',
    source: 'https://github.com/redis/hiredis#readme',
    form: 'options',
    template: noTemplate,
    options: ({ host, port, username, database }: ProfileTarget) => ({
      'redisOptions.endpoint.tcp.ip': host,
      'redisOptions.endpoint.tcp.port': port,
      'redisOptions.connect_timeout': CONNECT_TIMEOUT_SECONDS,
      redisEnableKeepAliveWithInterval: KEEP_ALIVE_MS / 1_000,
      AUTH: [username, PASSWORD_MARK],
      SELECT: database,
    }),
    use: { replicated: 'redisConnectWithOptions, then redisInitiateSSL' },
    urlOptions: {},
    notInUrl: [
      'it takes no URL: connecting, TLS, AUTH and SELECT are calls',
      'it verifies the chain of a certificate and never the name: pass it your own `SSL`',
      NO_HEALTH_CHECK,
    ],
  },
  'stackexchange-redis': {
    title: 'StackExchange.Redis',
    source: 'https://stackexchange.github.io/StackExchange.Redis/Configuration',
    form: 'configuration',
    template: stackExchange,
    options: () => ({}),
    use: {
      replicated: 'ConnectionMultiplexer.ConnectAsync(template)',
      sharded: 'ConnectionMultiplexer.ConnectAsync(template)',
    },
    urlOptions: { asyncTimeout: 'number', name: 'text', syncTimeout: 'number' },
    notInUrl: [
      'it takes no URL: the string is its own configuration, with the password as it is',
      '`keepAlive` is a message of its own, which is the health check; TCP has none besides',
    ],
  },
} as const satisfies { readonly [name: string]: ClientProfile };
