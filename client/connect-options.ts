/**
 * Connection options of both adapters, checked, with the defaults of every client.
 *
 * TLS is always verified: there is no setting that turns it off.
 */

import { createSecureContext, type SecureContext } from 'node:tls';
import {
  CONNECT_TIMEOUT_MS,
  HEALTH_CHECK_INTERVAL_MS,
  KEEP_ALIVE_MS,
} from '../contract/client-settings';
import { refuse, requireFunction, requireObject, requirePem, shown } from './check-arguments';
import type { RedisClientErrorCode } from './redis-client-error';
import type { RedisCredential } from './redis-credential';

/** Something that a log should know. It never holds a secret. */
export interface RedisClientEvent {
  /**
   * `connected`: logged in, and PING was answered. `connection-failed`: it could not, and tries
   * again. `connection-lost`: one that was there is gone. `node-left`: a node refuses commands, as
   * it is no primary any more or does not know the login, and the client connects anew.
   * `password-refused`: the secret is read again. `health-check-failed`: an idle connection gave no
   * answer, and is made anew.
   */
  readonly event:
    | 'connected'
    | 'connection-failed'
    | 'connection-lost'
    | 'node-left'
    | 'password-refused'
    | 'health-check-failed';
  readonly host: string;
  readonly port: number;
  readonly database: number;
  /**
   * Of what went wrong.
   *
   * @default nothing did
   */
  readonly code?: RedisClientErrorCode;
  /**
   * What went wrong and what to do.
   *
   * @default nothing did
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
   * Logical database. A sharded cache has 0 alone.
   *
   * @default 0
   */
  readonly database?: number;
  /**
   * One more authority to trust, as PEM: for the rehearsal. On AWS none is needed.
   *
   * @default the public authorities that Node trusts
   */
  readonly ca?: string;
  /**
   * Takes what happens to the connections: host, port and database, never a secret.
   *
   * @default nothing is logged
   */
  readonly log?: (event: RedisClientEvent) => void;
  /**
   * Longest wait for a connection, TLS and login included.
   *
   * @default 5 seconds
   */
  readonly connectTimeoutMs?: number;
  /**
   * Idle time after which a connection is asked with PING, and made anew without an answer.
   *
   * @default 30 seconds
   */
  readonly healthCheckIntervalMs?: number;
  /**
   * Further options of the library, as it knows them.
   *
   * @default none
   */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface Settings {
  readonly endpoint: 'primary' | 'reader';
  readonly database: number;
  /** Whom to trust, and which versions of TLS. Made once: it costs a tenth of a connection. */
  readonly secureContext: SecureContext;
  readonly log: (event: RedisClientEvent) => void;
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly healthCheckIntervalMs: number;
  readonly isCluster: boolean;
}

/** Node's timers hold no more; and no bound above it would be one. */
const TIME_MS_MAX = 2 ** 31 - 1;

/**
 * What stands in the secret or is decided here, whatever the library's options say.
 *
 * @throws RedisClientError `setting-refused`
 */
export function settingsOf(
  given: ConnectOptions,
  isCluster: boolean,
  owned: readonly string[],
): Settings {
  const { endpoint = 'primary', database = 0, ca, log, options = {} } = given;
  if (endpoint !== 'primary' && endpoint !== 'reader') {
    refuse('endpoint', shown(endpoint), '"primary" or "reader"');
  }
  if (!Number.isSafeInteger(database) || database < 0) {
    refuse('database', shown(database), 'an integer of 0 or more');
  }
  if (isCluster && database !== 0) {
    refuse('database', shown(database), '0 for a sharded cache');
  }
  requirePem('ca', ca);
  if (log !== undefined) requireFunction('log', log, 'a function that takes an event');
  requireObject('options', options, 'an object of options of the library');
  const mine = Object.keys(options).filter((key) => owned.includes(key));
  if (mine.length > 0) {
    refuse('options', mine.join(', '), 'without what the secret or this adapter decides');
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

/** The host to connect to. A sharded cache has one endpoint. */
export function hostOf(credential: RedisCredential, { endpoint, isCluster }: Settings): string {
  return endpoint === 'reader' && !isCluster ? credential.readerHost : credential.host;
}

/**
 * Pause before a connection is made anew: a random one of up to 200 ms before the first try, twice
 * that before each next. So the clients that a failover cuts at once do not come back at once.
 */
export function retryDelayMs(tries: number, random: () => number = Math.random): number {
  const capMs = Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS * 2 ** Math.min(tries - 1, 10));
  return Math.round(capMs * random());
}

const RETRY_DELAY_MS = 200;
const RETRY_DELAY_MS_MAX = 2_000;

let lastContext: { readonly ca: string | undefined; readonly context: SecureContext } | undefined;

/** One for all clients that trust the same. */
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
function quietly(log: ConnectOptions['log']): Settings['log'] {
  return (event) => {
    try {
      log?.(event);
    } catch {
      // Whoever passed it in has no other place to hear of it than his own log.
    }
  };
}

function time(name: string, value: number | undefined, unlessGivenMs: number): number {
  if (value === undefined) return unlessGivenMs;
  if (Number.isInteger(value) && value >= 1 && value <= TIME_MS_MAX) return value;
  refuse(name, shown(value), `an integer from 1 to ${TIME_MS_MAX} milliseconds`);
}
