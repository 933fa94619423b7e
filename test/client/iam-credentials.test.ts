/**
 * Credentials of IAM: which settings are refused, when AWS is asked, and what the errors say. No
 * error holds a token or an AWS credential.
 */

import { inspect } from 'node:util';
import { RedisClientError } from '../../client/redis-client-error';
import { IAM_OPTIONS, iamCredentials } from '../support/iam-client';
import { KEY_ID, SECRET_KEY, SESSION_TOKEN, TEMPORARY_ID } from '../support/iam-tokens';
import { noteOutput } from '../support/leaks';
import { errorOf } from '../support/secret';

const NOW_MS = Date.UTC(2026, 10, 28, 15, 20, 55);
const SECRETS = /X-Amz|AKIAIOSFODNN7|ASIAIOSFODNN7|wJalrXUtnFEMI|IQoJb3JpZ2lu/;

function refusal(make: () => unknown): RedisClientError {
  try {
    make();
  } catch (error) {
    noteOutput(inspect(error));
    expect(error).toBeInstanceOf(RedisClientError);
    return error as RedisClientError;
  }
  throw new Error('nothing was refused');
}

describe('Settings are refused in words', () => {
  const ID = '`userId` must be the id of the user, such as shop-app, got ';
  const GROUP =
    '`replicationGroupId` must be the id of the replication group, such as shop-cache, ';
  const REGION = '`region` must be the region of the cache, such as eu-west-1, got ';

  test.each<[object, string]>([
    [{ userId: undefined }, `${ID}undefined.`],
    [{ userId: '' }, `${ID}"".`],
    [{ userId: 'a user' }, `${ID}"a user".`],
    [{ userId: '1st' }, `${ID}"1st".`],
    [{ userId: 'arn:aws:elasticache:eu-west-1:111122223333:user:app' }, `${ID}a text.`],
    [{ replicationGroupId: undefined }, `${GROUP}got undefined.`],
    [{ replicationGroupId: 'shop.abc.euw1' }, `${GROUP}got "shop.abc.euw1".`],
    [{ replicationGroupId: 'x'.repeat(41) }, `${GROUP}got a text.`],
    [{ region: undefined }, `${REGION}undefined.`],
    [{ region: 'eu-west-1a' }, `${REGION}"eu-west-1a".`],
    [{ region: 'Ireland' }, `${REGION}"Ireland".`],
    [{ host: undefined }, '`host` must be an endpoint of the cache, without scheme and port, got '],
    [{ host: 'rediss://cache' }, 'without scheme and port, got "rediss://cache".'],
    [{ readerHost: 'cache:6380' }, '`readerHost` must be an endpoint of the cache, without'],
    [{ port: '6380' }, '`port` must be an integer from 1 to 65535, got "6380".'],
    [{ port: 0 }, '`port` must be an integer from 1 to 65535, got 0.'],
    [{ port: 1.5 }, '`port` must be an integer from 1 to 65535, got 1.5.'],
    [
      { credentials: { accessKeyId: KEY_ID, secretAccessKey: SECRET_KEY } },
      '`credentials` must be a provider of AWS credentials, such as defaultProvider(), got an obj',
    ],
    [
      { SignatureV4: undefined },
      'must be the class SignatureV4 of @smithy/signature-v4, got undef',
    ],
    [{ SignatureV4: Map }, '`SignatureV4` must be the class SignatureV4 of @smithy/signature-v4'],
    [{ now: 5 }, '`now` must be a function that returns milliseconds, got 5.'],
    [{ connectionMs: 43_200_001 }, 'from 100 to 43200000 milliseconds, got 43200001.'],
    [{ connectionMs: 0 }, '`connectionMs` must be an integer from 100 to 43200000 milliseconds, '],
    [{ userID: 'app' }, '`options` must be some of userId, replicationGroupId, host, readerHost, '],
    [{ cacheName: 'shop' }, 'connectionMs, now, got cacheName.'],
    [{ userID: 'app' }, 'got userID, did you mean userId?'],
  ])('%j', (given, why) => {
    const { code, message } = refusal(() => iamCredentials(given));
    expect(code).toBe('setting-refused');
    expect(message).toContain(why);
    expect(message).not.toMatch(SECRETS);
  });

  test.each([
    [{ userId: 'A-user-1' }],
    [{ region: 'us-gov-east-1' }],
    [{ region: 'eusc-de-east-1' }],
    [{ host: 'master.shop.abc.euw1.cache.amazonaws.com', readerHost: '::1' }],
    [{ connectionMs: 43_200_000 }],
  ])('but not %j', (given) => {
    expect(() => iamCredentials(given)).not.toThrow();
  });
});

/** A provider whose calls are counted, with a clock that the test sets. */
class Provider {
  nowMs = NOW_MS;
  calls: unknown[] = [];
  given: object = { accessKeyId: KEY_ID, secretAccessKey: SECRET_KEY };
  readonly credentials = iamCredentials({
    now: () => this.nowMs,
    credentials: async (options?: object) => {
      this.calls.push(options);
      return this.given as never;
    },
  });

  temporary(seconds: number, accessKeyId = TEMPORARY_ID): void {
    const expiration = new Date(this.nowMs + seconds * 1_000);
    this.given = {
      accessKeyId,
      secretAccessKey: SECRET_KEY,
      sessionToken: SESSION_TOKEN,
      expiration,
    };
  }
}

