/**
 * A rotation of a user without faults makes few AWS calls and no failed AUTH; what the function
 * reads of its environment for users; the metrics of several users.
 */

import type { DailyCheckReport, NodeReport } from '../../contract/daily-check';
import { ROTATION_STEPS } from '../../contract/rotation';
import { dailyCheckMetrics } from '../../lambda/rotation/daily-check-metrics';
import { run } from '../../lambda/rotation/run';
import { readSettings } from '../../lambda/rotation/settings';
import { USER } from '../../lambda/rotation/strategy';
import { UserWorld } from '../support/user-world';
import { TIMING } from '../support/world-options';

const QUIET_WORLD = {
  pick: () => 0,
  faultsMax: 0,
  crashAtReads: false,
  searchLogs: true,
  dailyChecksMax: 0,
  foreign: false,
  takenBack: false,
  stackUpdate: false,
  checkedAfterUpdate: false,
};

/** The AWS calls of a rotation, without those that find the user still being modified. */
async function rotated() {
  const world = new UserWorld(QUIET_WORLD);
  const calls: string[] = [];
  const logins: string[] = [];
  const ports = world.ports();
  const noted = <T extends object>(methods: T): T =>
    new Proxy(methods, {
      get: (target, name: string & keyof T) => {
        const method = target[name];
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          const answer = await method(...args);
          if (name === 'login') logins.push(answer.answer);
          else if (answer?.active !== false) calls.push(name);
          return answer;
        };
      },
    });
  const all = { ...ports, secrets: noted(ports.secrets), cache: noted(ports.cache) };
  world.setPending('v1');
  for (const step of ROTATION_STEPS) {
    world.startInvocation('rotation');
    await run({ step, versionId: 'v1', ports: all, timing: TIMING }, USER);
  }
  return { current: world.labels.current, calls, logins };
}

test('A rotation of a user makes 17 AWS calls and no failed AUTH', async () => {
  const { current, calls, logins } = await rotated();
  expect(current).toBe('v1');
  expect(calls).toStrictEqual([
    ...['labels', 'look', 'put'],
    ...['labels', 'read', 'read', 'askList'],
    ...['labels', 'read', 'lookAtUser', 'look'],
    ...['labels', 'read', 'look', 'lookAtUser', 'move', 'lookAtUser'],
  ]);
  expect(logins.filter((answer) => answer !== 'accepted')).toStrictEqual([]);
  // On two nodes: in testSecret, before promotion, and three times after it.
  expect(logins).toHaveLength(10);
});

describe('The environment of a function for users', () => {
  const ENV = {
    SECRET_ARN_PREFIX: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:',
    USERS: 'app=app-1a2b=prod/app-AbCdEf,worker/3=worker-1=w-GhIjKl',
    ACCESS_SECRET: 'UAccess-AbCdEf',
    ACCESS_DIGEST: 'digest',
    REPLICATION_GROUP_ID: 'group',
    POLL_INTERVAL_MS: '5000',
    QUIET_MS: '60000',
    ROTATION_DAYS: '90',
    GRACE_DAYS: '7',
  };

  test('names each user with the ARN of its secret', () => {
    const { rotates } = readSettings(ENV);
    const prefix = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:';
    expect(rotates).toHaveProperty('access', {
      accessSecretArn: `${prefix}UAccess-AbCdEf`,
      accessDigest: 'digest',
    });
    expect(rotates.users).toStrictEqual([
      {
        name: 'app',
        userId: 'app-1a2b',
        secretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/app-AbCdEf',
        database: 0,
      },
      {
        name: 'worker',
        userId: 'worker-1',
        secretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:w-GhIjKl',
        database: 3,
      },
    ]);
  });

  test('names the one secret of a cache with its own password', () => {
    const { USERS, SECRET_ARN_PREFIX, ...rest } = ENV;
    const { rotates } = readSettings({ ...rest, CREDENTIALS_SECRET_ARN: 'arn' });
    expect(rotates).toStrictEqual({ secretArn: 'arn' });
  });

  test.each<[Record<string, string | undefined>, string]>([
    [{ USERS: '' }, 'USERS is missing'],
    [{ USERS: 'app' }, 'USERS: entry 1 must be <name>=<id>=<name of a secret>'],
    [{ USERS: 'a=b=c,a=d=e' }, 'USERS: each name must be listed once, got a twice'],
    [{ ACCESS_SECRET: undefined }, 'ACCESS_SECRET is missing'],
    [{ ACCESS_DIGEST: undefined }, 'ACCESS_DIGEST is missing'],
    [{ SECRET_ARN_PREFIX: undefined }, 'SECRET_ARN_PREFIX is missing'],
    [{ SECRET_ARN_PREFIX: 'arn:aws:s3:::x' }, 'SECRET_ARN_PREFIX must be arn:<partition>:'],
    [{ CREDENTIALS_SECRET_ARN: 'arn' }, 'USERS and CREDENTIALS_SECRET_ARN must not both be set'],
    [{ USERS: undefined }, 'CREDENTIALS_SECRET_ARN is missing'],
  ])('%j: %s', (env, why) => {
    expect(() => readSettings({ ...ENV, ...env })).toThrow(`(${why}`);
  });
});

