/**
 * The daily check's decisions, one row for each reason that it has, typed by hand:
 * `daily-check-plan.test.ts` proves what holds over all facts.
 */

import {
  type DailyCheckFacts,
  dailyCheckPollMs,
  decideDailyCheck,
} from '../../lambda/rotation/daily-check-plan';
import type { Logins } from '../../lambda/rotation/logins';

const ALL: Logins = { accepted: 2, refused: 0, unreachable: 0 };
const NONE: Logins = { accepted: 0, refused: 2, unreachable: 0 };
const HALF: Logins = { accepted: 1, refused: 1, unreachable: 0 };
const LOST: Logins = { accepted: 1, refused: 0, unreachable: 1 };

/** The previous password is accepted, and its time is over. */
const DUE: DailyCheckFacts = {
  mayRevoke: true,
  newest: 'current',
  rotating: false,
  settled: true,
  quiet: true,
  revoked: false,
  changedSince: false,
  others: 'previous',
  graceOver: true,
  currentLogins: ALL,
  previousLogins: ALL,
  asked: 'no',
  reasserted: false,
  waits: 0,
};
const LOOK = { mayRevoke: false };
const REFUSED = { previousLogins: NONE };

type Row = readonly [facts: Partial<DailyCheckFacts>, decision: string];

/** An effect behind `do`, or else how the daily check ends. */
const decides = (facts: Partial<DailyCheckFacts>, decision: string) => {
  const [, effect] = /^do (\w+)$/.exec(decision) ?? [];
  expect(decideDailyCheck({ ...DUE, ...facts })).toStrictEqual(
    effect ? { kind: 'do', effect } : { kind: 'done', outcome: decision },
  );
};

describe('A daily check ends without a change', () => {
  test.each<Row>([
    [{ rotating: true }, 'rotating'],
    [{ rotating: true, settled: false, asked: 'asked' }, 'rotating'],
    [{ settled: false }, 'not-settled'],
    [{ settled: false, asked: 'not-newest' }, 'not-settled'],
    [{ currentLogins: LOST }, 'unreachable'],
    [{ currentLogins: undefined }, 'unreachable'],
    [{ currentLogins: HALF }, 'current-refused'],
    [{ revoked: true }, 'revoked'],
    [{ revoked: true, others: 'none' }, 'revoked'],
    [{ others: 'none' }, 'nothing-to-revoke'],
    [{ newest: 'other' }, 'newest-unclear'],
    [{ newest: 'unreadable' }, 'newest-unclear'],
    [{ previousLogins: LOST }, 'unreachable'],
    [{ previousLogins: undefined }, 'unreachable'],
    [{ graceOver: false }, 'in-grace'],
    [{ graceOver: false, others: 'unknown', previousLogins: undefined }, 'in-grace'],
    [{ ...LOOK }, 'due'],
    [{ ...LOOK, quiet: false }, 'due'],
    [{ ...LOOK, revoked: true, changedSince: true }, 'out-of-band-change'],
    [{ asked: 'not-newest', reasserted: true }, 'out-of-band-change'],
  ])('%j: %s', decides);
});

describe('A daily check waits', () => {
  test.each<Row>([
    [{ settled: false, asked: 'asked' }, 'do wait'],
    [{ settled: false, reasserted: true }, 'do wait'],
    [{ settled: false, asked: 'asked', waits: 23 }, 'do wait'],
    [{ settled: false, asked: 'asked', waits: 24 }, 'not-settled'],
    [{ settled: false, asked: 'asked', ...LOOK }, 'not-settled'],
    [{ quiet: false }, 'do wait'],
    [{ quiet: false, waits: 24 }, 'not-settled'],
    [{ quiet: false, asked: 'not-newest', reasserted: true }, 'do wait'],
    [{ asked: 'asked', previousLogins: HALF }, 'do wait'],
  ])('%j: %s', decides);

  test('a tenth of the quiet time, or the poll interval where that is longer', () => {
    expect(dailyCheckPollMs({ pollIntervalMs: 5_000, quietMs: 300_000 })).toBe(30_000);
    expect(dailyCheckPollMs({ pollIntervalMs: 5_000, quietMs: 20_000 })).toBe(5_000);
  });
});

describe('A daily check changes something', () => {
  test.each<Row>([
    [{}, 'do revoke'],
    [{ newest: 'nobody' }, 'do revoke'],
    [{ newest: 'refused' }, 'do revoke'],
    [{ ...REFUSED }, 'do revoke'],
    [{ others: 'unknown', previousLogins: undefined }, 'do revoke'],
    [{ asked: 'not-newest' }, 'do reassert'],
    [{ asked: 'not-newest', quiet: false }, 'do reassert'],
    [{ asked: 'asked', ...REFUSED }, 'do record'],
    [{ asked: 'asked', others: 'unknown', previousLogins: undefined }, 'do record'],
    [{ revoked: true, changedSince: true }, 'do distrust'],
  ])('%j: %s', decides);
});
