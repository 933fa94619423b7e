/**
 * What the function does with each event, by the first call that it makes to an AWS that does not
 * answer, or by the error with which it refuses the event before any call; typed by hand.
 */

import { handler } from '../../lambda/rotation/handler';

const before = { ...process.env };
const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:';
const OWN = `${ARN}own-AbCdEf`;
const COMMON = {
  REPLICATION_GROUP_ID: 'group',
  POLL_INTERVAL_MS: '1',
  QUIET_MS: '60',
  ROTATION_DAYS: '90',
  GRACE_DAYS: '7',
  AWS_ACCESS_KEY_ID: 'ANY',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_REGION: 'us-east-1',
  AWS_MAX_ATTEMPTS: '1',
  // Nobody listens there.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
};
const OF_TOKEN = { CREDENTIALS_SECRET_ARN: OWN };
const OF_USERS = {
  SECRET_ARN_PREFIX: ARN,
  USERS: 'app=app-1a2b=prod/app-AbCdEf,worker=worker-1=w-GhIjKl',
  ACCESS_SECRET: 'UAccess-AbCdEf',
  ACCESS_DIGEST: 'digest',
};

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

const lines = () => jest.mocked(console.log).mock.calls.map(([line]) => JSON.parse(line));
const context = { getRemainingTimeInMillis: () => 800_000 };

/** The code and the operation that failed, of the error in which an event ends. */
async function endOf(event: unknown, env: object): Promise<string> {
  Object.assign(process.env, COMMON, env);
  const error = await handler(event, context).then(
    () => new Error('answered'),
    (thrown: Error) => thrown,
  );
  const [, code, operation] = /^(\w+)(?:.*\((\w+): )?/.exec(error.message) ?? [];
  return operation === undefined ? String(code) : `${code} ${operation}`;
}

const step = (SecretId: unknown, change: object = {}) => ({
  Step: 'createSecret',
  SecretId,
  ClientRequestToken: 'v2',
  ...change,
});

describe('The function of one password', () => {
  test.each<[string, unknown, string]>([
    ['its secret', step(OWN), 'AwsCallFailed DescribeSecret'],
    ['another secret', step(`${ARN}other-AbCdEf`), 'WrongSecret'],
    ['an unknown step', step(OWN, { Step: 'create' }), 'BadEvent'],
    ['no step', step(OWN, { Step: undefined }), 'BadEvent'],
    ['a secret that is no text', step(7), 'BadEvent'],
    ['a version that is no text', step(OWN, { ClientRequestToken: 7 }), 'BadEvent'],
    ['nothing', undefined, 'BadEvent'],
    ['null', null, 'BadEvent'],
    ['an unknown check', { DailyCheck: 'weekly' }, 'BadEvent'],
    ['a check of a user', { DailyCheck: 'report', User: 'app' }, 'BadEvent'],
    ['a restore of users', { DailyCheck: 'restore' }, 'BadEvent'],
    ['a report', { DailyCheck: 'report' }, 'AwsCallFailed DescribeSecret'],
    ['a revocation', { DailyCheck: 'revoke' }, 'AwsCallFailed DescribeSecret'],
  ])('given %s', async (_what, event, end) => {
    expect(await endOf(event, OF_TOKEN)).toBe(end);
    expect(lines().filter((line) => 'DailyCheckSucceeded' in line)).toStrictEqual([]);
  });

  test('publishes that its daily check has failed', async () => {
    expect(await endOf({ DailyCheck: 'daily' }, OF_TOKEN)).toBe('AwsCallFailed DescribeSecret');
    expect(lines()).toStrictEqual([
      {
        _aws: expect.objectContaining({ Timestamp: expect.any(Number) }),
        ReplicationGroupId: 'group',
        DailyCheckSucceeded: 0,
      },
    ]);
  });
});

describe('The function of users', () => {
  test.each<[string, unknown, string]>([
    ['the secret of a user', step(`${ARN}prod/app-AbCdEf`), 'AwsCallFailed DescribeSecret'],
    ['the secret of the other', step(`${ARN}w-GhIjKl`), 'AwsCallFailed DescribeSecret'],
    ['a secret of no user', step(`${ARN}UAccess-AbCdEf`), 'WrongSecret'],
    ['no secret', step(undefined), 'BadEvent'],
    ['a check of a user', { DailyCheck: 'report', User: 'app' }, 'AwsCallFailed DescribeSecret'],
    ['a check of an unknown user', { DailyCheck: 'report', User: 'jobs' }, 'BadEvent'],
    ['a check of no name', { DailyCheck: 'report', User: null }, 'BadEvent'],
    ['a restore', { DailyCheck: 'restore' }, 'AwsCallFailed GetSecretValue'],
    ['a restore of one user', { DailyCheck: 'restore', User: 'app' }, 'BadEvent'],
    ['a revocation', { DailyCheck: 'revoke' }, 'AwsCallFailed DescribeSecret'],
  ])('given %s', async (_what, event, end) => {
    expect(await endOf(event, OF_USERS)).toBe(end);
  });
});

test('A variable that is missing is named before any call', async () => {
  Object.assign(process.env, COMMON, OF_TOKEN);
  delete process.env.GRACE_DAYS;
  await expect(handler(step(OWN), context)).rejects.toThrow(
    /^BadEnvironment: .*\(GRACE_DAYS is missing\)/,
  );
});
