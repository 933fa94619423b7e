/**
 * What a planner of rotation steps decides, and the decisions that both planners share.
 *
 * Pure, like the planners.
 */

import { every, type Logins, unreachable } from './logins';
import type { RotationErrorCode } from './rotation-error';

/** The facts that each iteration of a rotation has, whatever it writes passwords with. */
export interface StepFacts {
  /** The label of this version. */
  readonly stage: 'current' | 'pending' | 'unstaged';
  /** Whether this version already has a password. */
  readonly hasPassword?: boolean;
  /** Whether ElastiCache reports no change in progress. */
  readonly settled?: boolean;
  readonly pendingLogins?: Logins;
  readonly currentLogins?: Logins;
  /** ElastiCache has accepted this invocation's request for this version's password. */
  readonly asked: boolean;
  /** Settled for `quietMs`, so an unknown earlier request would be visible. */
  readonly quiet: boolean;
  /** Number of waits of this invocation. */
  readonly waits: number;
  /** Whether another iteration fits before Lambda's timeout. */
  readonly timeLeft: boolean;
}

/** The only effect of an iteration. */
export type Effect =
  /** Store a new random password in this version. */
  | 'make'
  /** Store the abandoned rotation's password in this version; the cache already accepts it. */
  | 'adopt'
  /** Write ahead: move NEWEST to this version before the request to the cache. */
  | 'mark'
  /**
   * Request that this version's password is accepted: `ROTATE`, or for a user this password and the
   * current one.
   */
  | 'ask'
  /** Move AWSCURRENT to this version. */
  | 'promote'
  /** Set the passwords of a user again, after promotion: the current one is refused. */
  | 'repair'
  /** Wait for the quiet time. */
  | 'rest'
  /** Wait. */
  | 'wait';

export type Done =
  | 'already-current'
  | 'has-password'
  | 'accepted'
  | 'configuration-tested'
  /** The request was sent for a user. testSecret waits for it, and sends it again if it is lost. */
  | 'asked'
  /**
   * The request was sent, the cache is still changing, and this invocation has no time left. A
   * later step checks every node anyway, and continues to wait. Never the end of finishSecret, the
   * last step.
   */
  | 'not-proven-yet';

export type Decision<Does extends Effect = Effect> =
  | { readonly kind: 'do'; readonly effect: Does }
  | { readonly kind: 'done'; readonly why: Done }
  | { readonly kind: 'refuse'; readonly code: RotationErrorCode };

/**
 * Maximum waits for a value that Secrets Manager may not show yet: its reads are eventually
 * consistent, for about a second.
 */
export const VALUE_WAITS_MAX = 3;

/** Secrets Manager tests the function with a version without a value: test the current password. */
export function decideConfigurationTest(facts: StepFacts): Decision<never> {
  return every(facts.currentLogins) ? done('configuration-tested') : currentNotAccepted(facts);
}

export function currentNotAccepted(facts: StepFacts): Decision<never> {
  return refuseStep(unreachable(facts.currentLogins) ? 'Unreachable' : 'CurrentRefused');
}

export function waitForValue(facts: StepFacts, otherwise: RotationErrorCode): Decision<'wait'> {
  return facts.waits < VALUE_WAITS_MAX ? wait(facts, otherwise) : refuseStep(otherwise);
}

export function wait(facts: StepFacts, otherwise: RotationErrorCode): Decision<'wait'> {
  return waitOr(facts, refuseStep(otherwise));
}

export function waitOr<Does extends Effect>(
  facts: StepFacts,
  outOfTime: Decision<Does>,
): Decision<Does | 'wait'> {
  return facts.timeLeft ? perform('wait') : outOfTime;
}

export function perform<Does extends Effect>(effect: Does): Decision<Does> {
  return { kind: 'do', effect };
}

export function done(why: Done): Decision<never> {
  return { kind: 'done', why };
}

export function refuseStep(code: RotationErrorCode): Decision<never> {
  return { kind: 'refuse', code };
}
