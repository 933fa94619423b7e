/**
 * Connection options of both adapters, validated, with the shared defaults.
 *
 * TLS is always verified: no setting turns verification off.
 */

import { createSecureContext, type SecureContext } from 'node:tls';
import {
  CONNECT_TIMEOUT_MS,
  HEALTH_CHECK_INTERVAL_MS,
  KEEP_ALIVE_MS,
} from '../contract/client-settings';
import {
  refuse,
  requireFunction,
  requireKnown,
  requireObject,
  requirePem,
  shownArgument,
} from './check-arguments';
import type { RedisClientErrorCode } from './redis-client-error';
import type { RedisCredential } from './redis-credential';

/** An event for a log. It never holds a secret. */
export interface RedisClientEvent {
  /**
   * `connected`: logged in, and PING was answered.
   * `connection-failed`: the connection failed; the client retries.
   * `connection-lost`: an established connection ended.
   * `node-left`: a node rejects commands because it is no longer primary or does not accept the
   * login; the client reconnects.
   * `password-refused`: the client reads the secret again.
   * `login-renewed`: the login of a connection with IAM was renewed before its end.
   * `login-renewal-failed`: it was not; the client tries again, and the connection stays open.
   * `health-check-failed`: an idle connection did not answer; the client reconnects.
   */
  readonly event:
    | 'connected'
    | 'connection-failed'
    | 'connection-lost'
    | 'node-left'
    | 'password-refused'
    | 'login-renewed'
    | 'login-renewal-failed'
    | 'health-check-failed';
  readonly host: string;
  readonly port: number;
  readonly database: number;
  /**
   * The code of the error.
   *
   * @default - the event is not an error
   */
  readonly code?: RedisClientErrorCode;
  /**
   * The error and what to do.
   *
   * @default - the event is not an error
   */
  readonly message?: string;
}

export interface ConnectOptions {
  /**
   * `reader` spreads reads over the replicas of a cache without shards.
   *
   * @default 'primary'
   */
  readonly endpoint?: 'primary' | 'reader';
  /**
   * Logical database. A sharded cache has only database 0.
   *
   * @default 0
   */
  readonly database?: number;
  /**
   * An additional certificate authority to trust, as PEM, for the rehearsal. AWS needs no CA.
   *
   * @default - the public authorities that Node trusts
   */
  readonly ca?: string;
  /**
   * Receives the events of the connections: host, port and database, never a secret.
   *
   * @default - events are not logged
   */
  readonly log?: (event: RedisClientEvent) => void;
  /**
   * Longest wait for a connection, including TLS and login.
   *
   * @default 5 seconds
   */
  readonly connectTimeoutMs?: number;
  /**
   * Idle time after which the client sends PING on a connection, and reconnects without a reply.
   *
   * @default 30 seconds
   */
  readonly healthCheckIntervalMs?: number;
  /**
   * Further options of the library.
   *
   * @default - the library's defaults
   */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface ConnectSettings {
  readonly endpoint: 'primary' | 'reader';
  readonly database: number;
  /** Trusted authorities and TLS versions. Shared, because it costs a tenth of a connection. */
  readonly secureContext: SecureContext;
  readonly log: (event: RedisClientEvent) => void;
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly healthCheckIntervalMs: number;
  readonly isCluster: boolean;
}

const OPTIONS: readonly (keyof ConnectOptions)[] = [
  'endpoint',
  'database',
  'ca',
  'log',
  'connectTimeoutMs',
  'healthCheckIntervalMs',
  'options',
];

/** Largest delay of Node's timers. */
const TIME_MS_MAX = 2 ** 31 - 1;

/**
 * Validates the options, among them the names of what the library exports; options of the library
 * must not set `owned` ones.
 *
 * @throws RedisClientError `setting-refused`
 */
export function settingsOf(
  given: ConnectOptions,
  isCluster: boolean,
  libraries: readonly string[],
  owned: readonly string[],
): ConnectSettings {
  requireKnown(given, [...libraries, ...OPTIONS]);
  const { endpoint = 'primary', database = 0, ca, log, options = {} } = given;
  if (endpoint !== 'primary' && endpoint !== 'reader') {
    refuse('endpoint', shownArgument(endpoint), '"primary" or "reader"');
  }
  if (!Number.isSafeInteger(database) || database < 0) {
    refuse('database', shownArgument(database), 'an integer of 0 or more');
  }
  if (isCluster && database !== 0) {
    refuse('database', shownArgument(database), '0 for a sharded cache');
  }
  requirePem('ca', ca);
  if (log !== undefined) requireFunction('log', log, 'a function that takes an event');
  requireObject('options', options, 'an object of options of the library');
  const mine = Object.keys(options).filter((key) => owned.includes(key));
  if (mine.length > 0) {
    refuse('options', mine.join(', '), 'without options that the secret or this adapter sets');
  }
  return {
    endpoint,
    database,
    secureContext: secureContextOf(ca),
    log: quietly(log),
    connectTimeoutMs: time('connectTimeoutMs', given.connectTimeoutMs, CONNECT_TIMEOUT_MS),
    keepAliveMs: KEEP_ALIVE_MS,
    healthCheckIntervalMs: time(
      'healthCheckIntervalMs',
      given.healthCheckIntervalMs,
      HEALTH_CHECK_INTERVAL_MS,
    ),
    isCluster,
  };
}

/** The host to connect to. A sharded cache has only one endpoint. */
export function hostOf(
  credential: RedisCredential,
  { endpoint, isCluster }: ConnectSettings,
): string {
  return endpoint === 'reader' && !isCluster ? credential.readerHost : credential.host;
}

/**
 * Delay before a reconnect: random, up to 200 ms before the first try, doubled for each further
 * try. So clients that a failover disconnects together do not reconnect together.
 */
export function retryDelayMs(tries: number, random: () => number = Math.random): number {
  const capMs = Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS * 2 ** Math.min(tries - 1, 10));
  return Math.round(capMs * random());
}

const RETRY_DELAY_MS = 200;
const RETRY_DELAY_MS_MAX = 2_000;

let lastContext: { readonly ca: string | undefined; readonly context: SecureContext } | undefined;

/** Returns one context for all clients with the same `ca`. */
function secureContextOf(ca: string | undefined): SecureContext {
  if (lastContext !== undefined && lastContext.ca === ca) return lastContext.context;
  try {
    lastContext = { ca, context: createSecureContext({ ca, minVersion: 'TLSv1.2' }) };
  } catch {
    refuse('ca', 'a text that OpenSSL cannot read', 'the text of a PEM file');
  }
  return lastContext.context;
}

/** A log that throws must not end a connection. */
function quietly(log: ConnectOptions['log']): ConnectSettings['log'] {
  return (event) => {
    try {
      log?.(event);
    } catch {
      // The application can only report this through the log that just failed.
    }
  };
}

function time(name: string, value: number | undefined, unlessGivenMs: number): number {
  if (value === undefined) return unlessGivenMs;
  if (Number.isInteger(value) && value >= 1 && value <= TIME_MS_MAX) return value;
  refuse(name, shownArgument(value), `an integer from 1 to ${TIME_MS_MAX} milliseconds`);
}