const REPORT: DailyCheckReport = {
  at: '2026-11-28T00:00:00.000Z',
  user: 'app',
  outcome: 'revoked',
  current: { versionId: 'v1', createdAt: '2026-11-18T00:00:00.000Z' },
  isRevoked: true,
  isSettled: true,
  others: 'none',
  nodes: [
    { host: 'a', port: 1, current: 'accepted', noPassword: 'refused', plaintext: 'refused' },
    { host: 'b', port: 1, current: 'accepted', noPassword: 'refused', plaintext: 'refused' },
  ],
};
const SETTINGS = { replicationGroupId: 'group', rotationDays: 90 };

describe('The metrics of several users are the worst of each', () => {
  const old = { versionId: 'v0', createdAt: '2026-08-20T00:00:00.000Z' };
  const [node] = REPORT.nodes;
  const only = (change: Partial<NodeReport>): DailyCheckReport => ({
    ...REPORT,
    nodes: node ? [{ ...node, ...change }] : [],
  });
  const refusedBy = (host: string) => only({ host, current: 'refused' });
  const OPEN = 'no-password' as const;
  const [refused, open] = [refusedBy('a'), only({ noPassword: 'accepted' })];

  test.each([
    ['all well', [REPORT, REPORT], [10, 0, 0, 1]],
    ['one is old', [REPORT, { ...REPORT, current: old }], [100, 1, 0, 1]],
    ['two are refused by one node', [refused, refused], [10, 0, 1, 1]],
    ['each is refused by another node', [refused, refusedBy('b')], [10, 0, 2, 1]],
    ['one node is open', [open, open, open], [10, 0, 1, 1]],
    ['one was repaired', [REPORT, { ...REPORT, repaired: true }], [10, 0, 1, 1]],
    ['one failed', [REPORT, { user: 'worker', error: 'AwsCallFailed' }], [10, 0, 0, 0]],
    ['one failed after a look', [REPORT, { user: 'b', error: 'x', seen: refused }], [10, 0, 1, 0]],
    ['one needs no password', [REPORT, { ...REPORT, authentication: OPEN }], [10, 0, 2, 1]],
  ])('%s', (_, reports, expected) => {
    const line = dailyCheckMetrics(reports, SETTINGS) as Record<string, unknown>;
    const names = ['CredentialAgeDays', 'RotationOverdue', 'LoginRefused', 'DailyCheckSucceeded'];
    expect(names.map((name) => line[name])).toStrictEqual(expected);
    expect(line.ReplicationGroupId).toBe('group');
  });
});
