/**
 * Signs the token of an IAM login: a presigned request of Signature Version 4 without its scheme.
 *
 * The token is a bearer secret for 15 minutes: it leaves this file only as a `SecretText`.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
 */

import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SecretText } from '../contract/secret-text';
import type { AwsIdentity } from './aws-identity';
import { refuse } from './check-arguments';
import { errorNameOf } from './error-name';
import { RedisClientError } from './redis-client-error';

/** `SignatureV4` of `@smithy/signature-v4`; only the name of its method is compared. */
export type SignatureV4Class = new (
  ...args: never[]
) => { readonly presign: (...args: never[]) => Promise<unknown> };

interface Presigner {
  presign(
    request: object,
    options: { readonly expiresIn: number; readonly signingDate: Date },
  ): Promise<{ readonly query?: Readonly<Record<string, unknown>> }>;
}

/** Life of a token, in seconds: the longest that ElastiCache accepts. */
export const TOKEN_SECONDS = 900;
const SERVICE = 'elasticache';
const SIGNATURE = 'X-Amz-Signature';

export interface TokenTarget {
  readonly SignatureV4: SignatureV4Class;
  readonly userId: string;
  readonly replicationGroupId: string;
  readonly region: string;
}

/** @throws RedisClientError `aws-credentials-unusable` */
export async function signToken(
  { SignatureV4, userId, replicationGroupId, region }: TokenTarget,
  credentials: AwsIdentity,
  signedAtMs: number,
): Promise<SecretText> {
  const Signer = SignatureV4 as unknown as new (options: object) => Presigner;
  let query: Readonly<Record<string, unknown>>;
  try {
    const signer = new Signer({ service: SERVICE, region, credentials, sha256: Sha256 });
    const request = {
      method: 'GET',
      protocol: 'http:',
      hostname: replicationGroupId,
      path: '/',
      query: { Action: 'connect', User: userId },
      headers: { host: replicationGroupId },
    };
    const signingDate = new Date(signedAtMs);
    ({ query = {} } = await signer.presign(request, { expiresIn: TOKEN_SECONDS, signingDate }));
  } catch (error) {
    const what = `the AWS credentials cannot sign a login: ${errorNameOf(error)}`;
    throw new RedisClientError('aws-credentials-unusable', what);
  }
  if (typeof query[SIGNATURE] !== 'string') {
    refuse('SignatureV4', 'a class that signs otherwise', 'SignatureV4 of @smithy/signature-v4');
  }
  const text = Object.entries(query)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
    .join('&');
  return SecretText.of(`${replicationGroupId}/?${text}`);
}

/** Percent-encodes all but the unreserved characters of RFC 3986. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

/** SHA-256 as the AWS SDK takes it: a hash, or with a key an HMAC. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (!ArrayBuffer.isView(data)) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
