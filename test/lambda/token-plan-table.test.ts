/**
 * The planner's decisions, one row for each reason that it has, typed by hand: `plan.test.ts`
 * proves what holds over all facts, this table says what is decided from a few.
 */

import type { RotationStep } from '../../contract/rotation';
import { every, type Logins, some, unreachable } from '../../lambda/rotation/logins';
import type { Decision } from '../../lambda/rotation/planner-parts';
import { decide, type Facts } from '../../lambda/rotation/token-plan';

const ALL: Logins = { accepted: 2, refused: 0, unreachable: 0 };
const NONE: Logins = { accepted: 0, refused: 2, unreachable: 0 };
const HALF: Logins = { accepted: 1, refused: 1, unreachable: 0 };
const LOST: Logins = { accepted: 1, refused: 0, unreachable: 1 };
const DOWN: Logins = { accepted: 0, refused: 1, unreachable: 1 };
const NOBODY_ASKED: Logins = { accepted: 0, refused: 0, unreachable: 0 };

const PENDING: Facts = {
  stage: 'pending',
  hasPassword: true,
  newest: 'this',
  settled: true,
  justMarked: false,
  asked: false,
  quiet: false,
  waits: 0,
  timeLeft: true,
};
const LATE = { timeLeft: false };

/** `do make`, `done accepted`, `refuse NotStaged`. */
function said({ kind, ...rest }: Decision): string {
  return [kind, ...Object.values(rest)].join(' ');
}

type Row = readonly [facts: Partial<Facts>, decision: string];

const decides = (step: RotationStep) => (facts: Partial<Facts>, decision: string) =>
  expect(said(decide(step, { ...PENDING, ...facts }))).toBe(decision);

describe('Every step', () => {
  test.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const)(
    '%s of a version that is current, or has no label',
    (step) => {
      decides(step)({ stage: 'current' }, 'done already-current');
      decides(step)({ stage: 'unstaged' }, 'refuse NotStaged');
    },
  );
});

describe('createSecret', () => {
  const none = { hasPassword: false };
  const abandoned = { ...none, newest: 'abandoned' } as const;
  test.each<Row>([
    [{}, 'done has-password'],
    [{ ...none, newest: 'unreadable', waits: 2 }, 'do wait'],
    [{ ...none, newest: 'unreadable', waits: 3 }, 'refuse NewestUnreadable'],
    [{ ...none, newest: 'unreadable', ...LATE }, 'refuse NewestUnreadable'],
    [{ ...none, newest: 'nobody' }, 'do make'],
    [{ ...none, newest: 'current' }, 'do make'],
    [{ ...none, newest: 'current', settled: false }, 'do make'],
    [{ ...abandoned, settled: false, abandonedLogins: ALL }, 'do wait'],
    [{ ...abandoned, settled: false, ...LATE }, 'refuse StillSettling'],
    [{ ...abandoned, abandonedLogins: ALL }, 'do adopt'],
    [{ ...abandoned, abandonedLogins: HALF }, 'do adopt'],
    [{ ...abandoned, abandonedLogins: LOST }, 'do adopt'],
    [{ ...abandoned, abandonedLogins: DOWN }, 'refuse Unreachable'],
    [{ ...abandoned, abandonedLogins: NOBODY_ASKED }, 'refuse Unreachable'],
    [{ ...abandoned, abandonedLogins: undefined }, 'refuse Unreachable'],
    [{ ...abandoned, abandonedLogins: NONE }, 'do wait'],
    [{ ...abandoned, abandonedLogins: NONE, ...LATE }, 'refuse StillSettling'],
    [{ ...abandoned, abandonedLogins: NONE, quiet: true }, 'do make'],
  ])('%j: %s', decides('createSecret'));
});

describe('setSecret, before the cache is asked', () => {
  const first = { newest: 'current', untouched: 'yes', currentLogins: ALL } as const;
  test.each<Row>([
    [{ hasPassword: false, waits: 2 }, 'do wait'],
    [{ hasPassword: false, waits: 3 }, 'refuse NoPassword'],
    [{ newest: 'unreadable', waits: 2 }, 'do wait'],
    [{ newest: 'unreadable', waits: 3 }, 'refuse NewestUnreadable'],
    [{ ...first, settled: false }, 'do wait'],
    [{ ...first, settled: false, ...LATE }, 'refuse StillSettling'],
    [first, 'do mark'],
    [{ ...first, newest: 'nobody' }, 'do mark'],
    [{ ...first, untouched: 'no' }, 'refuse OutOfBandChange'],
    [{ ...first, untouched: 'unknown', waits: 2 }, 'do wait'],
    [{ ...first, untouched: 'unknown', waits: 3 }, 'refuse Unreachable'],
    [{ ...first, untouched: undefined, waits: 3 }, 'refuse Unreachable'],
    [{ ...first, currentLogins: HALF }, 'refuse CurrentRefused'],
    [{ ...first, currentLogins: LOST }, 'refuse Unreachable'],
    [{ ...first, currentLogins: undefined }, 'refuse Unreachable'],
    // NEWEST is not on this version: a request of its own is not known of.
    [
      { ...first, newest: 'current', pendingLogins: ALL, untouched: 'no' },
      'refuse OutOfBandChange',
    ],
    [{ newest: 'this', justMarked: true, settled: false, ...LATE }, 'refuse StillSettling'],
    [{ newest: 'this', justMarked: true, currentLogins: ALL }, 'do ask'],
    [{ newest: 'this', justMarked: true, currentLogins: NONE }, 'refuse CurrentRefused'],
    [{ newest: 'this', justMarked: true, currentLogins: ALL, pendingLogins: ALL }, 'do ask'],
  ])('%j: %s', decides('setSecret'));
});

