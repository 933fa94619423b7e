/**
 * What one version of the secret says: where the cache is, and the login to it.
 *
 * Errors say which key is wrong and never quote what it holds.
 */

import { parseCredentials } from '../contract/credentials';
import type { Password } from '../contract/password';
import { faultOfHost, faultOfText } from './endpoint-text';
import { RedisClientError } from './redis-client-error';

/** What one version of the secret says. Printed, its password is masked. */
export interface RedisCredential {
  readonly username: string;
  readonly password: Password;
  /** The endpoint that takes writes; of a sharded cache, the one that knows all shards. */
  readonly host: string;
  /** The endpoint that spreads reads over the replicas. */
  readonly readerHost: string;
  readonly port: number;
}

/** @throws RedisClientError `credentials-unusable` */
export function credentialOf(text: unknown): RedisCredential {
  if (typeof text !== 'string') {
    const what = '`read` did not return the text of the secret; return its SecretString';
    throw new RedisClientError('credentials-unusable', what);
  }
  let parsed: ReturnType<typeof parseCredentials>;
  try {
    parsed = parseCredentials(text);
  } catch (error) {
    // An error of `contract/credentials`, which never quotes.
    throw new RedisClientError('credentials-unusable', (error as Error).message);
  }
  const { username, password, endpoints } = parsed;
  if (endpoints === undefined) {
    const what = 'the secret has no `host`, which its first rotation writes';
    throw new RedisClientError('credentials-unusable', what);
  }
  const fault =
    faultOfText('`username`', username) ??
    faultOfHost('`host`', endpoints.host) ??
    faultOfHost('`readerHost`', endpoints.readerHost);
  if (fault !== undefined)
    throw new RedisClientError('credentials-unusable', `the secret ${fault}`);
  return { username, password, ...endpoints };
}

/** Whether a login with one is a login with the other. */
export function isSame(one: RedisCredential, other: RedisCredential): boolean {
  return one.username === other.username && one.password.equals(other.password);
}
