/**
 * The client library that applications use, with the URL from the secret as it is. TLS is
 * verified, and nothing is retried, so that no failure is hidden.
 */

import { Cluster, Redis } from 'ioredis';

export type Client = Redis | Cluster;

/** Not connected yet. For a sharded cache it follows a key to its shard. */
export function clientOf(url: string, ca: string, isSharded: boolean): Client {
  const once = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 };
  if (!isSharded) return new Redis(url, { ...once, tls: { ca } });
  const { hostname: host, port, username, password } = new URL(url);
  return new Cluster([{ host, port: Number(port) }], {
    lazyConnect: true,
    redisOptions: {
      tls: { ca },
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      maxRetriesPerRequest: 0,
      // ioredis waits this long for the end of a connection, even of one that never began.
      disconnectTimeout: 100,
    },
    // The name stays a name, since the certificate is for it and not for what it resolves to.
    dnsLookup: (name, done) => done(null, name),
    clusterRetryStrategy: () => null,
    // When that check fails, ioredis leaves `connect` waiting for ever.
    enableReadyCheck: false,
    // That a slot is elsewhere is an answer and no failure. Everything else counts at once.
    maxRedirections: REDIRECTIONS_MAX,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
  });
}

/** ioredis counts the last one as a failure. */
const REDIRECTIONS_MAX = 2;
