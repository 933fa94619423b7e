/**
 * The connection string that an application uses as it is.
 *
 * Percent-encoding happens here and nowhere else. Always `rediss` (TLS), always an explicit
 * port and database: https://redis.io/docs/latest/develop/clients/connection-urls
 */

import type { Password } from './password';

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
}

/** The connection string with the password in it. Secret: never log it. */
export function connectionUrl(target: ConnectionTarget, password: Password): string {
  return render(target, encodeURIComponent(password.reveal()));
}

/** The same string with `{password}` where the password goes. Not secret. */
export function connectionUrlTemplate(target: ConnectionTarget): string {
  return render(target, '{password}');
}

// `host` and `port` may be CDK tokens at synth, so they are pasted, never parsed.
function render(target: ConnectionTarget, password: string): string {
  const username = encodeURIComponent(target.username);
  return `rediss://${username}:${password}@${target.host}:${target.port}/${target.database}`;
}
