/**
 * The JSON of the credentials secret: all TypeScript code reads and writes it here.
 *
 * The version that CloudFormation creates has only `username` and `password`; each version that the
 * rotation function creates has everything an application needs. Errors of this file never quote
 * the secret, and never keep the `cause` from `JSON.parse`, which quotes it.
 */

import { connectionUrl, DEFAULT_DATABASE } from './connection-url';
import { Password } from './password';
import { SecretText } from './secret-text';

/** Endpoints of the cache. */
export interface Endpoints {
  /** The endpoint for writes. */
  readonly host: string;
  /** The endpoint that spreads reads over the replicas. */
  readonly readerHost: string;
  /** TCP port of both endpoints. */
  readonly port: number;
}

/** A `Password` is one that ElastiCache accepts; other servers accept others. */
export interface Credentials<P extends SecretText = Password> {
  readonly username: string;
  readonly password: P;
  /** Absent in the version that CloudFormation created. */
  readonly endpoints?: Endpoints;
}

/**
 * Parses a secret string of a cache on ElastiCache.
 *
 * @throws Error if it is not a JSON object with a `username` and a `password` that ElastiCache
 * accepts, or if its endpoint is incomplete. The message names the key, never its value.
 */
export function parseCredentials(secretString: string): Credentials {
  return parseWith(secretString, (value) => Password.of(value));
}

/**
 * Parses a secret string of any Redis, whose password may be any text.
 *
 * @throws Error as `parseCredentials`, except for the characters and the length of the password
 */
export function parseCredentialsOfAnyRedis(secretString: string): Credentials<SecretText> {
  return parseWith(secretString, SecretText.of);
}

function parseWith<P extends SecretText>(
  secretString: string,
  passwordOf: (value: string) => P,
): Credentials<P> {
  const fields = parseObject(secretString);
  const username = text(fields, 'username');
  const password = passwordOf(text(fields, 'password'));
  if (fields.host === undefined) return { username, password };
  const port = fields.port;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error('the secret must have a `port` that is a number from 1 to 65535');
  }
  const host = text(fields, 'host');
  return { username, password, endpoints: { host, readerHost: text(fields, 'readerHost'), port } };
}

/** The part of a secret version that the rotation function cannot restore after a manual edit. */
export interface StoredCredentials {
  readonly password: Password;
  /**
   * Names of the keys with which a client would use another user, another endpoint or no TLS: they
   * differ from what the function writes for these endpoints, so the secret was edited. Absent if
   * no secret string was read.
   */
  editedKeys?(username: string, at: Endpoints): readonly string[];
}

/**
 * Parses the password of a secret string and ignores every other key, however it was edited.
 *
 * @throws Error if it is not a JSON object with a legal `password`. The message never quotes the
 * secret.
 */
export function parseStored(secretString: string): Required<StoredCredentials> {
  const fields = parseObject(secretString);
  const password = Password.of(text(fields, 'password'));
  return {
    password,
    editedKeys: (username, at) => {
      const written = fieldsOf(username, password, at);
      // Without a reader endpoint of ElastiCache, the function writes the primary endpoint.
      const orPrimary = fieldsOf(username, password, { ...at, readerHost: at.host });
      // The version that CloudFormation creates has no endpoint yet.
      const isInitial = ENDPOINT_KEYS.every((key) => fields[key] === undefined);
      return ['username', ...(isInitial ? [] : ENDPOINT_KEYS)].filter(
        (key) => !isAs(fields[key], written[key]) && !isAs(fields[key], orPrimary[key]),
      );
    },
  };
}

const ENDPOINT_KEYS = ['host', 'readerHost', 'port', 'url', 'readerUrl'];

function isAs(stored: unknown, written: unknown): boolean {
  const login = loginOf(written);
  return stored === written || (login !== undefined && loginOf(stored) === login);
}

/** Scheme, user, password, host and port. Other parts of a URL may be intended edits. */
function loginOf(url: unknown): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const { protocol, username, password, host } = new URL(url);
  return `${protocol}//${username}:${password}@${host}`;
}

/** An endpoint, and the database that the connection strings select, 0 by default. */
type Target = Endpoints & { readonly database?: number };

/** The secret string of a version that the rotation function creates. Secret: never log it. */
export function printCredentials(username: string, password: Password, at: Target): string {
  return JSON.stringify(fieldsOf(username, password, at));
}

/** Secret: never log it. */
function fieldsOf(username: string, password: Password, at: Target): Record<string, unknown> {
  const target = { username, port: at.port, database: at.database ?? DEFAULT_DATABASE };
  return {
    username,
    password: password.reveal(),
    host: at.host,
    readerHost: at.readerHost,
    port: at.port,
    url: connectionUrl({ ...target, host: at.host }, password),
    readerUrl: connectionUrl({ ...target, host: at.readerHost }, password),
  };
}

function parseObject(secretString: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(secretString);
  } catch {
    throw new Error('the secret is not JSON; it must be an object with `username` and `password`');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error('the secret must be a JSON object with `username` and `password`');
  }
  return parsed as Record<string, unknown>;
}

function text(fields: Record<string, unknown>, key: string): string {
  const value = fields[key];
  if (typeof value !== 'string' || value === '') {
    throw new Error(`the secret must have a \`${key}\` that is a text of at least one character`);
  }
  return value;
}
