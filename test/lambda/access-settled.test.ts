/**
 * What the check of users says of a cache that is changing, of users and groups that are gone, and
 * of what it found: a report that says "settled" or "no password" wrongly hides a change by hand.
 */

import type { Drift } from '../../contract/access-report';
import type { DeployedUser } from '../../contract/deployed-access';
import { compareAccess, restoreAccess } from '../../lambda/rotation/access-check';
import { driftsIn } from '../../lambda/rotation/access-drift';
import type { AccessPorts, GroupView, MemberView } from '../../lambda/rotation/access-ports';
import { RotationError } from '../../lambda/rotation/rotation-error';
import {
  ALL_CHANGED,
  type Change,
  changed,
  deployed,
  HOUR_MS,
  live,
  OFF,
  seen,
} from '../support/changed-users';

const TIMING = { pollIntervalMs: 5_000, quietMs: 60_000, graceDays: 7, iterationMsMax: 140_000 };

/** The report on a cache, of which a look at users, group and cache says something else. */
async function reported({
  users = {},
  group = (view) => view,
  settled = true,
}: {
  readonly users?: Readonly<Record<string, Partial<MemberView>>>;
  readonly group?: (view: GroupView | undefined) => GroupView | undefined;
  readonly settled?: boolean;
}) {
  const { ports } = changed({ attached: { userGroups: ['others-1'] } });
  const other: AccessPorts = {
    ...ports,
    users: {
      ...ports.users,
      lookAtUser: async (id) => {
        const member = await ports.users.lookAtUser(id);
        return member && { ...member, ...users[id] };
      },
      lookAtGroup: async (id) => group(await ports.users.lookAtGroup(id)),
    },
    cache: {
      ...ports.cache,
      look: async () => ({ ...(await ports.cache.look()), settled }),
      probe: async () => ({ noPassword: 'accepted', plaintext: 'unreachable' }),
    },
  };
  return compareAccess(other);
}

const inactive = (view: GroupView | undefined) => view && { ...view, active: false };

describe('Users and their group are settled', () => {
  test.each<[string, Parameters<typeof reported>[0], boolean]>([
    ['all are active', {}, true],
    ['one user of three is being changed', { users: { 'app-1': { active: false } } }, false],
    ['the last user is being changed', { users: { 'jobs-1': { active: false } } }, false],
    ['the group is being changed, and no user', { group: inactive }, false],
    [
      'a user and the group are being changed',
      { users: { 'app-1': { active: false } }, group: inactive },
      false,
    ],
    ['the group was deleted', { group: () => undefined }, true],
    [
      'the group was deleted, and a user is being changed',
      { users: { 'app-1': { active: false } }, group: () => undefined },
      false,
    ],
  ])('%s', async (_what, look, isSettled) => {
    expect((await reported(look)).isSettled).toBe(isSettled);
  });
});

describe('A report', () => {
  test('is whole: time, drift, roles of all users and the answers of nodes', async () => {
    expect(await reported({})).toStrictEqual({
      at: '2026-11-28T03:00:00.000Z',
      drifts: [{ kind: 'not-attached', user: 'cache-1', deployed: 'users-1', found: 'others-1' }],
      isSettled: true,
      isCacheSettled: true,
      roles: { default: 'role of default', app: 'role of app', jobs: 'role of jobs' },
      nodes: [{ host: 'a', port: 1, noPassword: 'accepted', plaintext: 'unreachable' }],
    });
  });

  test('of a cache that is changing says that its user group was not compared', async () => {
    const { isSettled, isCacheSettled, drifts } = await reported({ settled: false });
    expect([isSettled, isCacheSettled, drifts]).toStrictEqual([true, false, []]);
  });

  test.each<[string, Change, readonly Drift[]]>([
    [
      'names every user group, and a password beside them',
      { attached: { userGroups: ['users-1', 'others-1'], hasPassword: true } },
      [
        {
          kind: 'not-attached',
          user: 'cache-1',
          deployed: 'users-1',
          found: 'users-1, others-1 and one password',
        },
      ],
    ],
    [
      'names a password where there is no user group',
      { attached: { userGroups: [], hasPassword: true } },
      [
        {
          kind: 'not-attached',
          user: 'cache-1',
          deployed: 'users-1',
          found: 'no user group and one password',
        },
      ],
    ],
    [
      'finds a user group that was replaced while ElastiCache changes the right one',
      { isGroupActive: false, attached: { userGroups: ['others-1'] } },
      [{ kind: 'not-attached', user: 'cache-1', deployed: 'users-1', found: 'others-1' }],
    ],
    [
      'finds more rights while ElastiCache changes the user group',
      { isGroupActive: false, users: { 'jobs-1': live('on ~* +@all', { authentication: 'iam' }) } },
      [
        {
          kind: 'access-string',
          user: 'jobs',
          deployed: 'on ~jobs:* resetchannels -@all +@write',
          found: 'on ~* +@all',
        },
      ],
    ],
  ])('%s', (_what, change, drifts) => {
    expect(driftsIn(seen(change))).toStrictEqual(drifts);
  });

  test.each([
    ['>hunter2 on ~*', '>… on ~*'],
    ['#1f2e3d on', '#… on'],
    ['on (>hunter2 ~*)', 'on (>… ~*)'],
    ['on <hunter2 !hunter3', 'on <… !…'],
    ['on >hunter2>more\t#abc ~a>b', 'on >…\t#… ~a>b'],
  ])('masks each password of %j', (accessString, found) => {
    const [drift] = driftsIn(seen({ users: { 'app-1': live(accessString) } }));
    expect(drift?.found).toBe(found);
  });
});

