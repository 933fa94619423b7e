/**
 * Decides what an audit does next, from what was observed: whether the previous password may be
 * retired, and how, without ever touching what a rotation or a client needs.
 *
 * Pure and total, as the planner of a rotation is, and for the same reason.
 */

import type { AuditOutcome } from '../../contract/audit';
import { every, type Logins, some, unreachable } from './logins';

export interface AuditFacts {
  /** Whether to change anything at all. */
  readonly mayRetire: boolean;
  /** Whose password NEWEST stands for, by value; `refused` by every node is nobody's any more. */
  readonly newest: 'nobody' | 'current' | 'refused' | 'other' | 'unreadable';
  /** Whether that is the pending version's, and some node may accept it. */
  readonly rotating: boolean;
  readonly settled: boolean;
  /** Settled for so long that a request which we do not know of would have shown. */
  readonly quiet: boolean;
  /** A label says that only the current password is accepted. */
  readonly retired: boolean;
  /** That label names another change than the last one: somebody else has changed passwords. */
  readonly changedSince: boolean;
  readonly hasPrevious: boolean;
  readonly graceOver: boolean;
  readonly currentLogins?: Logins;
  /** Absent while `retired` is believed: a login that must be refused would count as an attack. */
  readonly previousLogins?: Logins;
  /** What this invocation's last SET was answered. */
  readonly asked: 'no' | 'asked' | 'not-newest';
  /** Whether this invocation has asked for the current password again (ROTATE). */
  readonly reasserted: boolean;
  readonly waits: number;
}

export type AuditEffect =
  /** Ask the cache to accept the current password alone: SET. */
  | 'retire'
  /** Ask for the current password again, so that it is the newest once more: ROTATE. */
  | 'reassert'
  /** Take back the word that only the current password is accepted. */
  | 'distrust'
  /** Say that only the current password is accepted. */
  | 'record'
  | 'wait';

export type AuditDecision =
  | { readonly kind: 'do'; readonly effect: AuditEffect }
  | { readonly kind: 'done'; readonly outcome: AuditOutcome };

/** An audit blocks rotations while it runs, so it waits for a minute or two and not longer. */
export const AUDIT_WAITS_MAX = 24;

export function decideAudit(facts: AuditFacts): AuditDecision {
  const isUnderWay = facts.asked === 'asked' || facts.reasserted;
  if (facts.rotating) return done('rotating');
  if (!facts.settled) return isUnderWay ? wait(facts) : done('not-settled');
  if (unreachable(facts.currentLogins)) return done('unreachable');
  if (!every(facts.currentLogins)) return done('current-refused');
  if (facts.retired) return facts.changedSince ? change(facts, 'distrust') : done('retired');
  if (!facts.hasPrevious) return done('nothing-to-retire');
  if (facts.newest === 'other' || facts.newest === 'unreadable') return done('newest-unclear');
  if (unreachable(facts.previousLogins)) return done('unreachable');
  if (!facts.graceOver) return done('in-grace');
  return decideRetirement(facts);
}

function decideRetirement(facts: AuditFacts): AuditDecision {
  // A request of an earlier life may not show in the status yet.
  const isReady = facts.quiet || (facts.asked === 'not-newest' && !facts.reasserted);
  if (facts.mayRetire && !isReady) return wait(facts);
  if (facts.asked === 'no') return change(facts, 'retire');
  if (facts.asked === 'not-newest') {
    return facts.reasserted ? done('foreign-password') : change(facts, 'reassert');
  }
  return some(facts.previousLogins) ? wait(facts) : change(facts, 'record');
}

function change({ mayRetire }: AuditFacts, effect: AuditEffect): AuditDecision {
  if (mayRetire) return { kind: 'do', effect };
  return done(effect === 'distrust' ? 'foreign-password' : 'due');
}

function wait({ waits, mayRetire }: AuditFacts): AuditDecision {
  return mayRetire && waits < AUDIT_WAITS_MAX
    ? { kind: 'do', effect: 'wait' }
    : done('not-settled');
}

function done(outcome: AuditOutcome): AuditDecision {
  return { kind: 'done', outcome };
}
