/** A check of every user that fails for one: nobody reads its answer, so its invocation fails. */

import { handler } from '../../lambda/rotation/handler';

const before = { ...process.env };

beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  Object.assign(process.env, {
    SECRET_ARN_PREFIX: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:',
    USERS: 'app=app-1a2b=prod/app-AbCdEf,worker=worker-1=w-GhIjKl',
    ACCESS_SECRET: 'UAccess-AbCdEf',
    ACCESS_DIGEST: 'digest',
    REPLICATION_GROUP_ID: 'group',
    POLL_INTERVAL_MS: '15',
    QUIET_MS: '60',
    ROTATION_DAYS: '90',
    GRACE_DAYS: '7',
    AWS_ACCESS_KEY_ID: 'ANY',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_REGION: 'us-east-1',
    // Nobody listens there.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

const context = { getRemainingTimeInMillis: () => 800_000 };
const lines = () => jest.mocked(console.log).mock.calls.map(([line]) => JSON.parse(line));

test.each(['daily', 'updated'])('%s: after a line per user', async (DailyCheck) => {
  await expect(handler({ DailyCheck }, context)).rejects.toThrow(/^AwsCallFailed/);
  const users = lines().flatMap(({ user, error }) => (error === undefined ? [] : user));
  expect(users).toStrictEqual(['app', 'worker']);
  const published = lines().filter(({ DailyCheckSucceeded }) => DailyCheckSucceeded === 0);
  expect(published).toHaveLength(DailyCheck === 'daily' ? 1 : 0);
});

test('a report, which a person reads, says so by user', async () => {
  expect(await handler({ DailyCheck: 'report' }, context)).toMatchObject({
    users: [{ user: 'app' }, { user: 'worker' }],
  });
});
