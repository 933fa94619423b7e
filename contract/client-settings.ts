/**
 * Connection settings of every client, whatever its language: timeouts, keepalive, health check.
 *
 * Stated once, so that a connection string, an adapter and an example agree.
 */

/** Longest wait for a connection, TLS handshake included, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** Idle time before TCP asks whether the peer is alive, in milliseconds. */
export const KEEP_ALIVE_MS = 30_000;

/** Idle time after which a client asks with PING before it sends, in milliseconds. */
export const HEALTH_CHECK_INTERVAL_MS = 30_000;
