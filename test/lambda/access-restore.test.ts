/**
 * Changes of users by hand are taken back one at a time, not while ElastiCache is busy, and never
 * by a call with a password; and they are counted.
 */

import { compareAccess, restoreAccess } from '../../lambda/rotation/access-check';
import { dailyCheckMetrics } from '../../lambda/rotation/daily-check-metrics';
import { ALL_CHANGED, changed } from '../support/changed-users';

const TIMING = { pollIntervalMs: 5_000, quietMs: 60_000, graceDays: 7, iterationMsMax: 140_000 };
describe('Taking changes back', () => {
  test('ends with what was deployed, one change after the other', async () => {
    const { ports, calls } = changed(ALL_CHANGED);
    const { drifts, isSettled } = await restoreAccess(ports, TIMING);
    expect([drifts, isSettled]).toStrictEqual([[], true]);
    expect(calls).toStrictEqual([
      'access default-1 off -@all',
      'access app-1 on ~app:* resetchannels -@all +@read',
      'iam jobs-1',
      'remove x-1',
      'add app-1',
    ]);
  });

  test('changes nothing where nothing differs, and nothing on a check', async () => {
    const { ports, calls } = changed({});
    expect((await restoreAccess(ports, TIMING)).drifts).toStrictEqual([]);
    const other = changed(ALL_CHANGED);
    expect((await compareAccess(other.ports)).drifts).toHaveLength(5);
    expect([...calls, ...other.calls]).toStrictEqual([]);
  });

  test('waits for a change that is running', async () => {
    const { ports, calls } = changed(ALL_CHANGED);
    await ports.users.setAccess('app-1', 'on ~* +@all');
    await restoreAccess(ports, TIMING);
    expect(calls).toHaveLength(6);
  });

  test('ends before the timeout of Lambda, and says that more is to come', async () => {
    const { ports, calls, elapsedMs } = changed(ALL_CHANGED, 500_000);
    const { isSettled } = await restoreAccess(ports, TIMING);
    expect(elapsedMs()).toBeLessThan(900_000);
    expect(isSettled).toBe(false);
    expect(calls).toHaveLength(2);
  });
});

describe('An edited secret with what was deployed', () => {
  test.each([undefined, 'previous'] as const)('restores nothing (%s proven)', async (proven) => {
    const { ports, calls } = changed({ ...ALL_CHANGED, proven });
    const { drifts, roles } = await restoreAccess(ports, TIMING);
    expect(drifts).toStrictEqual([{ kind: 'secret-edited', user: 'the secret' }]);
    expect([roles, calls]).toStrictEqual([{}, []]);
  });
});

describe('What AWS refuses', () => {
  test('does not stop the others, and is named at the end', async () => {
    const { ports, calls } = changed(ALL_CHANGED, 30_000, { refuses: /^access/ });
    await expect(restoreAccess(ports, TIMING)).rejects.toThrow(
      '(access-string of default: ModifyUser: InvalidParameterValue, request id none; ' +
        'access-string of app: ModifyUser: InvalidParameterValue, request id none)',
    );
    expect(calls).toStrictEqual([
      'access default-1 off -@all',
      'access app-1 on ~app:* resetchannels -@all +@read',
      'iam jobs-1',
      'remove x-1',
      'add app-1',
    ]);
  });

  test('is left for the next invocation while others wait for their turn', async () => {
    const { ports } = changed(ALL_CHANGED, 250_000, { refuses: /^access default/ });
    expect((await restoreAccess(ports, TIMING)).drifts[0]?.user).toBe('default');
  });

  test('and what has no effect, is not sent again', async () => {
    const { ports, calls } = changed(ALL_CHANGED, 30_000, { ignores: /^(access app|remove)/ });
    await expect(restoreAccess(ports, TIMING)).rejects.toThrow(
      '(access-string of app: AWS accepted the request, and the difference remains; ' +
        'foreign-member of x-1: AWS accepted the request, and the difference remains)',
    );
    expect(calls).toHaveLength(5);
  });
});

