/**
 * Decides the next effect of a daily check from the observed facts: whether and how to revoke the
 * previous password without affecting rotations or clients.
 *
 * Pure and total, like the planner of rotations.
 */

import type { DailyCheckOutcome, Others } from '../../contract/daily-check';
import { every, type Logins, some, unreachable } from './logins';

export interface DailyCheckFacts {
  /** Whether changes are allowed. */
  readonly mayRevoke: boolean;
  /**
   * Whose password NEWEST has, compared by value; `refused` if every node refuses that password.
   */
  readonly newest: 'nobody' | 'current' | 'refused' | 'other' | 'unreadable';
  /** Whether NEWEST has the pending password, and some node may accept it. */
  readonly rotating: boolean;
  readonly settled: boolean;
  /** Settled for `quietMs`, so an unknown earlier request would be visible. */
  readonly quiet: boolean;
  /** A REVOKED label says that only the current password is accepted. */
  readonly revoked: boolean;
  /** That label has another time than the last change: an out-of-band change. */
  readonly changedSince: boolean;
  readonly others: Others;
  readonly graceOver: boolean;
  readonly currentLogins?: Logins;
  /**
   * Absent while `revoked`, since a refused login would raise an alarm, and if AWSPREVIOUS has no
   * password of its own.
   */
  readonly previousLogins?: Logins;
  /** The answer to this invocation's last SET. */
  readonly asked: 'no' | 'asked' | 'not-newest';
  /** Whether this invocation has set the current password again (ROTATE). */
  readonly reasserted: boolean;
  readonly waits: number;
}

export type DailyCheckEffect =
  /** Make the cache accept only the current password: SET. */
  | 'revoke'
  /** Set the current password again, so that it becomes the newest: ROTATE. */
  | 'reassert'
  /** Remove an outdated REVOKED label. */
  | 'distrust'
  /** Write the REVOKED label. */
  | 'record'
  | 'wait';

export type CheckDecision<Effect> =
  | { readonly kind: 'do'; readonly effect: Effect }
  | { readonly kind: 'done'; readonly outcome: DailyCheckOutcome };

export type DailyCheckDecision = CheckDecision<DailyCheckEffect>;

/** A daily check blocks rotations while it runs, so it waits at most a minute or two. */
export const DAILY_CHECK_WAITS_MAX = 24;

/** Number of waits that add up to the quiet time, before and after a request. */
const QUIET_WAITS = 10;

/** Milliseconds of one wait: `DAILY_CHECK_WAITS_MAX` waits suffice for any quiet time. */
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
  // The status may not show the request of an earlier invocation yet.
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