describe('AWS is asked', () => {
  test('once for several callers, and for each login where no expiry is known', async () => {
    const { credentials, calls } = new Provider();
    await Promise.all([credentials.get(), credentials.get(), credentials.get()]);
    expect(calls).toEqual([undefined]);
    await credentials.get();
    expect(calls).toHaveLength(2);
  });

  test('again only five minutes before temporary credentials expire', async () => {
    const provider = new Provider();
    provider.temporary(3_600);
    for (const seconds of [0, 3_299, 3_301]) {
      provider.nowMs = NOW_MS + seconds * 1_000;
      await provider.credentials.get();
    }
    expect(provider.calls).toHaveLength(2);
  });

  test('once more, past its memory, after a refused login', async () => {
    const provider = new Provider();
    const { credentials } = provider;
    provider.temporary(3_600);
    const old = await credentials.get();
    provider.temporary(3_600, 'ASIAOTHER');
    const [first, second] = await Promise.all([credentials.refused(old), credentials.refused(old)]);
    expect(provider.calls).toEqual([undefined, { forceRefresh: true }]);
    for (const { password } of [first, second]) {
      expect(password.reveal()).toContain('X-Amz-Credential=ASIAOTHER%2F');
    }
  });

  test('not again within five seconds where that changed nothing', async () => {
    const provider = new Provider();
    const old = await provider.credentials.get();
    for (const seconds of [0, 4, 6]) {
      provider.nowMs = NOW_MS + seconds * 1_000;
      const { code } = await errorOf(provider.credentials.refused(old));
      expect(code).toBe('iam-login-refused');
    }
    expect(provider.calls).toHaveLength(3);
  });
});

describe('Errors', () => {
  test('say what was refused, when it was signed, and what to check in which order', async () => {
    const provider = new Provider();
    const old = await provider.credentials.get();
    provider.nowMs += 2_000;
    const { message } = await errorOf(provider.credentials.refused(old));
    expect(message).toBe(
      'localhost:6380 refuses the IAM login of user app to cache shop in eu-west-1, whose token ' +
        'was signed 2 s before, at 2026-11-28T15:20:55.000Z by the clock of this machine, with ' +
        'lasting AWS credentials. Check, in this order: the clock of this machine (`date -u` ' +
        'must agree with the Date that `curl -sI https://aws.amazon.com` prints); `userId`, ' +
        '`replicationGroupId` and `region`; that the user group of the cache has the user; and ' +
        'that the policy of the application allows elasticache:Connect on both the replication ' +
        'group and the user.',
    );
  });

  test('a token that expired on the way is signed again, as after a suspension', async () => {
    const provider = new Provider();
    const old = await provider.credentials.get();
    provider.nowMs += 901_000;
    const fresh = await provider.credentials.refused(old);
    expect(fresh.password.reveal()).toContain('X-Amz-Date=20261128T153556Z');
  });

  test.each<[string, object, string]>([
    ['nothing', {}, 'the AWS credentials must have `accessKeyId`, got none. Check that `aws sts '],
    ['half of them', { accessKeyId: KEY_ID }, 'must have `secretAccessKey`, got none.'],
    [
      'an odd session token',
      { accessKeyId: KEY_ID, secretAccessKey: SECRET_KEY, sessionToken: 5 },
      'must have a text as `sessionToken`, got something else.',
    ],
    [
      'expired ones',
      {
        accessKeyId: TEMPORARY_ID,
        secretAccessKey: SECRET_KEY,
        sessionToken: SESSION_TOKEN,
        expiration: new Date(NOW_MS - 720_000),
      },
      'the AWS credentials must be valid, got credentials that expired 720 s ago by the clock of ' +
        'this machine (2026-11-28T15:08:55.000Z).',
    ],
  ])('of a provider that gives %s', async (_, given, why) => {
    const provider = new Provider();
    provider.given = given;
    const { code, message } = await errorOf(provider.credentials.get());
    expect(code).toBe('aws-credentials-unusable');
    expect(message).toContain(why);
    expect(message).not.toMatch(SECRETS);
  });

  test.each([
    ['an error of the SDK', 'CredentialsProviderError', 'CredentialsProviderError.'],
    ['an expired session', 'ExpiredTokenException', 'ExpiredTokenException.'],
    ['an odd name', `key ${KEY_ID}`, 'an error without a name.'],
  ])('of a provider that throws %s', async (_, name, shown) => {
    const failure = Object.assign(new Error(`${KEY_ID} ${SECRET_KEY}`), { name });
    const credentials = iamCredentials({ credentials: () => Promise.reject(failure) });
    const { code, message } = await errorOf(credentials.get());
    expect(code).toBe('aws-credentials-unusable');
    expect(message).toContain(`the AWS credentials cannot be read: ${shown}`);
    expect(message).not.toMatch(SECRETS);
  });

  test('of a signer that throws, never quote it', async () => {
    class Signer {
      presign(): Promise<never> {
        return Promise.reject(new TypeError(SECRET_KEY));
      }
    }
    const { code, message } = await errorOf(iamCredentials({ SignatureV4: Signer }).get());
    expect(code).toBe('aws-credentials-unusable');
    expect(message).toContain('the AWS credentials cannot sign a login: TypeError.');
  });

  test('of a signer that signs otherwise', async () => {
    class Signer {
      async presign() {
        return { headers: { authorization: 'x' } };
      }
    }
    const { code } = await errorOf(iamCredentials({ SignatureV4: Signer }).get());
    expect(code).toBe('setting-refused');
  });
});

test('The options are those of the documents', () => {
  expect(Object.keys(IAM_OPTIONS)).toEqual([
    'userId',
    'replicationGroupId',
    'host',
    'port',
    'region',
    'credentials',
    'SignatureV4',
  ]);
});
