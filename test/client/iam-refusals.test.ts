/**
 * Logins by IAM that a real server behind the proxy refuses: each library says why, leaves nothing
 * open, and prints no token.
 */

import { inspect } from 'node:util';
import type { ConnectOptions, RedisClientEvent } from '../../client/connect-options';
import type { IamCredentials } from '../../client/iam-credentials';
import { RedisClientError } from '../../client/redis-client-error';
import { CLUSTERS, type Connect, STANDALONE } from '../support/clients';
import { iamCredentials } from '../support/iam-client';
import { IamNodes } from '../support/iam-nodes';
import { KEY_ID, SECRET_KEY, SESSION_TOKEN, TEMPORARY_ID } from '../support/iam-tokens';
import { noteOutput } from '../support/leaks';

const TIMEOUT_MS = 30_000;
const MINUTES_MS = 60_000;

let iam: IamNodes;

async function errorOf(connect: Connect, credentials: IamCredentials, more: ConnectOptions = {}) {
  for (const { seen } of iam.proxies) seen.splice(0);
  const events: RedisClientEvent[] = [];
  const log = (event: RedisClientEvent) => events.push(event);
  const error = await connect(credentials, { ca: iam.ca, log, ...more }).then(
    (client) => client.end(),
    (failure: unknown) => failure,
  );
  const shown = inspect([error, events], { depth: 9, showHidden: true });
  noteOutput(shown);
  expect(shown).not.toMatch(/X-Amz|AKIA|wJalr/);
  expect(error).toBeInstanceOf(RedisClientError);
  return { error: error as RedisClientError, events, seen: iam.seen };
}

const REFUSED: readonly (readonly [string, object, string])[] = [
  ['another region', { region: 'us-east-1' }, 'it is for another region'],
  ['another cache', { replicationGroupId: 'other' }, 'it is for another cache'],
  [
    'another secret key',
    { credentials: async () => ({ accessKeyId: KEY_ID, secretAccessKey: 'another' }) },
    'its signature is wrong',
  ],
  [
    'the credentials of a session without its token',
    { credentials: async () => ({ accessKeyId: TEMPORARY_ID, secretAccessKey: SECRET_KEY }) },
    'its session token is not that of its access key',
  ],
  [
    'a clock that is 16 minutes late',
    { now: () => Date.now() - 16 * MINUTES_MS },
    'it has expired',
  ],
  [
    'a clock that is 6 minutes ahead',
    { now: () => Date.now() + 6 * MINUTES_MS },
    'it is not valid yet',
  ],
];

function prove(libraries: typeof STANDALONE): void {
  describe.each(libraries)('%s', (_, connect) => {
    const credentials = (more: object = {}) => iamCredentials({ port: iam.port, ...more });

    test.each(REFUSED)('with %s is refused', async (_what, given, fault) => {
      const { error, seen } = await errorOf(connect, credentials(given));
      expect(error.code).toBe('iam-login-refused');
      expect(error.message).toMatch(
        /^localhost:\d+ refuses the IAM login of user app to cache \w+ in [\w-]+, whose token was /,
      );
      expect(new Set(seen.map((each) => each.fault))).toEqual(new Set([fault]));
    });

    test('as a user that is in no group is refused', async () => {
      const { error } = await errorOf(connect, credentials({ userId: 'nobody' }));
      expect(error.code).toBe('iam-login-refused');
      expect(error.message).toContain('that the user group of the cache has the user');
    });

    test('without AWS credentials says so, before it connects', async () => {
      const before = iam.proxies[0]?.connections;
      const failure = Object.assign(new Error('x'), { name: 'CredentialsProviderError' });
      const none = credentials({ credentials: () => Promise.reject(failure) });
      const { error } = await errorOf(connect, none);
      expect(error.code).toBe('aws-credentials-unusable');
      expect(iam.proxies[0]?.connections).toBe(before);
    });

    test('with temporary credentials is accepted', async () => {
      const identity = {
        accessKeyId: TEMPORARY_ID,
        secretAccessKey: SECRET_KEY,
        sessionToken: SESSION_TOKEN,
        expiration: new Date(Date.now() + MINUTES_MS),
      };
      const options = { ca: iam.ca };
      const client = await connect(credentials({ credentials: async () => identity }), options);
      expect(await client.set('key', 'value')).toBe('OK');
      client.end();
    });

    test('with credentials that AWS has replaced asks once more, and connects', async () => {
      let identity = { accessKeyId: 'AKIAOLD', secretAccessKey: 'old' };
      const provider = async (options?: { readonly forceRefresh?: boolean }) => {
        if (options?.forceRefresh) identity = { accessKeyId: KEY_ID, secretAccessKey: SECRET_KEY };
        return identity;
      };
      const events: RedisClientEvent[] = [];
      const log = (event: RedisClientEvent) => events.push(event);
      const client = await connect(credentials({ credentials: provider }), { ca: iam.ca, log });
      expect(await client.set('key', 'value')).toBe('OK');
      client.end();
      const [refused] = events.filter(({ event }) => event === 'password-refused');
      expect(refused).toMatchObject({ code: 'iam-login-refused' });
    });
  });
}

describe('Without shards', () => {
  beforeAll(async () => {
    iam = await IamNodes.start();
  }, TIMEOUT_MS);
  afterAll(() => iam.stop());
  prove(STANDALONE);
});

describe('In a sharded cache', () => {
  beforeAll(async () => {
    iam = await IamNodes.start({ shards: 2 });
  }, TIMEOUT_MS);
  afterAll(() => iam.stop());
  prove(CLUSTERS);
});
