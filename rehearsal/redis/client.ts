/**
 * ioredis with the unchanged URL of the secret. TLS is verified, and nothing is retried, so that no
 * failure is hidden.
 */

import { Cluster, Redis } from 'ioredis';

export type Client = Redis | Cluster;

/** A client that is not connected yet. For a sharded cache it follows redirects. */
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
      // ioredis waits this long for a connection to close, even if it was never established.
      disconnectTimeout: 100,
    },
    // Keep the host name, since the certificate names it and not its address.
    dnsLookup: (name, done) => done(null, name),
    clusterRetryStrategy: () => null,
    // If the ready check fails, `connect` of ioredis never resolves.
    enableReadyCheck: false,
    // A redirect (MOVED) is not a failure. Every other error counts at once.
    maxRedirections: REDIRECTIONS_MAX,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
  });
}

/** ioredis counts the last redirect as a failure. */
const REDIRECTIONS_MAX = 2;
