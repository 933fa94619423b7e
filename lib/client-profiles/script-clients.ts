/** Clients in PHP and Ruby, and redis-cli. */

import { connectionUrlWithoutLogin, DEFAULT_USERNAME } from '../../contract/connection-url';
import {
  type ClientOptions,
  type ClientProfile,
  CONNECT_TIMEOUT_SECONDS,
  NO_HEALTH_CHECK,
  noTemplate,
  PASSWORD_MARK,
  type ProfileTarget,
  url,
} from './client-profile';

const VERIFIED = { verify_peer: true, verify_peer_name: true };

/** The named parameters of `Redis::connect`, or of `RedisCluster::__construct`. */
function phpRedis({ host, port, username, database, isSharded }: ProfileTarget): ClientOptions {
  const auth = [username, PASSWORD_MARK];
  if (isSharded) {
    const seeds = [`tls://${host}:${port}`];
    return { name: null, seeds, timeout: CONNECT_TIMEOUT_SECONDS, auth, context: VERIFIED };
  }
  return {
    host: `tls://${host}`,
    port,
    timeout: CONNECT_TIMEOUT_SECONDS,
    context: { auth, stream: VERIFIED },
    OPT_TCP_KEEPALIVE: true,
    select: database,
  };
}

export const SCRIPT_CLIENTS = {
  'redis-cli': {
    title: 'redis-cli',
    source: 'https://redis.io/docs/latest/develop/tools/cli/',
    form: 'url',
    template: connectionUrlWithoutLogin,
    options: ({ username }) => ({
      // An argument: the URL takes a user only with a password.
      ...(username !== DEFAULT_USERNAME && { '--user': username }),
      REDISCLI_AUTH: PASSWORD_MARK,
    }),
    use: {
      replicated: 'redis-cli -u template',
      sharded: 'redis-cli -c -u template',
    },
    selectsInShards: true,
    urlOptions: {},
    notInUrl: [
      'a password in it could be seen by everybody on the machine: it is read from REDISCLI_AUTH',
      'it verifies the chain of a certificate and never the name',
      'it has no timeout for connecting before version 7.2, no keepalive to set, no health check',
    ],
  },
  phpredis: {
    title: 'phpredis',
    source: 'https://github.com/phpredis/phpredis#readme',
    form: 'options',
    template: noTemplate,
    options: phpRedis,
    use: { replicated: '$redis->connect(...)', sharded: 'new RedisCluster(...)' },
    urlOptions: {},
    notInUrl: [
      'it takes no URL: connecting and SELECT are calls',
      'TCP keepalive is on or off, with the idle time of the operating system',
      NO_HEALTH_CHECK,
    ],
  },
  sidekiq: {
    title: 'Sidekiq',
    source: 'https://github.com/sidekiq/sidekiq/wiki/Using-Redis',
    form: 'url',
    template: url,
    options: () => ({ connect_timeout: CONNECT_TIMEOUT_SECONDS }),
    use: { replicated: 'config.redis = { url: template, **options }' },
    urlOptions: {},
    notInUrl: ['timeouts are options; TCP keepalive is its own affair', NO_HEALTH_CHECK],
  },
} as const satisfies { readonly [name: string]: ClientProfile };
