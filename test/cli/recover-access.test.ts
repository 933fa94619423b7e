/** `recover --apply` of a cache with users, where AWS refuses one of the repairs. */

import { CliError, type Cloud } from '../../cli/aws/cloud';
import { recoverAccess } from '../../cli/rotation/recover-access';
import type { UsersWork } from '../../cli/rotation/users-status';
import { Screen } from '../../cli/terminal/screen';
import type { AccessReport, Drift } from '../../contract/access-report';

const DETACHED: Drift = { kind: 'not-attached', user: 'cache-1', deployed: 'group-1' };
const WIDER: Drift = {
  kind: 'access-string',
  user: 'app',
  deployed: 'on ~app:* +@read',
  found: 'on ~* +@all',
};

const reportWith = (drifts: readonly Drift[]): AccessReport => ({
  at: '2026-11-28T12:00:00Z',
  drifts,
  isSettled: true,
  isCacheSettled: true,
  roles: {},
  nodes: [],
});

function workWith(cloud: Partial<Cloud>): UsersWork {
  return {
    cloud: {
      reportOfUsers: async () => ({
        kind: 'users',
        users: {},
        access: reportWith([DETACHED, WIDER]),
      }),
      restoreAccess: async () => ({ kind: 'access', report: reportWith([DETACHED]) }),
      ...cloud,
    } as unknown as Cloud,
    screen: new Screen(true),
    pace: { pollMs: 1, timeoutMs: 1_000 },
    isYes: true,
    cache: { name: 'shop', functionName: 'fn', users: new Map() },
  } as unknown as UsersWork;
}

test('a refused attachment is told, and the other drift is restored all the same', async () => {
  let restored = 0;
  const work = workWith({
    attachUserGroup: async () => {
      throw new CliError('ModifyReplicationGroup: AccessDenied');
    },
    restoreAccess: async () => {
      restored += 1;
      return { kind: 'access', report: reportWith([DETACHED]) };
    },
  });
  const { exitCode, lines } = await recoverAccess(work, true);
  expect([exitCode, restored]).toEqual([1, 1]);
  expect(lines.join('\n')).toContain('failed: ModifyReplicationGroup: AccessDenied');
  expect(lines.join('\n')).not.toContain('+@all');
});

test('an attachment that AWS has accepted is waited for', async () => {
  const reports = [reportWith([DETACHED]), reportWith([])];
  const work = workWith({
    attachUserGroup: async () => undefined,
    restoreAccess: async () => ({ kind: 'access', report: reports.shift() ?? reportWith([WIDER]) }),
  });
  const { exitCode, lines } = await recoverAccess(work, true);
  expect([exitCode, reports]).toEqual([0, []]);
  expect(lines[0]).toContain('no access drift');
});

test('an error that is none of AWS is not hidden', async () => {
  const broken = workWith({
    attachUserGroup: async () => {
      throw new TypeError('a defect');
    },
  });
  await expect(recoverAccess(broken, true)).rejects.toThrow('a defect');
});
