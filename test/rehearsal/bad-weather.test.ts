/**
 * Proves on real servers what a rotation does in ordinary bad weather: changes that outlast it, a
 * status that is behind, a username that somebody has edited.
 */

import { LABEL } from '../../contract/rotation';
import { newPassword } from '../../lambda/rotation/new-password';
import { type LocalDeployment, startLocally } from '../support/local-deployment';

let local: LocalDeployment;

beforeEach(async () => {
  local = await startLocally();
});

afterEach(async () => {
  await local.deployment.stop();
});

describe('A change that takes longer than the function lives', () => {
  // One turn must fit into what is left: with 140.3 s, only the first waits do.
  const lives = { rotation: { timeoutMs: 140_300 } };
  const codes = () => local.reports.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome.code]));

  test('is waited for by the later steps, and nothing fails', async () => {
    await local.deployment.stop();
    local = await startLocally({ timing: { delayMs: 500, perNodeMs: 5 }, ...lives });
    expect(await local.deployment.service.rotate()).toBe(true);
    expect(codes()).toStrictEqual([]);
    expect(local.lines.join()).toContain('"why":"not-proven-yet"');
  });

  test('and than three lives is resumed: finishSecret fails, and a retry finishes', async () => {
    await local.deployment.stop();
    local = await startLocally({ timing: { delayMs: 3_000, perNodeMs: 5 }, ...lives });
    expect(await local.deployment.service.rotate()).toBe(true);
    expect(codes().length).toBeGreaterThan(0);
    expect(new Set(codes())).toEqual(new Set(['StillSettling']));
    expect(
      local.reports.filter(({ outcome }) => !outcome.ok).map(({ step }) => step),
    ).not.toContain('setSecret');
    const asked = local.lines.filter((line) => line.includes('"effect":"ask"'));
    expect(asked).toHaveLength(1);
  });
});

describe('A status that reads available right after a change was asked for', () => {
  test('is not believed: the pending change is waited for, and no login fails', async () => {
    await local.deployment.stop();
    local = await startLocally({ timing: { delayMs: 400, perNodeMs: 100 } });
    const { group, nodes, service } = local.deployment;
    group.showsAvailable = true;
    expect(await service.rotate()).toBe(true);
    const refused = await Promise.all(nodes.map((node) => node.refusedLogins()));
    expect(refused).toStrictEqual([0, 0]);
    expect(local.deployment.plane.polls).toBeGreaterThan(0);
  });
});

describe('A version whose username somebody has edited', () => {
  const edit = (change: object) => {
    const { secrets, secretArn } = local.deployment;
    const value = JSON.parse(local.deployment.secretString());
    secrets.putValue(secretArn, 'e'.repeat(32), JSON.stringify({ ...value, ...change }));
  };
  const stored = () => JSON.parse(local.deployment.secretString());

  test.each([
    ['the username', { username: 'admin' }],
    [
      'the username and the password of nobody in the URL',
      { username: 'a', url: 'rediss://a:b@c' },
    ],
    ['a name in Unicode', { username: 'usuário' }],
    ['the URL of readers alone', { readerUrl: 'rediss://default@localhost:6380/0' }],
  ])('is repaired by the next rotation: %s', async (_, change) => {
    const { service, secrets, secretArn } = local.deployment;
    expect(await service.rotate()).toBe(true);
    edit(change);
    const told = await service.dailyCheck('report');
    expect(told.edited).toStrictEqual(Object.keys(change));
    expect(told.nodes.map(({ current }) => current)).toStrictEqual(['accepted', 'accepted']);
    // AWS leaves AWSPENDING on the version before: the operator takes it away.
    service.abandon(secrets.holderOf(secretArn, LABEL.pending) ?? '');
    expect(await service.rotate()).toBe(true);
    const { username, password, url, readerUrl } = stored();
    expect(username).toBe('default');
    expect(new URL(url).username).toBe('default');
    expect(new URL(url).password).toBe(password);
    expect(new URL(readerUrl).username).toBe('default');
    const { edited, nodes } = await local.deployment.service.dailyCheck('report');
    expect(edited).toBeUndefined();
    expect(nodes.map(({ current }) => current)).toStrictEqual(['accepted', 'accepted']);
    const counts = await Promise.all(local.deployment.nodes.map((node) => node.refusedLogins()));
    expect(counts).toStrictEqual([0, 0]);
  });

  test('alarms on the day: the daily check counts every node as one that refuses', async () => {
    edit({ username: 'admin' });
    await local.deployment.service.dailyCheck('daily');
    const line = local.lines.find((each) => each.includes('"_aws"')) ?? '';
    expect(JSON.parse(line).LoginRefused).toBe(2);
    expect(line).not.toContain('admin');
  });

  test('and undone, where AWS attempts the version again that was current before', async () => {
    const { service, secrets, secretArn } = local.deployment;
    expect(await service.rotate()).toBe(true);
    edit({ username: 'admin' });
    expect(await service.attempt(secrets.holderOf(secretArn, LABEL.pending) ?? '')).toBe(true);
    expect(stored().username).toBe('default');
  });

  test('and in the pending version, too', async () => {
    const { service, secrets, secretArn } = local.deployment;
    const versionId = service.begin();
    const value = JSON.stringify({ username: 'admin', password: newPassword().reveal() });
    secrets.putValue(secretArn, versionId, value, [LABEL.pending]);
    expect(await service.attempt(versionId)).toBe(true);
    const { nodes } = await service.dailyCheck('report');
    expect(nodes.map(({ current }) => current)).toStrictEqual(['accepted', 'accepted']);
  });
});