describe('The default user', () => {
  const members = (...others: readonly string[]) => ({ members: ['app-1', 'jobs-1', ...others] });

  test.each([
    [['default'], ['add default-1, remove default']],
    [['x-1', 'default', 'y-1'], ['add default-1, remove x-1, remove default, remove y-1']],
    [['default-1', 'x-1'], ['remove x-1']],
  ])('of a group with %j comes back in one request', async (others, expected) => {
    const { ports, calls } = changed(members(...others));
    expect((await restoreAccess(ports, TIMING)).drifts).toStrictEqual([]);
    expect(calls).toStrictEqual(expected);
  });
});

describe('The metrics', () => {
  const SETTINGS = { replicationGroupId: 'group', rotationDays: 90 };
  const metricsOf = (access: Parameters<typeof dailyCheckMetrics>[2]) =>
    dailyCheckMetrics([], SETTINGS, access) as Record<string, unknown>;

  test('count the changes, also where every user logs in by IAM', async () => {
    const report = await compareAccess(changed(ALL_CHANGED).ports);
    expect(metricsOf(report)).toMatchObject({ AccessDrift: 5, DailyCheckSucceeded: 1 });
    const none = await compareAccess(changed({}).ports);
    expect(metricsOf(none)).toMatchObject({
      AccessDrift: 0,
      LoginRefused: 0,
      DailyCheckSucceeded: 1,
    });
  });

  test('count a node that lets in without a login, and one that does not answer', async () => {
    const report = await compareAccess(changed({}).ports);
    const [node] = report.nodes;
    const with_ = (noPassword: 'accepted' | 'unreachable') =>
      metricsOf({ ...report, nodes: node ? [{ ...node, noPassword }] : [] });
    expect(with_('accepted').LoginRefused).toBe(1);
    expect(with_('unreachable').DailyCheckSucceeded).toBe(0);
  });

  test('count an edited secret, and say nothing during a stack update', async () => {
    const edited = await compareAccess(changed({ proven: undefined }).ports);
    expect(metricsOf(edited)).toMatchObject({ AccessDrift: 1, DailyCheckSucceeded: 1 });
    const newer = await compareAccess(changed({ proven: 'previous', ageMs: 1 }).ports);
    expect(newer.drifts).toStrictEqual([{ kind: 'secret-newer', user: 'the secret' }]);
    expect(metricsOf(newer)).not.toHaveProperty('AccessDrift');
  });

  const WHY = 'DescribeUsers: Throttling, request id none';

  test('count what is known if a user cannot be described', async () => {
    const report = await compareAccess(changed(ALL_CHANGED, 30_000, { undescribed: /^app/ }).ports);
    expect(report.unchecked).toStrictEqual([{ user: 'app', why: WHY }]);
    expect(report.drifts.map(({ kind, user }) => `${kind} ${user}`)).toStrictEqual([
      'access-string default',
      'authentication jobs',
      'foreign-member x-1',
    ]);
    expect(metricsOf(report)).toMatchObject({ AccessDrift: 3, DailyCheckSucceeded: 0 });
  });

  test('do not say 0 while a user is not compared', async () => {
    const { ports } = changed({}, 30_000, { undescribed: /^app/ });
    const metrics = metricsOf(await compareAccess(ports));
    expect(metrics).not.toHaveProperty('AccessDrift');
    expect(metrics).toMatchObject({ DailyCheckSucceeded: 0 });
    const report = await compareAccess(changed({}).ports);
    const modified = metricsOf({ ...report, isSettled: false });
    expect(modified).not.toHaveProperty('AccessDrift');
    expect(modified).toMatchObject({ DailyCheckSucceeded: 1 });
    const drifts = [{ kind: 'not-in-group', user: 'app' }] as const;
    expect(metricsOf({ ...report, isSettled: false, drifts }).AccessDrift).toBe(1);
  });

  test('say nothing of changes if the comparison failed', () => {
    const metrics = metricsOf({ error: 'AwsCallFailed' });
    expect(metrics.DailyCheckSucceeded).toBe(0);
    expect(metrics).not.toHaveProperty('AccessDrift');
  });
});