describe('During a stack update', () => {
  const previous = (...users: readonly DeployedUser[]) => ({
    previous: { ...deployed(...users), group: 'old-1' },
    ageMs: HOUR_MS,
  });
  const kinds = (change: Change) => driftsIn(seen(change)).map(({ kind, user }) => [kind, user]);

  test('a group that is not there yet is no change by hand; a known one that is gone is', () => {
    const before = previous(OFF);
    expect(kinds({ ...before, group: undefined })).toStrictEqual([]);
    const same = { ...before, previous: { ...before.previous, group: 'users-1' } };
    expect(kinds({ ...same, group: undefined })).toStrictEqual([['missing', 'the user group']]);
  });

  test('a user of both deployments that left the group is a change by hand', () => {
    const { previous: before, ageMs } = previous(OFF, { ...OFF, name: 'app', id: 'app-1' });
    const members = ['default-1', 'jobs-1'];
    const change = { previous: before, ageMs, members, users: { 'app-1': live('off -@all') } };
    expect(kinds(change)).toStrictEqual([['not-in-group', 'app']]);
  });

  test('a user of both deployments that was deleted is a change by hand', () => {
    const { previous: before, ageMs } = previous(OFF, { ...OFF, name: 'app', id: 'app-1' });
    const change = { previous: before, ageMs, users: { 'app-1': undefined } };
    expect(kinds(change)).toStrictEqual([['missing', 'app']]);
  });

  test('ends 24 hours after it began', () => {
    const change = { ...previous(OFF), users: { 'app-1': undefined } };
    const lastMs = 24 * HOUR_MS - 1;
    expect(kinds({ ...change, ageMs: lastMs })).toStrictEqual([]);
    expect(kinds({ ...change, ageMs: lastMs + 1 })).toStrictEqual([['missing', 'app']]);
  });
});

describe('Changes that are taken back', () => {
  test('are logged one decision per line, with what was found', async () => {
    const { ports } = changed({ members: ['default-1', 'app-1'] });
    const lines: object[] = [];
    await restoreAccess({ ...ports, log: (line) => void lines.push(line) }, TIMING);
    expect(lines[0]).toStrictEqual({
      restore: 'restore',
      iteration: 1,
      settled: true,
      drifts: [{ kind: 'not-in-group', user: 'jobs' }],
    });
    expect(lines.at(-1)).toStrictEqual({
      restore: 'done',
      iteration: lines.length,
      settled: true,
      drifts: [],
    });
  });

  test('that AWS refuses fail, also where what only a deploy mends is left besides', async () => {
    const change = { users: { ...ALL_CHANGED.users, 'jobs-1': undefined } };
    const { ports } = changed(change, 30_000, { refuses: /^access/ });
    await expect(restoreAccess(ports, TIMING)).rejects.toThrow(
      'access-string of default: ModifyUser: InvalidParameterValue, request id none; ' +
        'access-string of app: ModifyUser: InvalidParameterValue, request id none)',
    );
  });

  test('let the default user join without an empty list of those that leave', async () => {
    const { ports } = changed({ members: ['app-1', 'jobs-1'] });
    const asked: unknown[] = [];
    const changeMembers: typeof ports.users.changeMembers = (group, change) => {
      asked.push([group, change]);
      return ports.users.changeMembers(group, change);
    };
    await restoreAccess({ ...ports, users: { ...ports.users, changeMembers } }, TIMING);
    expect(asked).toStrictEqual([['users-1', { joining: ['default-1'], leaving: undefined }]]);
  });

  test('end with an error if an invocation never ends', async () => {
    const { ports } = changed({});
    let looks = 0;
    const endless: AccessPorts = {
      ...ports,
      users: { ...ports.users, lookAtGroup: async () => ({ active: false, userIds: [] }) },
      clock: { ...ports.clock, remainingMs: () => 900_000, wait: async () => void looks++ },
    };
    await expect(restoreAccess(endless, TIMING)).rejects.toThrow(/^StillSettling.*1000 iterations/);
    expect(looks).toBe(1_000);
  });

  test.each([
    ['StillSettling', new RotationError('StillSettling')],
    ['Error', new Error('with a secret in it')],
  ])('name what failed without an answer of AWS: %s', async (name, error) => {
    const { ports } = changed({ members: ['default-1', 'app-1'] });
    const changeMembers = () => Promise.reject(error);
    const failing = { ...ports, users: { ...ports.users, changeMembers } };
    await expect(restoreAccess(failing, TIMING)).rejects.toThrow(`(not-in-group of jobs: ${name})`);
  });
});
