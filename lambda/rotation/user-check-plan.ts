/**
 * Decides the next effect of a daily check of a user from the observed facts: whether to set the
 * user's passwords again, and whether to revoke the previous one.
 *
 * Pure and total.
 */

import type { LockedOut } from '../../contract/daily-check';
import type { CheckDecision } from './daily-check-plan';
import { DAILY_CHECK_WAITS_MAX } from './daily-check-plan';
import { type Logins, some, unreachable } from './logins';
import { VALUE_WAITS_MAX } from './planner-parts';
import type { Authentication } from './ports';

export interface UserCheckFacts {
  /** Whether changes are allowed. */
  readonly mayChange: boolean;
  /** Not after an update of a user: CloudFormation may still update another one. */
  readonly mayRevoke: boolean;
  /** Whether ElastiCache reports no change of the user or of the group in progress. */
  readonly settled: boolean;
  /** Settled for `quietMs`, so this check's own request would be visible. */
  readonly quiet: boolean;
  /** Whether the current password can be read. */
  readonly hasCurrent: boolean;
  readonly currentLogins: Logins;
  /** Absent if the number of passwords suffices. */
  readonly previousLogins?: Logins;
  /** Whether AWSPREVIOUS has a password of its own. */
  readonly hasPrevious: boolean;
  /** AWSPREVIOUS has no readable value yet, so a list would leave its password out. */
  readonly previousUnread: boolean;
  /** Without a value, or with the current one, it is no rotation: nothing was sent for it. */
  readonly pending: 'none' | 'without-value' | 'with-value';
  /** Somebody can have set another one by hand, even none. */
  readonly authentication: Authentication;
  /** Why no password opens the user, so that it would be sent in vain. */
  readonly lockedOut?: LockedOut;
  /** Absent if ElastiCache does not say. */
  readonly passwordCount?: number;
  /** A REVOKED label says that the grace period of the previous password is over. */
  readonly revoked: boolean;
  readonly graceOver: boolean;
  /** Whether ElastiCache has accepted a request of this check. */
  readonly asked: boolean;
  readonly waits: number;
  /** Whether there is time for a wait and a further look before Lambda's timeout. */
  readonly timeLeft: boolean;
}

export type UserCheckEffect =
  /** Set the passwords of the user again: a node refuses the current one, or needs none. */
  | 'repair'
  /** Write the REVOKED label before the request: a repair then leaves the previous one out. */
  | 'record'
  /** Leave the user only its current password. */
  | 'revoke'
  | 'wait';

type UserCheckDecision = CheckDecision<UserCheckEffect>;

export function decideUserCheck(facts: UserCheckFacts): UserCheckDecision {
  if (!facts.settled) return wait(facts, 'not-settled');
  if (!facts.hasCurrent) return { kind: 'done', outcome: 'unreachable' };
  if (facts.authentication !== 'password') return decideRepair(facts);
  if (facts.currentLogins.refused > 0) {
    return facts.lockedOut ? { kind: 'done', outcome: 'locked-out' } : decideRepair(facts);
  }
  if (unreachable(facts.currentLogins)) return { kind: 'done', outcome: 'unreachable' };
  if (facts.pending === 'with-value') return { kind: 'done', outcome: 'rotating' };
  if (!isAlone(facts)) return decideRevocation(facts);
  if (!facts.hasPrevious) return { kind: 'done', outcome: 'nothing-to-revoke' };
  if (facts.mayRevoke && facts.graceOver && !facts.revoked) return { kind: 'do', effect: 'record' };
  const isUnproven = facts.previousLogins !== undefined && unreachable(facts.previousLogins);
  return { kind: 'done', outcome: isUnproven ? 'unreachable' : 'revoked' };
}

/** Without a number of passwords, a refused previous one proves it. */
function isAlone({ passwordCount, previousLogins }: UserCheckFacts): boolean {
  return (passwordCount ?? 1) === 1 && !some(previousLogins);
}

function decideRepair(facts: UserCheckFacts): UserCheckDecision {
  const otherwise = facts.authentication === 'no-password' ? 'open' : 'current-refused';
  if (facts.asked && !facts.quiet) return wait(facts, otherwise);
  if (facts.previousUnread && facts.waits < VALUE_WAITS_MAX) return wait(facts, otherwise);
  return change(facts, 'repair', otherwise);
}

function decideRevocation(facts: UserCheckFacts): UserCheckDecision {
  if (!facts.graceOver) return { kind: 'done', outcome: 'in-grace' };
  if (!facts.mayRevoke) return { kind: 'done', outcome: 'due' };
  if (!facts.revoked) return { kind: 'do', effect: 'record' };
  if (facts.asked && !facts.quiet) return wait(facts, 'not-settled');
  return change(facts, 'revoke', 'not-settled');
}

type Outcome = Extract<UserCheckDecision, { kind: 'done' }>['outcome'];

function wait(facts: UserCheckFacts, otherwise: Outcome): UserCheckDecision {
  return change(facts, 'wait', otherwise);
}

function change(
  { waits, mayChange, timeLeft }: UserCheckFacts,
  effect: UserCheckEffect,
  otherwise: Outcome,
): UserCheckDecision {
  return mayChange && timeLeft && waits < DAILY_CHECK_WAITS_MAX
    ? { kind: 'do', effect }
    : { kind: 'done', outcome: otherwise };
}
