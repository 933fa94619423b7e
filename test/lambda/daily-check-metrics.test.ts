/**
 * The metrics of a daily check, value by value and at each bound, typed by hand: an alarm reads
 * nothing else, so a wrong value here hides an overdue rotation or a password that is not revoked.
 */

import type { AccessReport } from '../../contract/access-report';
import type { DailyCheckReport, NodeReport } from '../../contract/daily-check';
import {
  dailyCheckMetrics,
  failedDailyCheckMetrics,
} from '../../lambda/rotation/daily-check-metrics';

const SETTINGS = { replicationGroupId: 'group', rotationDays: 90 };
const GOOD: NodeReport = {
  host: 'a',
  port: 1,
  current: 'accepted',
  noPassword: 'refused',
  plaintext: 'refused',
};
const REPORT: DailyCheckReport = {
  at: '2026-11-28T00:00:00.000Z',
  outcome: 'revoked',
  current: { versionId: 'v1', createdAt: '2026-11-18T00:00:00.000Z' },
  isRevoked: true,
  isSettled: true,
  others: 'none',
  nodes: [GOOD],
};
const ACCESS: AccessReport = {
  at: '2026-11-28T01:00:00.000Z',
  drifts: [],
  isSettled: true,
  roles: {},
  nodes: [{ host: 'a', port: 1, noPassword: 'refused', plaintext: 'refused' }],
};
/** 2026-11-28T00:00:00Z. */
const AT_MS = 1_795_824_000_000;

type Reports = Parameters<typeof dailyCheckMetrics>[0];

const metricsOf = (reports: Reports, access?: Parameters<typeof dailyCheckMetrics>[2]) =>
  dailyCheckMetrics(reports, SETTINGS, access) as Record<string, unknown>;
const values = (change: Partial<DailyCheckReport>) => metricsOf([{ ...REPORT, ...change }]);
const node = (change: Partial<NodeReport>): Partial<DailyCheckReport> => ({
  nodes: [{ ...GOOD, ...change }],
});

test('A line names each metric with its unit, the time and the cache', () => {
  expect(metricsOf([REPORT], { ...ACCESS, at: '2026-11-27T00:00:00.000Z' })).toStrictEqual({
    _aws: {
      Timestamp: AT_MS,
      CloudWatchMetrics: [
        {
          Namespace: 'SecureRedis',
          Dimensions: [['ReplicationGroupId']],
          Metrics: [
            { Name: 'CredentialAgeDays', Unit: 'None' },
            { Name: 'RotationOverdue', Unit: 'None' },
            { Name: 'StuckPending', Unit: 'None' },
            { Name: 'PreviousStillAccepted', Unit: 'None' },
            { Name: 'LoginRefused', Unit: 'Count' },
            { Name: 'DailyCheckSucceeded', Unit: 'None' },
            { Name: 'AccessDrift', Unit: 'Count' },
          ],
        },
      ],
    },
    ReplicationGroupId: 'group',
    CredentialAgeDays: 10,
    RotationOverdue: 0,
    StuckPending: 0,
    PreviousStillAccepted: 0,
    LoginRefused: 0,
    DailyCheckSucceeded: 1,
    AccessDrift: 0,
  });
});

test('A failed check says that, at its time, and nothing else', () => {
  expect(failedDailyCheckMetrics(AT_MS, SETTINGS)).toStrictEqual({
    _aws: {
      Timestamp: AT_MS,
      CloudWatchMetrics: [
        {
          Namespace: 'SecureRedis',
          Dimensions: [['ReplicationGroupId']],
          Metrics: [{ Name: 'DailyCheckSucceeded', Unit: 'None' }],
        },
      ],
    },
    ReplicationGroupId: 'group',
    DailyCheckSucceeded: 0,
  });
});

const current = (createdAt: string | undefined) => ({ current: { versionId: 'v1', createdAt } });
const pending = (createdAt: string) => ({
  pending: { versionId: 'v2', createdAt, hasPassword: true },
});

