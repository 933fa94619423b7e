/**
 * Connection settings shared by all clients in all languages: timeouts, keepalive, health check.
 *
 * Defined once, so that connection strings, adapters and examples agree.
 */

/** Longest wait for a connection, including the TLS handshake, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** Idle time before the first TCP keepalive probe, in milliseconds. */
export const KEEP_ALIVE_MS = 30_000;

/** Idle time after which a client sends PING before its next command, in milliseconds. */
export const HEALTH_CHECK_INTERVAL_MS = 30_000;
