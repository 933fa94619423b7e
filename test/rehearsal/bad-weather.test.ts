/**
 * Rotations on real servers under ordinary faults: slow changes, a status that lags, an edited
 * secret.
 */

import type { Password } from '../../contract/password';
import { LABEL } from '../../contract/rotation';
import { newPassword } from '../../lambda/rotation/new-password';
import { logIn } from '../../rehearsal/redis/probe';
import { type LocalDeployment, startLocally } from '../support/local-deployment';

let local: LocalDeployment;

beforeEach(async () => {
  local = await startLocally();
});

afterEach(async () => {
  await local.deployment.stop();
});

describe('A change that takes longer than the function lives', () => {
  // With 140.3 s left only the first waits of an iteration fit.
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

const WEEK_AND_A_DAY = 8;

describe('A version that somebody has edited', () => {
  type Fields = Readonly<Record<string, string | number | null | undefined>>;
  const stored = (): Record<string, string> => JSON.parse(local.deployment.secretString());
  /** AWS leaves AWSPENDING on the version before. */
  const edit = (change: Fields) => {
    const { secrets, secretArn } = local.deployment;
    secrets.putValue(secretArn, 'e'.repeat(32), JSON.stringify({ ...stored(), ...change }));
  };
  const pending = () => {
    const { secrets, secretArn } = local.deployment;
    return secrets.holderOf(secretArn, LABEL.pending) ?? '';
  };
  const answers = async (password: Password) => {
    const { nodes, certificates } = local.deployment;
    const seen = nodes.map((node) => logIn(node, certificates.caPem, 'default', password));
    return Array.from(new Set(await Promise.all(seen)));
  };
  const atAnother = (key: string, change: (url: string) => string): Fields => ({
    [key]: change(stored()[key] ?? ''),
  });
  const toEvil = (url: string) => url.replace('localhost', 'evil.example');

  const EDITS: readonly (readonly [string, () => Fields, readonly string[]])[] = [
    ['the username', () => ({ username: 'admin' }), ['username']],
    [
      'the username and the password of nobody in the URL',
      () => ({ username: 'a', url: 'rediss://a:b@c' }),
      ['username', 'url'],
    ],
    ['a name in Unicode', () => ({ username: 'usuário' }), ['username']],
    ['an empty name', () => ({ username: '' }), ['username']],
    ['a name that is null', () => ({ username: null }), ['username']],
    ['a name that is gone', () => ({ username: undefined }), ['username']],
    ['a name that is a number', () => ({ username: 7 }), ['username']],
    ['the port as a text', () => ({ port: String(stored().port) }), ['port']],
    ['another port', () => ({ port: 6379 }), ['port']],
    ['another host', () => ({ host: 'evil.example' }), ['host']],
    ['no host', () => ({ host: undefined }), ['host']],
    [
      'another host and URL',
      () => ({ host: 'evil.example', ...atAnother('url', toEvil) }),
      ['host', 'url'],
    ],
    ['a URL without TLS', () => atAnother('url', (url) => url.replace('s:', ':')), ['url']],
    ['another host for readers', () => atAnother('readerUrl', toEvil), ['readerUrl']],
    ['no URL for readers', () => ({ readerUrl: undefined }), ['readerUrl']],
    [
      'the URL of readers alone',
      () => ({ readerUrl: 'rediss://default@localhost:6380/0' }),
      ['readerUrl'],
    ],
  ];

  test.each(EDITS)('is told and repaired, by a retry or anew: %s', async (_, change, edited) => {
    const { service } = local.deployment;
    expect(await service.rotate()).toBe(true);
    const written = stored();
    edit(change());
    const told = await service.dailyCheck('report');
    expect(told.edited).toStrictEqual(edited);
    expect(told.nodes.map(({ current }) => current)).toStrictEqual(['accepted', 'accepted']);
    // As RotateSecret does it: AWS attempts the version again that has AWSPENDING.
    expect(await service.attempt(pending())).toBe(true);
    expect(stored()).toEqual(written);
    edit(change());
    // Or the operator takes that label away.
    service.abandon(pending());
    expect(await service.rotate()).toBe(true);
    expect({ ...stored(), password: '' }).toMatchObject({
      username: 'default',
      host: written.host,
      port: written.port,
    });
    expect(new URL(stored().url ?? '').password).toBe(stored().password);
    expect((await service.dailyCheck('report')).edited).toBeUndefined();
    const counts = await Promise.all(local.deployment.nodes.map((node) => node.refusedLogins()));
    expect(counts).toStrictEqual([0, 0]);
  });

  test.each<[string, () => Fields]>([
    ['a key of their own', () => ({ note: 'ours' })],
    ['another database', () => atAnother('url', (url) => url.replace(/0$/, '5'))],
    ['options of a client', () => atAnother('url', (url) => `${url}?timeout=5`)],
    ['the primary endpoint for readers', () => ({ readerHost: stored().host })],
  ])('is left alone where clients log in all the same: %s', async (_, change) => {
    expect(await local.deployment.service.rotate()).toBe(true);
    edit(change());
    expect((await local.deployment.service.dailyCheck('report')).edited).toBeUndefined();
  });

  test('alarms on the day: the daily check counts every node as one that refuses', async () => {
    edit({ username: 'admin' });
    await local.deployment.service.dailyCheck('daily');
    const line = local.lines.find((each) => each.includes('"_aws"')) ?? '';
    expect(JSON.parse(line).LoginRefused).toBe(2);
    expect(line).not.toContain('admin');
  });

  test.each<[string, () => Promise<void>]>([
    ['left as it is', async () => undefined],
    [
      'undone by AWS, which attempts the version before',
      async () => {
        expect(await local.deployment.service.attempt(pending())).toBe(true);
      },
    ],
    [
      'whose AWSPREVIOUS was taken off',
      async () => {
        const { secrets, secretArn } = local.deployment;
        const fromVersionId = secrets.holderOf(secretArn, LABEL.previous);
        secrets.moveLabel(secretArn, { label: LABEL.previous, fromVersionId });
      },
    ],
  ])('keeps no older password alive beyond its time: one %s', async (_, then) => {
    const { service, clock } = local.deployment;
    expect(await service.rotate()).toBe(true);
    const older = local.deployment.credentials().password;
    expect(await service.rotate()).toBe(true);
    const current = local.deployment.credentials().password;
    edit({ username: 'admin' });
    await then();
    // Within the grace period it stays, and the next rotation would end it.
    const early = await service.dailyCheck('daily');
    expect([early.outcome, early.others, await answers(older)]).toEqual([
      'in-grace',
      'unknown',
      ['PONG'],
    ]);
    clock.passDays(WEEK_AND_A_DAY);
    expect((await service.dailyCheck('report')).outcome).toBe('due');
    expect((await service.dailyCheck('daily')).outcome).toBe('revoked');
    expect([await answers(older), await answers(current)]).toEqual([['WRONGPASS'], ['PONG']]);
    expect((await service.dailyCheck('report')).isRevoked).toBe(true);
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

describe('A cache that was never rotated', () => {
  test('has no other password, and the daily check asks for nothing', async () => {
    const { service, clock } = local.deployment;
    clock.passDays(WEEK_AND_A_DAY);
    const { outcome, others } = await service.dailyCheck('daily');
    expect([outcome, others]).toEqual(['nothing-to-revoke', 'none']);
    expect(local.lines.join()).not.toContain('"effect":"revoke"');
  });
});