describe('setSecret, after NEWEST has moved here', () => {
  const refused = { pendingLogins: NONE, currentLogins: ALL, untouched: 'yes' } as const;
  test.each<Row>([
    [{ settled: false }, 'do wait'],
    [{ settled: false, ...LATE }, 'done not-proven-yet'],
    [{ pendingLogins: ALL }, 'done accepted'],
    [{ pendingLogins: LOST }, 'refuse Unreachable'],
    [{ pendingLogins: undefined }, 'refuse Unreachable'],
    [{ pendingLogins: HALF, currentLogins: ALL }, 'do wait'],
    [{ pendingLogins: HALF, currentLogins: ALL, ...LATE }, 'refuse NodesDisagree'],
    [{ ...refused, currentLogins: NONE, quiet: true }, 'refuse CurrentRefused'],
    [{ ...refused, quiet: true }, 'do ask'],
    [{ ...refused, quiet: true, untouched: 'no' }, 'refuse OutOfBandChange'],
    [{ ...refused, quiet: true, untouched: 'unknown', waits: 3 }, 'refuse Unreachable'],
    [refused, 'do wait'],
    [{ ...refused, ...LATE }, 'refuse StillSettling'],
    [{ ...refused, asked: true, ...LATE }, 'done not-proven-yet'],
  ])('%j: %s', decides('setSecret'));
});

describe('setSecret, over an abandoned password', () => {
  const over = {
    newest: 'abandoned',
    pendingLogins: NONE,
    currentLogins: ALL,
    abandonedLogins: NONE,
    untouched: 'yes',
  } as const;
  test.each<Row>([
    [{ ...over, settled: false, ...LATE }, 'refuse StillSettling'],
    [{ ...over, currentLogins: NONE }, 'refuse CurrentRefused'],
    [{ ...over, abandonedLogins: HALF }, 'refuse AbandonedPasswordLive'],
    [{ ...over, abandonedLogins: DOWN }, 'refuse Unreachable'],
    [over, 'do wait'],
    [{ ...over, ...LATE }, 'refuse StillSettling'],
    [{ ...over, quiet: true }, 'do mark'],
    [{ ...over, quiet: true, untouched: 'no' }, 'refuse OutOfBandChange'],
  ])('%j: %s', decides('setSecret'));
});

describe.each<[RotationStep, proven: string, late: string]>([
  ['testSecret', 'done accepted', 'done not-proven-yet'],
  ['finishSecret', 'do promote', 'refuse StillSettling'],
])('%s', (step, proven, late) => {
  test.each<Row>([
    [{ settled: false, pendingLogins: ALL }, 'do wait'],
    [{ settled: false, pendingLogins: ALL, ...LATE }, late],
    [{ pendingLogins: ALL }, proven],
    [{ pendingLogins: LOST }, 'refuse Unreachable'],
    [{ pendingLogins: undefined }, 'refuse Unreachable'],
    [{ pendingLogins: HALF }, 'do wait'],
    [{ pendingLogins: HALF, ...LATE }, 'refuse NodesDisagree'],
    [{ pendingLogins: NONE }, 'do wait'],
    [{ pendingLogins: NONE, ...LATE }, 'refuse PendingRefused'],
    [{ pendingLogins: NONE, quiet: true }, 'refuse PendingRefused'],
  ])('%j: %s', decides(step));
});

describe('A pending version without a value', () => {
  test.each<Row>([
    [{ currentLogins: ALL }, 'done configuration-tested'],
    [{ currentLogins: NONE }, 'refuse CurrentRefused'],
    [{ currentLogins: LOST }, 'refuse Unreachable'],
  ])('testSecret %j: %s', (facts, decision) =>
    decides('testSecret')({ ...facts, hasPassword: false }, decision),
  );

  test('finishSecret waits for it, then refuses', () => {
    decides('finishSecret')({ hasPassword: false, pendingLogins: ALL, waits: 2 }, 'do wait');
    decides('finishSecret')({ hasPassword: false, waits: 3 }, 'refuse NoPassword');
  });
});

describe('What answers of nodes prove', () => {
  test.each<[Logins | undefined, every: boolean, some: boolean, unreachable: boolean]>([
    [undefined, false, false, true],
    [ALL, true, true, false],
    [NONE, false, false, false],
    [HALF, false, true, false],
    [LOST, false, true, true],
    [DOWN, false, false, true],
    [{ accepted: 0, refused: 0, unreachable: 2 }, false, false, true],
    [NOBODY_ASKED, false, false, true],
  ])('%j', (logins, all, one, lost) => {
    expect([every(logins), some(logins), unreachable(logins)]).toStrictEqual([all, one, lost]);
  });
});
