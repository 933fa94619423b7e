/**
 * Decides the next effect of a rotation step of a user's password from the observed facts.
 *
 * Pure and total, like the planner of the cache's own password. A request replaces the whole list
 * of a user's passwords, so the same list may be sent again at any time.
 */

import type { RotationStep } from '../../contract/rotation';
import { every, some, unreachable } from './logins';
import {
  currentNotAccepted,
  type Decision,
  decideConfigurationTest,
  done,
  type Effect,
  perform,
  refuseStep,
  type StepFacts,
  VALUE_WAITS_MAX,
  wait,
  waitForValue,
  waitOr,
} from './planner-parts';

export interface UserFacts extends StepFacts {
  /** Whether the current password can be read, which every list must contain. */
  readonly hasCurrent?: boolean;
  /** AWSPREVIOUS has no readable value yet, so a list would leave its password out. */
  readonly previousUnread?: boolean;
  /** This invocation saw a change in progress, or sent a request. */
  readonly disturbed: boolean;
  /** Number of quiet times that this invocation has waited for. */
  readonly rests: number;
}

/** Quiet times for which finishSecret looks at the nodes after promotion. */
export const RESTS_AFTER_PROMOTION = 2;

export type UserEffect = Exclude<Effect, 'adopt' | 'mark'>;

type UserDecision = Decision<UserEffect>;

export function decideForUser(step: RotationStep, facts: UserFacts): UserDecision {
  if (facts.stage === 'unstaged') return refuseStep('NotStaged');
  if (facts.stage === 'current') {
    return step === 'finishSecret' ? decideAfterPromotion(facts) : done('already-current');
  }
  switch (step) {
    case 'createSecret':
      return facts.hasPassword ? done('has-password') : perform('make');
    case 'setSecret':
      return decideSetForUser(facts);
    case 'testSecret':
      if (!facts.hasPassword) return decideConfigurationTest(facts);
      if (!facts.settled) return waitOr(facts, done('not-proven-yet'));
      if (!every(facts.pendingLogins)) return decideRefused(facts);
      // A stack update that waited for the user to be active must go first.
      return facts.quiet || !facts.timeLeft ? done('accepted') : perform('rest');
    case 'finishSecret':
      if (!facts.hasPassword) return waitForValue(facts, 'NoPassword');
      if (!facts.settled) return wait(facts, 'StillSettling');
      if (!every(facts.pendingLogins)) return decideRefused(facts);
      // testSecret has ended with a quiet time, and finishSecret begins right after it.
      if (facts.quiet || !facts.disturbed) return perform('promote');
      return facts.timeLeft ? perform('rest') : refuseStep('StillSettling');
  }
}

/** Without a login: the list repairs a refused current password, too. */
function decideSetForUser(facts: UserFacts): UserDecision {
  if (!facts.hasPassword) return waitForValue(facts, 'NoPassword');
  if (!facts.hasCurrent) return waitForValue(facts, 'CurrentUnreadable');
  if (facts.asked) return done('asked');
  return facts.timeLeft ? perform('ask') : refuseStep('StillSettling');
}

/** The user is active, and some node does not accept the pending password. */
function decideRefused(facts: UserFacts): UserDecision {
  if (unreachable(facts.pendingLogins)) return refuseStep('Unreachable');
  const otherwise = some(facts.pendingLogins) ? 'NodesDisagree' : 'PendingRefused';
  // The status may lag behind the request, and a node behind the status.
  if (!facts.quiet) return wait(facts, otherwise);
  if (!facts.hasCurrent) return waitForValue(facts, 'CurrentUnreadable');
  return facts.timeLeft ? perform('ask') : refuseStep(otherwise);
}

/** A stack update that read the password before promotion may set it after promotion. */
function decideAfterPromotion(facts: UserFacts): UserDecision {
  if (!facts.hasCurrent) return waitForValue(facts, 'CurrentUnreadable');
  if (unreachable(facts.currentLogins)) return refuseStep('Unreachable');
  if (!every(facts.currentLogins)) {
    if (!facts.settled || (facts.asked && !facts.quiet)) return wait(facts, 'CurrentRefused');
    if (facts.previousUnread && facts.waits < VALUE_WAITS_MAX) return perform('wait');
    return facts.timeLeft ? perform('repair') : currentNotAccepted(facts);
  }
  if (facts.rests < RESTS_AFTER_PROMOTION) return perform('rest');
  return facts.settled ? done('already-current') : wait(facts, 'StillSettling');
}
