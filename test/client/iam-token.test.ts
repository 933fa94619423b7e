/**
 * The token of an IAM login, byte for byte: signed by the AWS SDK's library, compared with AWS's
 * algorithm as the tests compute it by hand, and with botocore where Python has it.
 */

import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';
import { findPython, pythonAdvice } from '../../rehearsal/traffic/python';
import { iamCredentials } from '../support/iam-client';
import { handMade, KEY_ID, SECRET_KEY, SESSION_TOKEN, TEMPORARY_ID } from '../support/iam-tokens';

const NOW_MS = Date.UTC(2026, 10, 28, 15, 20, 55, 999);
const TIME = '20261128T152055Z';
const now = () => NOW_MS;
const TEMPORARY = {
  accessKeyId: TEMPORARY_ID,
  secretAccessKey: SECRET_KEY,
  sessionToken: SESSION_TOKEN,
};

async function tokenOf(more: object = {}): Promise<string> {
  return (await iamCredentials({ now, ...more }).get()).password.reveal();
}

describe('The token equals what AWS describes, byte for byte', () => {
  test('with lasting credentials', async () => {
    expect(await tokenOf()).toBe(handMade({ time: TIME }));
  });

  test('with temporary credentials, whose session token has characters to encode', async () => {
    const token = await tokenOf({ credentials: async () => TEMPORARY });
    const parts = { time: TIME, keyId: TEMPORARY_ID, sessionToken: SESSION_TOKEN };
    expect(token).toBe(handMade(parts));
    expect(token).toContain('&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEA%2F%2Ba%3D%3D&');
  });

  test.each([
    ['another user', { userId: 'reports-1' }, { user: 'reports-1' }],
    ['another cache', { replicationGroupId: 'other' }, { host: 'other' }],
    ['another region', { region: 'us-gov-west-1' }, { region: 'us-gov-west-1' }],
    ['ids in capitals', { userId: 'App', replicationGroupId: 'SHOP' }, {}],
  ])('with %s', async (_, given, parts) => {
    expect(await tokenOf(given)).toBe(handMade({ time: TIME, ...parts }));
  });

  // The signature was computed by botocore.
  test('the whole text', async () => {
    expect(await tokenOf()).toBe(
      'shop/?Action=connect&User=app&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=' +
        'AKIAIOSFODNN7EXAMPLE%2F20261128%2Feu-west-1%2Felasticache%2Faws4_request&X-Amz-Date=' +
        '20261128T152055Z&X-Amz-Expires=900&X-Amz-Signature=' +
        '0b46900c7a43f102aaaa8940bcf58852c7bec56eeb6778cad3cf415d04bc173d' +
        '&X-Amz-SignedHeaders=host',
    );
  });

  test('for each login anew', async () => {
    let ms = NOW_MS;
    const credentials = iamCredentials({ now: () => ms });
    const first = await credentials.get();
    ms += 60_000;
    const second = await credentials.get();
    expect(first.username).toBe('app');
    expect(second.password.reveal()).toBe(handMade({ time: '20261128T152155Z' }));
  });
});

const python = findPython(['botocore']);

/** Prints the parameters of botocore's token, one a line. */
const BOTOCORE = `
import datetime, sys
import botocore.auth, botocore.awsrequest, botocore.credentials
at = datetime.datetime(2026, 11, 28, 15, 20, 55)
class Clock(datetime.datetime):
    @classmethod
    def utcnow(cls): return at
    @classmethod
    def now(cls, tz=None): return at if tz is None else at.replace(tzinfo=tz)
datetime.datetime = Clock
if hasattr(botocore.auth, 'get_current_datetime'):
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: at
key, secret, token = sys.argv[1:]
credentials = botocore.credentials.Credentials(key, secret, token or None)
auth = botocore.auth.SigV4QueryAuth(credentials, 'elasticache', 'eu-west-1', expires=900)
parameters = {'Action': 'connect', 'User': 'app'}
request = botocore.awsrequest.AWSRequest('GET', 'http://shop/', params=parameters)
auth.add_auth(request)
print(request.url.removeprefix('http://'))
`;

const parametersOf = (token: string) => token.split(/[?&]/).sort();

if (python === undefined) {
  test(`not run: ${pythonAdvice(['botocore'])}`, () => {
    expect(findPython(['botocore'])).toBeUndefined();
  });
} else {
  test.each([
    ['lasting', { accessKeyId: KEY_ID, secretAccessKey: SECRET_KEY, sessionToken: undefined }],
    ['temporary', TEMPORARY],
  ])('The token has the parameters and the signature of botocore: %s', async (_, identity) => {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = identity;
    const args = ['-c', BOTOCORE, accessKeyId, secretAccessKey, sessionToken];
    const { stdout, stderr } = spawnSync(python.path, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const token = await tokenOf({ credentials: async () => identity });
    expect(parametersOf(token)).toEqual(parametersOf(stdout.trim()));
  });
}

describe('The token is a bearer secret', () => {
  test('that nothing prints', async () => {
    const credentials = iamCredentials({ now });
    const credential = await credentials.get();
    for (const each of [credentials, credential]) {
      const shown = [inspect(each, { depth: 9, showHidden: true }), JSON.stringify(each)];
      expect(shown.join()).not.toMatch(/X-Amz|AKIA|wJalr/);
    }
  });

  test('whose signature the debug output of ioredis cuts off, after 200 characters', async () => {
    const shortest = { userId: 'a', replicationGroupId: 'a', region: 'me-e-1' };
    const token = await tokenOf(shortest);
    expect(token.indexOf('X-Amz-Signature=') + 16).toBeGreaterThan(200);
  });
});
