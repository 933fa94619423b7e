/**
 * Decides the next effect of a rotation step of the cache's own password from the observed facts.
 *
 * Pure and total: no await, no clock, no randomness, no password. A crash anywhere is harmless,
 * because the next invocation observes and decides again.
 */

import type { RotationStep } from '../../contract/rotation';
import { every, type Logins, some, unreachable } from './logins';
import {
  currentNotAccepted,
  type Decision,
  decideConfigurationTest,
  done,
  type Effect,
  perform,
  refuseStep,
  type StepFacts,
  wait,
  waitForValue,
  waitOr,
} from './planner-parts';

/**
 * The observations of one iteration. Only booleans, counts and fixed terms, so that logging them
 * cannot leak a secret. Facts that an iteration does not need are absent.
 */
export interface Facts extends StepFacts {
  /**
   * Whose password NEWEST has, compared by value: no label yet, the current one, this version's,
   * that of an abandoned rotation, or an unreadable one.
   */
  readonly newest?: 'nobody' | 'current' | 'this' | 'abandoned' | 'unreadable';
  readonly abandonedLogins?: Logins;
  /**
   * Whether the cache has the passwords that the last rotation or revocation set, as far as is
   * visible. Observed before any request to the cache.
   */
  readonly untouched?: 'yes' | 'no' | 'unknown';
  /** This invocation moved NEWEST to this version and has sent no request since. */
  readonly justMarked: boolean;
}

export type TokenEffect = Exclude<Effect, 'repair' | 'rest'>;

type TokenDecision = Decision<TokenEffect>;

export function decide(step: RotationStep, facts: Facts): TokenDecision {
  if (facts.stage === 'current') return done('already-current');
  if (facts.stage === 'unstaged') return refuseStep('NotStaged');
  switch (step) {
    case 'createSecret':
      return decideCreate(facts);
    case 'setSecret':
      return decideSet(facts);
    case 'testSecret':
      if (!facts.hasPassword) return decideConfigurationTest(facts);
      return proven(facts, done('accepted'), done('not-proven-yet'));
    case 'finishSecret':
      if (!facts.hasPassword) return waitForValue(facts, 'NoPassword');
      return proven(facts, perform('promote'), refuseStep('StillSettling'));
  }
}

function decideCreate(facts: Facts): TokenDecision {
  if (facts.hasPassword) return done('has-password');
  if (facts.newest === 'unreadable') return waitForValue(facts, 'NewestUnreadable');
  if (facts.newest !== 'abandoned') return perform('make');
  // The cache may accept the abandoned password as its newest. Another new password would then
  // invalidate the current one, which all clients use: so adopt the abandoned password instead.
  if (!facts.settled) return wait(facts, 'StillSettling');
  if (some(facts.abandonedLogins)) return perform('adopt');
  if (unreachable(facts.abandonedLogins)) return refuseStep('Unreachable');
  return facts.quiet ? perform('make') : wait(facts, 'StillSettling');
}

function decideSet(facts: Facts): TokenDecision {
  if (!facts.hasPassword) return waitForValue(facts, 'NoPassword');
  if (facts.newest === 'unreadable') return waitForValue(facts, 'NewestUnreadable');
  if (!facts.settled) {
    // NEWEST moves before the request to the cache: only then can the change be this rotation's.
    const isOurs = facts.newest === 'this' && !facts.justMarked;
    return waitOr(facts, isOurs ? done('not-proven-yet') : refuseStep('StillSettling'));
  }
  if (facts.newest === 'nobody' || facts.newest === 'current') return decideFirst(facts);
  if (!facts.justMarked) {
    if (every(facts.pendingLogins)) return done('accepted');
    if (unreachable(facts.pendingLogins)) return refuseStep('Unreachable');
    // Never repeat the request while some node accepts the password: AWS does not document the
    // effect, and it could invalidate the current password.
    if (some(facts.pendingLogins)) return wait(facts, 'NodesDisagree');
  }
  if (!every(facts.currentLogins)) return currentNotAccepted(facts);
  if (facts.newest === 'abandoned') return decideOverAbandoned(facts);
  if (facts.justMarked) return perform('ask');
  if (facts.quiet) return ifUntouched(facts, 'ask');
  // The status shows a request only after a delay, whether sent by this or an earlier invocation.
  return waitOr(facts, facts.asked ? done('not-proven-yet') : refuseStep('StillSettling'));
}

/** No request for this version's password has been sent yet. */
function decideFirst(facts: Facts): TokenDecision {
  if (facts.untouched !== 'yes') return ifUntouched(facts, 'mark');
  return every(facts.currentLogins) ? perform('mark') : currentNotAccepted(facts);
}

/** If an external password were the newest, the next request would invalidate the current one. */
function ifUntouched(facts: Facts, effect: TokenEffect): TokenDecision {
  if (facts.untouched === 'no') return refuseStep('OutOfBandChange');
  // A value may not be visible yet, and a node may answer a moment later.
  return facts.untouched === 'yes' ? perform(effect) : waitForValue(facts, 'Unreachable');
}

function decideOverAbandoned(facts: Facts): TokenDecision {
  if (some(facts.abandonedLogins)) return refuseStep('AbandonedPasswordLive');
  if (unreachable(facts.abandonedLogins)) return refuseStep('Unreachable');
  return facts.quiet ? ifUntouched(facts, 'mark') : wait(facts, 'StillSettling');
}

/** Continues only if every node of a settled cache accepts this version's password. */
function proven(facts: Facts, next: TokenDecision, outOfTime: TokenDecision): TokenDecision {
  if (!facts.settled) return waitOr(facts, outOfTime);
  if (every(facts.pendingLogins)) return next;
  if (unreachable(facts.pendingLogins)) return refuseStep('Unreachable');
  if (some(facts.pendingLogins)) return wait(facts, 'NodesDisagree');
  return facts.quiet ? refuseStep('PendingRefused') : wait(facts, 'PendingRefused');
}