test.each<[string, Partial<DailyCheckReport>, Record<string, number>]>([
  // 91 days and a millisecond before; then 91 days.
  ['overdue', current('2026-08-28T23:59:59.999Z'), { RotationOverdue: 1 }],
  ['due', current('2026-08-29T00:00:00.000Z'), { CredentialAgeDays: 91, RotationOverdue: 0 }],
  ['of the future', current('2026-11-29T00:00:00.000Z'), { CredentialAgeDays: 0 }],
  ['of an unknown age', current(undefined), { CredentialAgeDays: 0, RotationOverdue: 0 }],
  ['without a version', { current: undefined }, { CredentialAgeDays: 0 }],
  ['pending for six hours', pending('2026-11-27T18:00:00.000Z'), { StuckPending: 6 }],
  [
    'previous after its grace period',
    { ...node({ previous: 'accepted' }), graceEndsAt: '2026-11-25T00:00:00.000Z' },
    { PreviousStillAccepted: 3 },
  ],
  [
    'previous in its grace period',
    { ...node({ previous: 'accepted' }), graceEndsAt: '2026-11-29T00:00:00.000Z' },
    { PreviousStillAccepted: 0 },
  ],
  [
    'previous that one of two nodes accepts',
    {
      nodes: [
        { ...GOOD, previous: 'refused' },
        { ...GOOD, host: 'b', previous: 'accepted' },
      ],
      graceEndsAt: '2026-11-25T00:00:00.000Z',
    },
    { PreviousStillAccepted: 3 },
  ],
  [
    'previous that is refused',
    { ...node({ previous: 'refused' }), graceEndsAt: '2026-11-25T00:00:00.000Z' },
    { PreviousStillAccepted: 0 },
  ],
  [
    'others that cannot be tried',
    { others: 'unknown', graceEndsAt: '2026-11-25T00:00:00.000Z' },
    { PreviousStillAccepted: 3 },
  ],
  ['refused', node({ current: 'refused' }), { LoginRefused: 1, DailyCheckSucceeded: 1 }],
  ['not needed', node({ noPassword: 'accepted' }), { LoginRefused: 1, DailyCheckSucceeded: 1 }],
  ['sent without TLS', node({ plaintext: 'accepted' }), { LoginRefused: 1 }],
  ['edited', { edited: ['host'] }, { LoginRefused: 1 }],
  ['of a user by IAM', { authentication: 'iam' }, { LoginRefused: 1 }],
  ['repaired', { repaired: true }, { LoginRefused: 1 }],
  ['not answered', node({ current: 'unreachable' }), { LoginRefused: 0, DailyCheckSucceeded: 0 }],
  ['not probed', node({ noPassword: 'unreachable' }), { DailyCheckSucceeded: 0 }],
  ['not answered without TLS', node({ plaintext: 'unreachable' }), { DailyCheckSucceeded: 1 }],
  [
    'answered by one of two nodes',
    { nodes: [GOOD, { ...GOOD, host: 'b', current: 'unreachable' }] },
    { DailyCheckSucceeded: 0 },
  ],
  ['of no node', { nodes: [] }, { LoginRefused: 0, DailyCheckSucceeded: 0 }],
])('A password %s', (_what, change, expected) => {
  expect(values(change)).toMatchObject(expected);
});

describe('Of several users', () => {
  const refusing: DailyCheckReport = { ...REPORT, ...node({ current: 'refused' }) };

  test('the worst of each value counts, and the latest time', () => {
    const old = { ...REPORT, ...current('2026-07-01T00:00:00.000Z') };
    const dead = { ...REPORT, ...node({ current: 'unreachable' }), at: '2026-11-28T00:00:01.000Z' };
    const metrics = metricsOf([old, REPORT, dead]);
    expect(metrics).toMatchObject({
      CredentialAgeDays: 150,
      RotationOverdue: 1,
      DailyCheckSucceeded: 0,
      _aws: { Timestamp: AT_MS + 1_000 },
    });
  });

  test('a node that refuses two users counts once, and two ports of a host twice', () => {
    expect(metricsOf([refusing, refusing]).LoginRefused).toBe(1);
    const other: DailyCheckReport = { ...REPORT, ...node({ port: 2, current: 'refused' }) };
    expect(metricsOf([refusing, other]).LoginRefused).toBe(2);
    expect(metricsOf([refusing, { ...other, repaired: true }]).LoginRefused).toBe(2);
  });

  test('a failed check keeps what it saw, and one that saw nothing adds nothing', () => {
    const failed = { user: 'app', error: 'AwsCallFailed' };
    expect(metricsOf([{ ...failed, seen: refusing }])).toMatchObject({
      LoginRefused: 1,
      CredentialAgeDays: 10,
      DailyCheckSucceeded: 0,
      _aws: { Timestamp: AT_MS },
    });
    const nothing = metricsOf([failed]);
    expect(nothing.DailyCheckSucceeded).toBe(0);
    expect(nothing).not.toHaveProperty('LoginRefused');
  });

  test('nodes of the check of access count with the nodes of users', () => {
    const open = [
      { host: 'a', port: 1, noPassword: 'accepted', plaintext: 'refused' },
      { host: 'b', port: 1, noPassword: 'refused', plaintext: 'accepted' },
      { host: 'c', port: 1, noPassword: 'refused', plaintext: 'unreachable' },
    ] as const;
    expect(metricsOf([refusing], { ...ACCESS, nodes: open })).toMatchObject({
      LoginRefused: 2,
      DailyCheckSucceeded: 1,
    });
    const unchecked = [{ user: 'app', why: 'x' }];
    expect(metricsOf([REPORT], { ...ACCESS, unchecked }).DailyCheckSucceeded).toBe(0);
  });
});
