/**
 * Interface of the credentials of a client: a secret that is read again, or tokens of IAM.
 *
 * The adapters ask it before each login, and after each refused one.
 */

import type { RedisClientError, RedisEndpoint } from './redis-client-error';
import type { RedisCredential } from './redis-credential';

export interface CredentialSource {
  /** Longest time for one call of `get` or `refused`, in milliseconds. */
  readonly readTimeMsMax: number;
  /**
   * How long the server keeps a connection after its last login: the login is renewed before.
   *
   * @default - forever
   */
  readonly connectionMs?: number;
  get(): Promise<RedisCredential>;
  /** The credentials to try after a refusal. @throws RedisClientError without others. */
  refused(credential: RedisCredential): Promise<RedisCredential>;
  /** The error for a refused login. By default it reports what the server answered. */
  refusalOf?(credential: RedisCredential, at: RedisEndpoint): RedisClientError;
}
