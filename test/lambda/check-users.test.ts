/**
 * The daily check of every user ends before Lambda's timeout with a report of each user, whatever
 * AWS and the nodes do: with 40 users on a clock that passes only in calls and waits.
 */

import type { DailyCheckReport } from '../../contract/daily-check';
import { checkUsers, type FirstLook } from '../../lambda/rotation/check-users';
import { dailyCheckMetrics } from '../../lambda/rotation/daily-check-metrics';
import { RotationError } from '../../lambda/rotation/rotation-error';

const LAMBDA_MS = 900_000;
/** 28 November 2026. */
const TODAY_MS = Date.parse('2026-11-28T03:10:00Z');
const DAY_MS = 86_400_000;
const USERS = Array.from({ length: 40 }, (_, index) => ({ name: `user-${index + 1}` }));

const REPORT: DailyCheckReport = {
  at: '2026-11-28T03:10:00.000Z',
  outcome: 'revoked',
  current: { versionId: 'v1', createdAt: '2026-11-18T00:00:00.000Z' },
  isRevoked: true,
  isSettled: true,
  others: 'none',
  nodes: [{ host: 'a', port: 1, current: 'accepted', noPassword: 'refused', plaintext: 'refused' }],
};
const UNSETTLED: DailyCheckReport = { ...REPORT, outcome: 'not-settled', isSettled: false };

interface Weather {
  /** Milliseconds of a look, and of a check with its waits. */
  readonly lookMs?: number;
  readonly checkMs?: number;
  readonly epochMs?: number;
  readonly seen?: (name: string) => FirstLook;
  readonly checked?: (name: string) => DailyCheckReport;
}

/** Checks 40 users. A check ends as Lambda's clock allows, as `timeLeft` of a user's check does. */
async function checkedIn(weather: Weather) {
  const { lookMs = 500, checkMs = 300_000, epochMs = TODAY_MS } = weather;
  const { seen = () => ({ report: REPORT }), checked = () => REPORT } = weather;
  let nowMs = 0;
  const looked: string[] = [];
  const changed: string[] = [];
  // Looks that begin together end together.
  const look = async ({ name }: { name: string }) => {
    looked.push(name);
    const endsMs = nowMs + lookMs;
    await Promise.resolve();
    nowMs = Math.max(nowMs, endsMs);
    return seen(name);
  };
  const check = async ({ name }: { name: string }) => {
    changed.push(name);
    nowMs = Math.min(nowMs + checkMs, LAMBDA_MS - 10_000);
    return checked(name);
  };
  const remainingMs = () => LAMBDA_MS - nowMs;
  const all = await checkUsers('daily', USERS, {
    look,
    check,
    remainingMs,
    epochMs: () => epochMs,
  });
  const unchecked = all.report.users.flatMap((each) =>
    'error' in each && each.error.startsWith('NotChecked: ') ? each.user : [],
  );
  return { ...all, looked, changed, unchecked, nowMs };
}

test('Users that need nothing are only looked at', async () => {
  const { report, failure, looked, changed, nowMs } = await checkedIn({});
  expect(report.users).toStrictEqual(USERS.map(() => REPORT));
  expect([failure, looked.length, changed, nowMs]).toStrictEqual([undefined, 40, [], 4_000]);
});

test('A cache that does not settle is waited for once, and every user is reported', async () => {
  const { report, changed, nowMs } = await checkedIn({
    // One dead node.
    lookMs: 5_500,
    seen: () => ({ report: UNSETTLED, begins: 'wait' }),
    checked: () => UNSETTLED,
  });
  expect(report.users).toStrictEqual(USERS.map(() => UNSETTLED));
  expect(changed).toHaveLength(1);
  expect(nowMs).toBeLessThan(LAMBDA_MS);
});

test('A user that stays in change does not keep the others from their changes', async () => {
  let looks = 0;
  const { changed } = await checkedIn({
    checkMs: 60_000,
    // Settled when it is looked at again.
    seen: (name) => {
      looks += 1;
      if (looks <= 40) return { report: UNSETTLED, begins: 'wait' };
      return name === 'user-7' ? { report: REPORT, begins: 'revoke' } : { report: REPORT };
    },
    checked: (name) => (name === 'user-7' ? REPORT : UNSETTLED),
  });
  expect(changed).toHaveLength(2);
  expect(changed[1]).toBe('user-7');
});

test('An outage ends before a grace period, wherever its user is in the list', async () => {
  const { changed, report, nowMs } = await checkedIn({
    seen: (name) => ({ report: REPORT, begins: name === 'user-33' ? 'repair' : 'revoke' }),
  });
  expect(changed).toHaveLength(3);
  expect(changed[0]).toBe('user-33');
  expect(report.users).toHaveLength(40);
  expect(nowMs).toBeLessThan(LAMBDA_MS);
});

test('Users for which no time is left are reported, and the invocation fails', async () => {
  const { report, failure, unchecked, nowMs } = await checkedIn({ lookMs: 140_000 });
  expect(nowMs).toBeLessThan(LAMBDA_MS);
  expect(report.users).toHaveLength(40);
  expect(unchecked).toHaveLength(10);
  expect(failure?.code).toBe('NotChecked');
  const settings = { replicationGroupId: 'group', rotationDays: 90 };
  expect(dailyCheckMetrics(report.users, settings)).toMatchObject({ DailyCheckSucceeded: 0 });
});

test('Where time never suffices, each user is checked within a few days', async () => {
  const checked = new Set<string>();
  for (let day = 0; day < 4; day++) {
    const { looked } = await checkedIn({ lookMs: 400_000, epochMs: TODAY_MS + day * DAY_MS });
    expect(looked).toHaveLength(10);
    for (const name of looked) checked.add(name);
  }
  expect(checked.size).toBeGreaterThanOrEqual(30);
});

describe('A check that fails', () => {
  test('does not stop the others, and keeps what was seen before', async () => {
    const refused: DailyCheckReport = { ...REPORT, outcome: 'current-refused' };
    const { report, failure } = await checkedIn({
      checkMs: 1_000,
      seen: (name) => {
        if (name === 'user-2') throw new Error('with a secret in it');
        return { report: refused, begins: 'repair' };
      },
      checked: (name) => {
        if (name === 'user-3') throw new RotationError('AwsCallFailed');
        return REPORT;
      },
    });
    expect(report.users.slice(0, 4)).toStrictEqual([
      REPORT,
      {
        user: 'user-2',
        error: expect.stringMatching(/^Unexpected: .* \(Error\)/),
        seen: undefined,
      },
      { user: 'user-3', error: expect.stringMatching(/^AwsCallFailed: /), seen: refused },
      REPORT,
    ]);
    expect(failure?.code).toBe('Unexpected');
  });
});
