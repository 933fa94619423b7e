/** A rotation of a user has succeeded although the function still runs its finishSecret. */

import type { Answered, Cloud } from '../../cli/aws/cloud';
import type { Work } from '../../cli/rotation/commands';
import { recover } from '../../cli/rotation/recover';
import { rotate } from '../../cli/rotation/rotate';
import { Screen } from '../../cli/terminal/screen';
import type { DailyCheckReport } from '../../contract/daily-check';

const AT = '2026-11-24T03:00:00.000Z';

/** A rotation that stopped before its end; the function is busy for 40 checks after its retry. */
function stopped(): Work {
  let isResumed = false;
  let busy = 40;
  const report = (): Answered => {
    const change: Partial<DailyCheckReport> = isResumed
      ? { outcome: 'in-grace', others: 'previous' }
      : {
          outcome: 'rotating',
          others: 'none',
          pending: { versionId: 'v1', createdAt: '2026-11-23T03:00:00.000Z', hasPassword: true },
        };
    const login = isResumed ? { previous: 'accepted' as const } : { pending: 'accepted' as const };
    const doors = { noPassword: 'refused', plaintext: 'refused' } as const;
    const nodes = [{ host: 'one', port: 1, current: 'accepted', ...login, ...doors } as const];
    const previous = { versionId: isResumed ? 'v0' : 'u0' };
    const base = { at: AT, user: 'app', previous, isRevoked: false, isSettled: true, nodes };
    return { kind: 'report', report: { ...base, outcome: 'revoked', ...change } };
  };
  const cloud = {
    dailyCheck: async () => (isResumed && busy-- > 0 ? { kind: 'busy' } : report()),
    secret: async () => ({
      labels: isResumed ? { current: 'v1', previous: 'v0' } : { current: 'v0', pending: 'v1' },
      isRotationOn: true,
    }),
    rotate: async () => {
      setTimeout(() => {
        isResumed = true;
      }, 20);
      return { kind: 'reattempted' };
    },
  } as unknown as Cloud;
  const cache = { name: 'cache', user: 'app', username: 'app', secretArn: 'arn' };
  const screen = Object.assign(new Screen(true), { tell: () => undefined });
  const pace = { pollMs: 5, timeoutMs: 10_000 };
  return { cloud, cache, screen, pace, isYes: true } as unknown as Work;
}

test('recover --apply says what was reached, not that the function is busy', async () => {
  const { exitCode, lines } = await recover(stopped(), true);
  expect(lines.join('\n')).toMatch(/^\S*in-grace/);
  expect(exitCode).toBe(0);
});

test('rotate, which has AWS retry that rotation, knows that its password is new', async () => {
  const { exitCode, lines } = await rotate(stopped(), false);
  expect(lines.join('\n')).toMatch(/^done: the new password is in AWSCURRENT/);
  expect(exitCode).toBe(0);
});
