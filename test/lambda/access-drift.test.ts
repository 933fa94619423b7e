/** What counts as a change of users by hand, what is none, and what to take back next. */

import type { Drift } from '../../contract/access-report';
import { decideRestore, driftsIn } from '../../lambda/rotation/access-drift';
import {
  APP,
  type Change,
  deployed,
  HOUR_MS,
  JOBS,
  live,
  OFF,
  seen,
  user,
} from '../support/changed-users';

const told = (change: Change) =>
  driftsIn(seen(change)).map(({ kind, user: who }) => `${kind} ${who}`);

describe('A change by hand is found', () => {
  test.each<[string, Change, readonly string[]]>([
    ['more rights', { users: { 'app-1': live('on ~* +@all') } }, ['access-string app']],
    ['switched off', { users: { 'app-1': live('off -@all') } }, ['access-string app']],
    [
      'the default user switched on',
      { users: { 'default-1': live('on -@all') } },
      ['access-string default'],
    ],
    [
      'rights of a user with an IAM login',
      { users: { 'jobs-1': live('on ~* +@write', { authentication: 'iam' }) } },
      ['access-string jobs'],
    ],
    [
      'a password for a user with an IAM login',
      { users: { 'jobs-1': live(JOBS.access) } },
      ['authentication jobs'],
    ],
    [
      'a user that joined',
      { members: ['default-1', 'app-1', 'jobs-1', 'x'] },
      ['foreign-member x'],
    ],
    ['a user that left', { members: ['default-1', 'jobs-1'] }, ['not-in-group app']],
    [
      'a deleted user',
      { users: { 'app-1': undefined }, members: ['default-1', 'jobs-1'] },
      ['missing app'],
    ],
    [
      'the default user replaced by that of AWS',
      { members: ['default', 'jobs-1', 'x'] },
      ['not-in-group default', 'foreign-member default', 'foreign-member x', 'not-in-group app'],
    ],
    ['a deleted group', { group: undefined }, ['missing the user group']],
    [
      'no user group, which lets everybody in',
      { attached: { userGroups: [] } },
      ['not-attached cache-1'],
    ],
    [
      'one password in its place',
      { attached: { userGroups: [], hasPassword: true } },
      ['not-attached cache-1'],
    ],
    ['another user group', { attached: { userGroups: ['others-1'] } }, ['not-attached cache-1']],
    [
      'another user group beside it',
      { attached: { userGroups: ['users-1', 'others-1'] } },
      ['not-attached cache-1'],
    ],
  ])('%s', (_, change, drifts) => {
    expect(told(change)).toStrictEqual(drifts);
  });

  test('and names both access strings, without anything that looks like a password', () => {
    const changed = { 'app-1': live('on >hunter2-hunter2 ~* +@all') };
    const [drift] = driftsIn(seen({ users: changed }));
    expect(drift).toStrictEqual({
      kind: 'access-string',
      user: 'app',
      deployed: 'on ~app:* resetchannels -@all +@read',
      found: 'on >… ~* +@all',
    });
  });
});

