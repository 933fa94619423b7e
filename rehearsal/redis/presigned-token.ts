/**
 * Verifies the token of an IAM login as ElastiCache does: a presigned request of Signature
 * Version 4, computed here from AWS's description and not by the library of the clients.
 *
 * A fault never quotes the token, which is a bearer secret.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */

import { createHash, createHmac } from 'node:crypto';

/** AWS credentials that may connect, by the id of their access key. */
export type AccessKeys = ReadonlyMap<string, AccessKey>;

export interface AccessKey {
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
  /** The IAM users of the cache as which these credentials may connect; all by default. */
  readonly users?: readonly string[];
}

export interface TokenRules {
  readonly region: string;
  readonly replicationGroupId: string;
  readonly accessKeys: AccessKeys;
}

/** Longest life of a token, by AWS. */
export const TOKEN_SECONDS_MAX = 900;
/** How far the clock of a client may be ahead. */
const AHEAD_SECONDS_MAX = 300;
const SERVICE = 'elasticache';
const ALGORITHM = 'AWS4-HMAC-SHA256';

export interface SignedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Name and value, decoded, without the signature. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** SHA-256 of the body in hexadecimal, or what stands for it. */
  readonly payloadHash: string;
}

export interface SigningScope {
  /** Such as `20261128T152055Z`. */
  readonly time: string;
  readonly region: string;
  readonly service: string;
}

/** SHA-256 of a body without bytes. */
export const EMPTY_HASH = sha256('');

/** The signature of a request whose only signed header is `host`, in hexadecimal. */
export function signatureOf(
  request: SignedRequest,
  scope: SigningScope,
  secretAccessKey: string,
): string {
  const query = request.query
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([one, oneValue], [other, otherValue]) => {
      return compare(one, other) || compare(oneValue, otherValue);
    })
    .map((pair) => pair.join('='))
    .join('&');
  const { method, path, host, payloadHash } = request;
  const canonical = [method, path, query, `host:${host}`, '', 'host', payloadHash].join('\n');
  const { time, region, service } = scope;
  const day = time.slice(0, 8);
  const credentialScope = `${day}/${region}/${service}/aws4_request`;
  const toSign = [ALGORITHM, time, credentialScope, sha256(canonical)].join('\n');
  return hmac(signingKey(secretAccessKey, day, region, service), toSign).toString('hex');
}

/** The key with which a day's requests to a service of a region are signed. */
export function signingKey(secretAccessKey: string, day: string, region: string, service: string) {
  return [day, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

/** Why a token is refused for a user; `undefined` if it is valid. */
export function faultOfToken(
  token: string,
  username: string,
  rules: TokenRules,
  nowMs: number,
): string | undefined {
  const [, host = '', text = ''] = /^([^/?#]+)\/\?(.+)$/s.exec(token) ?? [];
  const query = queryOf(text);
  const of = (name: string) => query?.filter(([each]) => each === name) ?? [];
  const twice = query?.some(([name]) => of(name).length > 1);
  if (host === '' || query === undefined || twice) return 'it is no presigned request';
  const value = (name: string) => of(name)[0]?.[1] ?? '';
  if (host !== rules.replicationGroupId) return 'it is for another cache';
  if (value('Action') !== 'connect') return 'its Action is not connect';
  if (value('User') !== username) return 'it is for another user';
  if (value('ResourceType') !== '') return 'it is for a serverless cache';
  if (value('X-Amz-Algorithm') !== ALGORITHM) return `its algorithm is not ${ALGORITHM}`;
  if (value('X-Amz-SignedHeaders') !== 'host') return 'it signs other headers than host';
  const time = value('X-Amz-Date');
  const [accessKeyId = '', day = '', region, service, end, ...more] =
    value('X-Amz-Credential').split('/');
  if (service !== SERVICE) return `it is for another service than ${SERVICE}`;
  if (region !== rules.region) return 'it is for another region';
  if (day !== time.slice(0, 8) || end !== 'aws4_request' || more.length > 0) {
    return 'its scope is malformed';
  }
  const fault = faultOfTime(time, value('X-Amz-Expires'), nowMs);
  if (fault !== undefined) return fault;
  const key = rules.accessKeys.get(accessKeyId);
  if (key === undefined) return 'its access key is unknown';
  if (value('X-Amz-Security-Token') !== (key.sessionToken ?? '')) {
    return 'its session token is not that of its access key';
  }
  const request = { method: 'GET', host, path: '/', query: signed(query), payloadHash: EMPTY_HASH };
  const scope = { time, region, service };
  if (value('X-Amz-Signature') !== signatureOf(request, scope, key.secretAccessKey)) {
    return 'its signature is wrong';
  }
  if (key.users?.includes(username) === false) return 'its principal may not connect as this user';
  return undefined;
}

function signed(query: SignedRequest['query']): SignedRequest['query'] {
  return query.filter(([name]) => name !== 'X-Amz-Signature');
}

function faultOfTime(time: string, expires: string, nowMs: number): string | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const [year = 0, month = 0, ...rest] = parts.map(Number);
  const signedAtMs = parts.length === 6 ? Date.UTC(year, month - 1, ...rest) : Number.NaN;
  const ageSeconds = (nowMs - signedAtMs) / 1_000;
  if (Number.isNaN(ageSeconds)) return 'its time is malformed';
  const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  if (seconds < 1 || seconds > TOKEN_SECONDS_MAX) return 'its X-Amz-Expires is not 1 to 900';
  if (ageSeconds > seconds) return 'it has expired';
  return ageSeconds < -AHEAD_SECONDS_MAX ? 'it is not valid yet' : undefined;
}

function queryOf(text: string): SignedRequest['query'] | undefined {
  const pairs = text.split('&').map((pair) => pair.split('='));
  try {
    return pairs.map(([name = '', value, ...more]) => {
      if (name === '' || value === undefined || more.length > 0) throw new Error('malformed');
      return [decodeURIComponent(name), decodeURIComponent(value)] as const;
    });
  } catch {
    return undefined;
  }
}

/** Percent-encodes all but the unreserved characters of RFC 3986. */
function encoded(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9._~-]/.test(character)) return character;
    return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
