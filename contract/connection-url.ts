/**
 * Builds the connection string that an application uses unchanged.
 *
 * The only place that percent-encodes. The scheme is `rediss` (TLS) by default; port and database
 * are always explicit: https://redis.io/docs/latest/develop/clients/connection-urls
 */

import type { SecretText } from './secret-text';

/** The ACL user that AUTH with only a password logs in as. */
export const DEFAULT_USERNAME = 'default';

/** The logical database that the connection string selects. */
export const DEFAULT_DATABASE = 0;

/** The database of a connection that names none, of those that its user may use: 0 or the first. */
export function databaseOf(databases: readonly number[] | undefined): number {
  const [first = DEFAULT_DATABASE] = databases ?? [];
  return databases?.includes(DEFAULT_DATABASE) ? DEFAULT_DATABASE : first;
}

export interface ConnectionTarget {
  readonly username: string;
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  /** Logical database, 0 or more. */
  readonly database: number;
  /**
   * `redis` is plaintext: for development on localhost only.
   *
   * @default 'rediss'
   */
  readonly scheme?: 'rediss' | 'redis';
}

/** The connection string including the password. Secret: never log it. */
export function connectionUrl(target: ConnectionTarget, password: SecretText): string {
  return render(target, encodeUserinfo(password.reveal()));
}

/** The connection string with `{password}` in place of the password. Not secret. */
export function connectionUrlTemplate(target: ConnectionTarget): string {
  return render(target, '{password}');
}

/** The connection string without user and password, for clients that take these separately. */
export function connectionUrlWithoutLogin({ host, port, database }: ConnectionTarget): string {
  return `rediss://${host}:${port}/${database}`;
}

/** Adds client options as query parameters to a connection string without a query. */
export function withUrlOptions(url: string, options: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(options).map((pair) => pair.map(encoded).join('='));
  return pairs.length === 0 ? url : `${url}?${pairs.join('&')}`;
}

function encoded(text: unknown): string {
  return encodeURIComponent(String(text));
}

// `host` and `port` may be CDK tokens at synth: insert them, never parse them.
function render(target: ConnectionTarget, password: string): string {
  const { scheme = 'rediss', host, port, database } = target;
  const username = encodeUserinfo(target.username);
  return `${scheme}://${username}:${password}@${host}:${port}/${database}`;
}

/** @throws Error if the text has an unpaired surrogate. The message never quotes the text. */
export function encodeUserinfo(text: string): string {
  return encodeURIComponent(text);
}

/** @throws Error if the decoded bytes are not UTF-8. The message never quotes the text. */
export function decodeUserinfo(encoded: string): string {
  return decodeURIComponent(encoded);
}