describe('No change by hand is', () => {
  const users = [OFF, user('app', 'on ~old:* +@read'), user('gone', 'on +get')];
  const before = { ...deployed(...users), group: 'old-1' };
  const during = { previous: before, ageMs: HOUR_MS };
  const old = { 'app-1': live('on ~old:* -@all +@read') };
  const left = {
    users: { ...old, 'jobs-1': undefined },
    members: ['default-1', 'app-1', 'gone-1'],
  };
  test.each<[string, Change]>([
    ['another spelling', {}],
    ['what a cache that is being modified has', { attached: undefined }],
    ['the user group of before a stack update', { ...during, attached: { userGroups: ['old-1'] } }],
    ['a user that is being modified', { users: { 'app-1': live('on', { active: false }) } }],
    ['a group that is being modified', { members: [], isGroupActive: false }],
    ['a stack update that has not reached any user', { ...during, ...left }],
    ['one that has reached every user', during],
    [
      'one that has made a new user, which is not in the group',
      { ...during, members: ['default-1', 'app-1'] },
    ],
    [
      'how a user with a password logs in, which its own check repairs',
      {
        users: { 'app-1': live(APP.access, { authentication: 'no-password' }) },
      },
    ],
  ])('%s', (_, change) => {
    expect(told(change)).toStrictEqual([]);
  });

  test('but a day after the update, what was deployed before is one', () => {
    expect(told({ ...left, previous: before, ageMs: 25 * HOUR_MS })).toStrictEqual([
      'access-string app',
      'missing jobs',
      'foreign-member gone-1',
    ]);
  });

  test('but a third user group is one during an update, too', () => {
    const attached = { userGroups: ['others-1'] };
    expect(told({ ...during, attached })).toStrictEqual(['not-attached cache-1']);
  });

  test('but a third access string is one during an update, too', () => {
    expect(told({ ...during, users: { 'app-1': live('on ~* +@all') } })).toStrictEqual([
      'access-string app',
    ]);
  });
});

describe('Of a secret with another text than that of the deploy', () => {
  const changed = { users: { 'app-1': live('on ~* +@all') }, members: ['default-1', 'x'] };
  const previous = deployed(OFF, APP);
  test.each<[string, Change, readonly string[]]>([
    ['edited twice', { proven: undefined, previous, ageMs: 0 }, ['secret-edited the secret']],
    ['edited, without a version before', { proven: undefined }, ['secret-edited the secret']],
    [
      'edited once, or written by a running stack update',
      { proven: 'previous', previous, ageMs: 23 * HOUR_MS },
      ['secret-newer the secret'],
    ],
    [
      'edited a day ago',
      { proven: 'previous', previous, ageMs: 25 * HOUR_MS },
      ['secret-edited the secret'],
    ],
  ])('%s: nothing else is compared', (_, change, drifts) => {
    expect(told({ ...changed, ...change })).toStrictEqual(drifts);
  });
});

describe('What to take back next', () => {
  const drift = { kind: 'access-string', user: 'app' } as const;
  const facts = {
    settled: true,
    quiet: false,
    drifts: [drift],
    asked: () => false,
    hasFailed: (_: Drift) => false,
    timeLeft: true,
  };
  test.each<[Partial<typeof facts>, string]>([
    [{}, 'restore'],
    [{ drifts: [] }, 'done'],
    [{ settled: false }, 'wait'],
    [{ settled: false, drifts: [] }, 'wait'],
    [{ asked: () => true }, 'wait'],
    [{ asked: () => true, quiet: true }, 'give-up'],
    [{ hasFailed: () => true }, 'done'],
    [{ timeLeft: false }, 'done'],
    [{ settled: false, timeLeft: false }, 'done'],
  ])('%j: %s', (change, kind) => {
    expect(decideRestore({ ...facts, ...change }).kind).toBe(kind);
  });

  test('nothing for a user group that is not attached, which an operator attaches', () => {
    const [detached] = driftsIn(seen({ attached: { userGroups: [] } }));
    expect(detached).toStrictEqual({
      kind: 'not-attached',
      user: 'cache-1',
      deployed: 'users-1',
      found: 'no user group',
    });
    const drifts = detached ? [detached, drift] : [];
    expect(decideRestore({ ...facts, drifts })).toStrictEqual({ kind: 'restore', drift });
  });

  test.each(['secret-newer', 'secret-edited'] as const)('nothing for a %s', (kind) => {
    const drifts = [{ kind, user: 'the secret' }];
    expect(decideRestore({ ...facts, drifts })).toStrictEqual({ kind: 'done' });
  });

  test('nothing for a deleted user, which a deploy makes again', () => {
    const missing = { kind: 'missing', user: 'app' } as const;
    expect(decideRestore({ ...facts, drifts: [missing] }).kind).toBe('done');
  });
});
