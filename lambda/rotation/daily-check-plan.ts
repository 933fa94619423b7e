/**
 * Decides what a daily check does next, from what was observed: whether the previous password may
 * be revoked, and how, without ever touching what a rotation or a client needs.
 *
 * Pure and total, as the planner of a rotation is, and for the same reason.
 */

import type { DailyCheckOutcome, Others } from '../../contract/daily-check';
import { every, type Logins, some, unreachable } from './logins';

export interface DailyCheckFacts {
  /** Whether to change anything at all. */
  readonly mayRevoke: boolean;
  /** Whose password NEWEST stands for, by value; `refused` by every node is nobody's any more. */
  readonly newest: 'nobody' | 'current' | 'refused' | 'other' | 'unreadable';
  /** Whether that is the pending version's, and some node may accept it. */
  readonly rotating: boolean;
  readonly settled: boolean;
  /** Settled for so long that a request which we do not know of would have shown. */
  readonly quiet: boolean;
  /** A label says that only the current password is accepted. */
  readonly revoked: boolean;
  /** That label names another change than the last one: somebody else has changed passwords. */
  readonly changedSince: boolean;
  readonly others: Others;
  readonly graceOver: boolean;
  readonly currentLogins?: Logins;
  /**
   * Absent while `revoked` is believed, since a login that must be refused would count as an
   * attack; and where AWSPREVIOUS has no password of its own.
   */
  readonly previousLogins?: Logins;
  /** What this invocation's last SET was answered. */
  readonly asked: 'no' | 'asked' | 'not-newest';
  /** Whether this invocation has asked for the current password again (ROTATE). */
  readonly reasserted: boolean;
  readonly waits: number;
}

export type DailyCheckEffect =
  /** Ask the cache to accept the current password alone: SET. */
  | 'revoke'
  /** Ask for the current password again, so that it is the newest once more: ROTATE. */
  | 'reassert'
  /** Take back the word that only the current password is accepted. */
  | 'distrust'
  /** Say that only the current password is accepted. */
  | 'record'
  | 'wait';

export type DailyCheckDecision =
  | { readonly kind: 'do'; readonly effect: DailyCheckEffect }
  | { readonly kind: 'done'; readonly outcome: DailyCheckOutcome };

/** A daily check blocks rotations while it runs, so it waits for a minute or two and not longer. */
export const DAILY_CHECK_WAITS_MAX = 24;

/** So many waits last for the quiet time: it passes before a request and after it. */
const QUIET_WAITS = 10;

/** Milliseconds of a wait: `DAILY_CHECK_WAITS_MAX` are enough, whatever the quiet time. */
export function dailyCheckPollMs(timing: {
  readonly pollIntervalMs: number;
  readonly quietMs: number;
}): number {
  return Math.max(timing.pollIntervalMs, timing.quietMs / QUIET_WAITS);
}

export function decideDailyCheck(facts: DailyCheckFacts): DailyCheckDecision {
  const isUnderWay = facts.asked === 'asked' || facts.reasserted;
  if (facts.rotating) return done('rotating');
  if (!facts.settled) return isUnderWay ? wait(facts) : done('not-settled');
  if (unreachable(facts.currentLogins)) return done('unreachable');
  if (!every(facts.currentLogins)) return done('current-refused');
  if (facts.revoked) return facts.changedSince ? change(facts, 'distrust') : done('revoked');
  if (facts.others === 'none') return done('nothing-to-revoke');
  if (facts.newest === 'other' || facts.newest === 'unreadable') return done('newest-unclear');
  if (facts.others === 'previous' && unreachable(facts.previousLogins)) return done('unreachable');
  if (!facts.graceOver) return done('in-grace');
  return decideRevocation(facts);
}

function decideRevocation(facts: DailyCheckFacts): DailyCheckDecision {
  // A request of an earlier life may not show in the status yet.
  const isReady = facts.quiet || (facts.asked === 'not-newest' && !facts.reasserted);
  if (facts.mayRevoke && !isReady) return wait(facts);
  if (facts.asked === 'no') return change(facts, 'revoke');
  if (facts.asked === 'not-newest') {
    return facts.reasserted ? done('out-of-band-change') : change(facts, 'reassert');
  }
  return some(facts.previousLogins) ? wait(facts) : change(facts, 'record');
}

function change({ mayRevoke }: DailyCheckFacts, effect: DailyCheckEffect): DailyCheckDecision {
  if (mayRevoke) return { kind: 'do', effect };
  return done(effect === 'distrust' ? 'out-of-band-change' : 'due');
}

function wait({ waits, mayRevoke }: DailyCheckFacts): DailyCheckDecision {
  return mayRevoke && waits < DAILY_CHECK_WAITS_MAX
    ? { kind: 'do', effect: 'wait' }
    : done('not-settled');
}

function done(outcome: DailyCheckOutcome): DailyCheckDecision {
  return { kind: 'done', outcome };
}
