/** `status` and `recover` of a cache whose users all log in by IAM. */

import type { Cloud } from '../../cli/aws/cloud';
import { findCache } from '../../cli/rotation/cache';
import { accessLines, needsPerson } from '../../cli/rotation/drift';
import { recoverAccess } from '../../cli/rotation/recover-access';
import { statusOfUsers } from '../../cli/rotation/users-status';
import { Screen } from '../../cli/terminal/screen';
import type { AccessReport, Drift } from '../../contract/access-report';

const accessOf = (...drifts: readonly Drift[]): AccessReport => ({
  at: '2026-11-28T03:00:00.000Z',
  drifts,
  isSettled: true,
  roles: { default: 'nothing', reports: 'reads all keys', jobs: 'reads jobs:*' },
  nodes: [],
});

const DRIFT: Drift = { kind: 'not-in-group', user: 'reports' };

async function workOf(...seen: readonly Drift[]) {
  const published = async () => ({
    'Users/reports/UserId': 'reports',
    'Users/jobs/UserId': 'jobs',
    RotationFunctionName: 'function',
    Endpoint: 'localhost',
    ReaderEndpoint: 'localhost',
    Port: '6380',
  });
  const cloud = {
    published,
    firing: async () => [],
    reportOfUsers: async () => ({ kind: 'users', users: [], access: accessOf(...seen) }),
    restoreAccess: async () => ({ kind: 'access', report: accessOf() }),
  } as unknown as Cloud;
  const cache = await findCache(cloud, 'jobs');
  const pace = { pollMs: 1, timeoutMs: 1_000 };
  return { cloud, cache, screen: new Screen(true), pace, isYes: true };
}

test('status has a line per user', async () => {
  const { exitCode, lines } = await statusOfUsers(await workOf());
  expect(lines.filter((line) => line.includes('by IAM'))).toStrictEqual([
    'reports  by IAM  -      -         -         -         reads all keys',
    'jobs     by IAM  -      -         -         -         reads jobs:*',
  ]);
  expect(exitCode).toBe(0);
});

test('recover explains a change, and takes it back', async () => {
  const work = await workOf(DRIFT);
  const explained = await recoverAccess(work, false);
  expect([explained.exitCode, explained.lines[1]]).toStrictEqual([
    1,
    '  seen: reports is not in the user group: nobody can log in as it',
  ]);
  const restored = await recoverAccess(work, true);
  expect([restored.exitCode, restored.lines[0]]).toStrictEqual([
    0,
    'no access drift: users and user group are as deployed',
  ]);
});

test('a user that could not be compared needs a person', () => {
  const why = 'DescribeUsers: Throttling, request id none';
  const access = { ...accessOf(), unchecked: [{ user: 'jobs', why }] };
  expect(accessLines(access)).toStrictEqual([
    `access-unknown: the function could not compare jobs: ${why}`,
  ]);
  expect(needsPerson(access)).toBe(true);
  expect(accessLines({ ...access, drifts: [DRIFT] })).toHaveLength(4);
});
