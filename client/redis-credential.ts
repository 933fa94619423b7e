/**
 * The content of one version of the secret: endpoints and login.
 *
 * Errors name the key and never quote its value.
 */

import { parseCredentialsOfAnyRedis } from '../contract/secret-json';
import type { SecretText } from '../contract/secret-text';
import { faultOfHost, faultOfText } from './endpoint-text';
import { RedisClientError } from './redis-client-error';

/**
 * Endpoints and login of one version of the secret, or of one IAM login, whose password is a token.
 * The password prints as a mask.
 */
export interface RedisCredential {
  readonly username: string;
  /** Any text without control characters, of at most 8,192 bytes; not by ElastiCache's rule. */
  readonly password: SecretText;
  /** The endpoint for writes; for a sharded cache, the configuration endpoint. */
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
  let parsed: ReturnType<typeof parseCredentialsOfAnyRedis>;
  try {
    parsed = parseCredentialsOfAnyRedis(text);
  } catch (error) {
    // Errors of `contract/secret-json` never quote the secret.
    throw new RedisClientError('credentials-unusable', (error as Error).message);
  }
  const { username, password, endpoints } = parsed;
  if (endpoints === undefined) {
    const what = 'the secret has no `host`, which its first rotation writes';
    throw new RedisClientError('credentials-unusable', what);
  }
  const fault =
    faultOfText('`username`', username) ??
    faultOfText('password', password.reveal()) ??
    faultOfHost('`host`', endpoints.host) ??
    faultOfHost('`readerHost`', endpoints.readerHost);
  if (fault !== undefined)
    throw new RedisClientError('credentials-unusable', `the secret ${fault}`);
  return { username, password, ...endpoints };
}

/** Whether both have the same login. */
export function isSame(one: RedisCredential, other: RedisCredential): boolean {
  return one.username === other.username && one.password.equals(other.password);
}
