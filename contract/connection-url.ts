/**
 * The connection string that an application uses as it is.
 *
 * Percent-encoding happens here and nowhere else. `rediss` (TLS) unless somebody says otherwise,
 * always an explicit port and database:
 * https://redis.io/docs/latest/develop/clients/connection-urls
 */

import type { SecretText } from './secret-text';

/** The ACL user that AUTH with a password alone logs in as. */
export const DEFAULT_USERNAME = 'default';

/** The logical database that the connection string selects. */
export const DEFAULT_DATABASE = 0;

export interface ConnectionTarget {
  readonly username: string;
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  /** Logical database, 0 or more. */
  readonly database: number;
  /**
   * `redis` is without TLS: for development on localhost alone.
   *
   * @default 'rediss'
   */
  readonly scheme?: 'rediss' | 'redis';
}

/** The connection string with the password in it. Secret: never log it. */
export function connectionUrl(target: ConnectionTarget, password: SecretText): string {
  return render(target, encodeUserinfo(password.reveal()));
}

/** The same string with `{password}` where the password goes. Not secret. */
export function connectionUrlTemplate(target: ConnectionTarget): string {
  return render(target, '{password}');
}

/** The same string without user and password, for a client that is told them beside it. */
export function connectionUrlWithoutLogin({ host, port, database }: ConnectionTarget): string {
  return `rediss://${host}:${port}/${database}`;
}

/** Adds options of a client to a connection string that has none. */
export function withUrlOptions(url: string, options: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(options).map((pair) => pair.map(encoded).join('='));
  return pairs.length === 0 ? url : `${url}?${pairs.join('&')}`;
}

function encoded(text: unknown): string {
  return encodeURIComponent(String(text));
}

// `host` and `port` may be CDK tokens at synth, so they are pasted, never parsed.
function render(target: ConnectionTarget, password: string): string {
  const { scheme = 'rediss', host, port, database } = target;
  const username = encodeUserinfo(target.username);
  return `${scheme}://${username}:${password}@${host}:${port}/${database}`;
}

/** @throws Error if the text is not Unicode: half of a surrogate pair. It does not quote. */
export function encodeUserinfo(text: string): string {
  return encodeURIComponent(text);
}

/** @throws Error if what was encoded is not UTF-8. It does not quote. */
export function decodeUserinfo(encoded: string): string {
  return decodeURIComponent(encoded);
}
