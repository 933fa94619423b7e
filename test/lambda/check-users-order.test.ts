/**
 * In which order the daily check changes users, when it looks at them again, and how much time it
 * keeps before Lambda's timeout, typed by hand.
 */

import type { DailyCheckReport } from '../../contract/daily-check';
import { checkUsers, type FirstLook, LOOK_MS_MAX } from '../../lambda/rotation/check-users';

const REPORT: DailyCheckReport = {
  at: '2026-11-28T03:10:00.000Z',
  outcome: 'revoked',
  current: { versionId: 'v1', createdAt: '2026-11-18T00:00:00.000Z' },
  isRevoked: true,
  isSettled: true,
  others: 'none',
  nodes: [],
};
const UNSETTLED: DailyCheckReport = { ...REPORT, outcome: 'not-settled', isSettled: false };

interface Given {
  /** By user: what a look finds to begin with, or nothing. */
  readonly users: Readonly<Record<string, FirstLook['begins']>>;
  readonly checked?: (name: string) => DailyCheckReport;
  /** Milliseconds left before any look, and after `looks` of them. */
  readonly remainingMs?: (looks: number) => number;
}

/** On the first day of 1970 the first user comes first. */
async function calls({ users, checked = () => REPORT, remainingMs = () => 900_000 }: Given) {
  const made: string[] = [];
  let looks = 0;
  const all = Object.keys(users).map((name) => ({ name }));
  await checkUsers('daily', all, {
    look: async ({ name }) => {
      looks += 1;
      made.push(`look ${name}`);
      return { report: REPORT, begins: users[name] };
    },
    check: async ({ name }) => {
      made.push(`check ${name}`);
      return checked(name);
    },
    remainingMs: () => remainingMs(looks),
    epochMs: () => 0,
  });
  return made;
}

test('Users are changed by urgency: an outage, a label, a grace period, a wait', async () => {
  const users = { a: 'wait', b: 'revoke', c: undefined, d: 'record', e: 'repair' } as const;
  expect(await calls({ users })).toStrictEqual([
    ...['look a', 'look b', 'look c', 'look d', 'look e'],
    ...['check e', 'check d', 'check b', 'check a'],
  ]);
});

test('Each user that has to wait is waited for, as long as the others settle', async () => {
  const users = { a: 'wait', b: 'wait' } as const;
  const made = await calls({ users });
  expect(made).toStrictEqual(['look a', 'look b', 'check a', 'check b']);
});

test('After a wait in vain, only users with something to do are looked at again', async () => {
  const users = { a: 'repair', b: undefined, c: 'wait', d: 'revoke' } as const;
  const checked = (name: string) => (name === 'a' ? UNSETTLED : REPORT);
  expect(await calls({ users, checked })).toStrictEqual([
    ...['look a', 'look b', 'look c', 'look d'],
    ...['check a', 'look d', 'check d', 'look c'],
  ]);
});

describe('A look and a last call fit before the timeout', () => {
  const users = { a: 'revoke' } as const;

  test('eight calls of 20 s, and a login of 5 s', () => {
    expect(LOOK_MS_MAX).toBe(165_000);
  });

  test.each([
    [165_000, []],
    [165_001, ['look a', 'check a']],
  ])('with %d ms left before the look: %j', async (ms, made) => {
    expect(await calls({ users, remainingMs: () => ms })).toStrictEqual(made);
  });

  test.each([
    [165_000, ['look a']],
    [165_001, ['look a', 'check a']],
  ])('with %d ms left after it: %j', async (ms, made) => {
    const remainingMs = (looks: number) => (looks === 0 ? 900_000 : ms);
    expect(await calls({ users, remainingMs })).toStrictEqual(made);
  });
});
