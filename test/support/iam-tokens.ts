/** Tokens of IAM logins that are signed by hand, and one that is wrong in each way. */

import { EMPTY_HASH, signatureOf } from '../../rehearsal/redis/presigned-token';

export const KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
export const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
export const TEMPORARY_ID = 'ASIAIOSFODNN7EXAMPLE';
export const SESSION_TOKEN = 'IQoJb3JpZ2luX2VjEA/+a==';

/** The keys that the service knows. */
export const ACCESS_KEYS = new Map([
  [KEY_ID, { secretAccessKey: SECRET_KEY }],
  [TEMPORARY_ID, { secretAccessKey: SECRET_KEY, sessionToken: SESSION_TOKEN }],
]);

export interface TokenParts {
  readonly time: string;
  readonly host?: string;
  readonly user?: string;
  readonly action?: string;
  readonly region?: string;
  readonly service?: string;
  readonly expires?: string;
  readonly keyId?: string;
  readonly secretKey?: string;
  readonly sessionToken?: string;
}

/** Such as `20261128T152055Z`. */
export const timeOf = (ms: number) => new Date(ms).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

/** A token with its parameters in the order of the signed text. */
export function handMade(parts: TokenParts): string {
  const { time, host = 'shop', user = 'app', action = 'connect', region = 'eu-west-1' } = parts;
  const { service = 'elasticache', expires = '900', keyId = KEY_ID, sessionToken } = parts;
  const query: (readonly [string, string])[] = [
    ['Action', action],
    ['User', user],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${keyId}/${time.slice(0, 8)}/${region}/${service}/aws4_request`],
    ['X-Amz-Date', time],
    ['X-Amz-Expires', expires],
    ...(sessionToken === undefined ? [] : [['X-Amz-Security-Token', sessionToken] as const]),
    ['X-Amz-SignedHeaders', 'host'],
  ];
  const request = { method: 'GET', host, path: '/', query, payloadHash: EMPTY_HASH };
  const signature = signatureOf(request, { time, region, service }, parts.secretKey ?? SECRET_KEY);
  // After the session token or the expiry, where the names are in order.
  query.splice(-1, 0, ['X-Amz-Signature', signature]);
  const text = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${host}/?${text}`;
}
