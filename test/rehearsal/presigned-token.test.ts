/**
 * The verifier of IAM tokens computes what AWS publishes about Signature Version 4, and refuses
 * each token that ElastiCache would refuse.
 */

import {
  EMPTY_HASH,
  faultOfToken,
  signatureOf,
  signingKey,
} from '../../rehearsal/redis/presigned-token';
import {
  ACCESS_KEYS,
  handMade,
  KEY_ID,
  SECRET_KEY,
  SESSION_TOKEN,
  TEMPORARY_ID,
  type TokenParts,
} from '../support/iam-tokens';

/** The secret key of AWS's document on the signing key. */
const SUITE_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

describe("AWS's published values", () => {
  test('the signing key of the document on Signature Version 4', () => {
    const key = signingKey(SUITE_KEY, '20150830', 'us-east-1', 'iam');
    expect(key.toString('hex')).toBe(
      'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
    );
  });

  test('the presigned request of the document on S3', () => {
    const request = {
      method: 'GET',
      host: 'examplebucket.s3.amazonaws.com',
      path: '/test.txt',
      query: [
        ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
        ['X-Amz-Credential', `${KEY_ID}/20130524/us-east-1/s3/aws4_request`],
        ['X-Amz-Date', '20130524T000000Z'],
        ['X-Amz-Expires', '86400'],
        ['X-Amz-SignedHeaders', 'host'],
      ] as const,
      payloadHash: 'UNSIGNED-PAYLOAD',
    };
    const scope = { time: '20130524T000000Z', region: 'us-east-1', service: 's3' };
    expect(signatureOf(request, scope, SECRET_KEY)).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  test('the hash of an empty body', () => {
    expect(EMPTY_HASH).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

const NOW_MS = Date.UTC(2026, 10, 28, 15, 20, 55);
const TIME = '20261128T152055Z';
const RULES = { region: 'eu-west-1', replicationGroupId: 'shop', accessKeys: ACCESS_KEYS };

const faultOf = (token: string, nowMs = NOW_MS, username = 'app') =>
  faultOfToken(token, username, RULES, nowMs);

describe('A token', () => {
  const valid = handMade({ time: TIME });

  test.each<[string, Partial<TokenParts>, string]>([
    ['another cache', { host: 'other' }, 'it is for another cache'],
    ['a cache in capitals', { host: 'Shop' }, 'it is for another cache'],
    ['another user', { user: 'admin' }, 'it is for another user'],
    ['another action', { action: 'describe' }, 'its Action is not connect'],
    ['another region', { region: 'us-east-1' }, 'it is for another region'],
    ['another service', { service: 's3' }, 'it is for another service than elasticache'],
    ['an hour', { expires: '3600' }, 'its X-Amz-Expires is not 1 to 900'],
    ['no time', { expires: '0' }, 'its X-Amz-Expires is not 1 to 900'],
    ['another secret key', { secretKey: 'another' }, 'its signature is wrong'],
    ['an unknown key', { keyId: 'AKIAOTHER' }, 'its access key is unknown'],
    [
      'temporary credentials without their token',
      { keyId: TEMPORARY_ID },
      'its session token is not that of its access key',
    ],
    [
      'the session token of others',
      { keyId: TEMPORARY_ID, sessionToken: 'other' },
      'its session token is not that of its access key',
    ],
  ])('for %s is refused', (_, parts, fault) => {
    expect(faultOf(handMade({ time: TIME, ...parts }))).toBe(fault);
  });

  test.each([
    ['a changed signature', valid.replace(/Signature=(.)/, 'Signature=0$1')],
    ['another time than the signed one', valid.replace('152055Z', '152054Z')],
  ])('with %s is refused', (_, token) => {
    expect(faultOf(token)).toBe('its signature is wrong');
  });

  test.each([
    ['a password', 'a-password'],
    ['an empty text', ''],
    ['its scheme', `http://${valid}`],
    ['a parameter twice', `${valid}&User=app`],
    ['a malformed escape', `${valid}%zz`],
  ])('that is %s is refused', (_, token) => {
    expect(faultOf(token)).toBe('it is no presigned request');
  });

  test.each([
    [0, undefined],
    [900, undefined],
    [901, 'it has expired'],
    [-300, undefined],
    [-301, 'it is not valid yet'],
  ])('that is %d seconds old: %s', (seconds, fault) => {
    expect(faultOf(valid, NOW_MS + seconds * 1_000)).toBe(fault);
  });

  test('of a principal that may connect as another user only is refused', () => {
    const accessKeys = new Map([[KEY_ID, { secretAccessKey: SECRET_KEY, users: ['reports'] }]]);
    const fault = faultOfToken(valid, 'app', { ...RULES, accessKeys }, NOW_MS);
    expect(fault).toBe('its principal may not connect as this user');
  });

  test('is valid, of lasting and of temporary credentials', () => {
    expect(faultOf(valid)).toBeUndefined();
    const temporary = { time: TIME, keyId: TEMPORARY_ID, sessionToken: SESSION_TOKEN };
    expect(faultOf(handMade(temporary))).toBeUndefined();
  });
});
