/**
 * Decides the next effect of a rotation step from the observed facts.
 *
 * Pure and total: no await, no clock, no randomness, no password. A crash anywhere is harmless,
 * because the next invocation observes and decides again.
 */

import type { RotationStep } from '../../contract/rotation';
import { every, type Logins, some, unreachable } from './logins';
import type { RotationErrorCode } from './rotation-error';

/**
 * The observations of one iteration. Only booleans, counts and fixed terms, so that logging them
 * cannot leak a secret. Facts that an iteration does not need are absent.
 */
export interface Facts {
  /** The label of this version. */
  readonly stage: 'current' | 'pending' | 'unstaged';
  /** Whether this version already has a password. */
  readonly hasPassword?: boolean;
  /**
   * Whose password NEWEST has, compared by value: no label yet, the current one, this version's,
   * that of an abandoned rotation, or an unreadable one.
   */
  readonly newest?: 'nobody' | 'current' | 'this' | 'abandoned' | 'unreadable';
  /** Whether ElastiCache reports no change in progress. */
  readonly settled?: boolean;
  readonly pendingLogins?: Logins;
  readonly currentLogins?: Logins;
  readonly abandonedLogins?: Logins;
  /**
   * Whether the cache has the passwords that the last rotation or revocation set, as far as is
   * visible. Observed before any request to the cache.
   */
  readonly untouched?: 'yes' | 'no' | 'unknown';
  /** This invocation moved NEWEST to this version and has sent no request since. */
  readonly justMarked: boolean;
  /** The cache has accepted this invocation's request for this version's password. */
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
  /** Request that the cache accepts this version's password (ROTATE). */
  | 'ask'
  /** Move AWSCURRENT to this version. */
  | 'promote'
  /** Wait. */
  | 'wait';

export type Done =
  | 'already-current'
  | 'has-password'
  | 'accepted'
  | 'configuration-tested'
  /**
   * The request was sent, the cache is still changing, and this invocation has no time left. A
   * later step checks every node anyway, and continues to wait. Never the end of finishSecret, the
   * last step.
   */
  | 'not-proven-yet';

export type Decision =
  | { readonly kind: 'do'; readonly effect: Effect }
  | { readonly kind: 'done'; readonly why: Done }
  | { readonly kind: 'refuse'; readonly code: RotationErrorCode };

/**
 * Maximum waits for a value that Secrets Manager may not show yet: its reads are eventually
 * consistent, for about a second.
 */
export const VALUE_WAITS_MAX = 3;

export function decide(step: RotationStep, facts: Facts): Decision {
  if (facts.stage === 'current') return done('already-current');
  if (facts.stage === 'unstaged') return refuse('NotStaged');
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
      return proven(facts, perform('promote'), refuse('StillSettling'));
  }
}

function decideCreate(facts: Facts): Decision {
  if (facts.hasPassword) return done('has-password');
  if (facts.newest === 'unreadable') return waitForValue(facts, 'NewestUnreadable');
  if (facts.newest !== 'abandoned') return perform('make');
  // The cache may accept the abandoned password as its newest. Another new password would then
  // invalidate the current one, which all clients use: so adopt the abandoned password instead.
  if (!facts.settled) return wait(facts, 'StillSettling');
  if (some(facts.abandonedLogins)) return perform('adopt');
  if (unreachable(facts.abandonedLogins)) return refuse('Unreachable');
  return facts.quiet ? perform('make') : wait(facts, 'StillSettling');
}

function decideSet(facts: Facts): Decision {
  if (!facts.hasPassword) return waitForValue(facts, 'NoPassword');
  if (facts.newest === 'unreadable') return waitForValue(facts, 'NewestUnreadable');
  if (!facts.settled) {
    // NEWEST moves before the request to the cache: only then can the change be this rotation's.
    const isOurs = facts.newest === 'this' && !facts.justMarked;
    return waitOr(facts, isOurs ? done('not-proven-yet') : refuse('StillSettling'));
  }
  if (facts.newest === 'nobody' || facts.newest === 'current') return decideFirst(facts);
  if (!facts.justMarked) {
    if (every(facts.pendingLogins)) return done('accepted');
    if (unreachable(facts.pendingLogins)) return refuse('Unreachable');
    // Never repeat the request while some node accepts the password: AWS does not document the
    // effect, and it could invalidate the current password.
    if (some(facts.pendingLogins)) return wait(facts, 'NodesDisagree');
  }
  if (!every(facts.currentLogins)) return currentNotAccepted(facts);
  if (facts.newest === 'abandoned') return decideOverAbandoned(facts);
  if (facts.justMarked) return perform('ask');
  if (facts.quiet) return ifUntouched(facts, 'ask');
  // The status shows a request only after a delay, whether sent by this or an earlier invocation.
  return waitOr(facts, facts.asked ? done('not-proven-yet') : refuse('StillSettling'));
}

/** No request for this version's password has been sent yet. */
function decideFirst(facts: Facts): Decision {
  if (facts.untouched !== 'yes') return ifUntouched(facts, 'mark');
  return every(facts.currentLogins) ? perform('mark') : currentNotAccepted(facts);
}

function currentNotAccepted(facts: Facts): Decision {
  return refuse(unreachable(facts.currentLogins) ? 'Unreachable' : 'CurrentRefused');
}

/** If an external password were the newest, the next request would invalidate the current one. */
function ifUntouched(facts: Facts, effect: Effect): Decision {
  if (facts.untouched === 'no') return refuse('OutOfBandChange');
  // A value may not be visible yet, and a node may answer a moment later.
  return facts.untouched === 'yes' ? perform(effect) : waitForValue(facts, 'Unreachable');
}

function decideOverAbandoned(facts: Facts): Decision {
  if (some(facts.abandonedLogins)) return refuse('AbandonedPasswordLive');
  if (unreachable(facts.abandonedLogins)) return refuse('Unreachable');
  return facts.quiet ? ifUntouched(facts, 'mark') : wait(facts, 'StillSettling');
}

/** Secrets Manager tests the function with a version without a value: test the current password. */
function decideConfigurationTest(facts: Facts): Decision {
  return every(facts.currentLogins) ? done('configuration-tested') : currentNotAccepted(facts);
}

/** Continues only if every node of a settled cache accepts this version's password. */
function proven(facts: Facts, next: Decision, outOfTime: Decision): Decision {
  if (!facts.settled) return waitOr(facts, outOfTime);
  if (every(facts.pendingLogins)) return next;
  if (unreachable(facts.pendingLogins)) return refuse('Unreachable');
  if (some(facts.pendingLogins)) return wait(facts, 'NodesDisagree');
  return facts.quiet ? refuse('PendingRefused') : wait(facts, 'PendingRefused');
}

function waitForValue(facts: Facts, otherwise: RotationErrorCode): Decision {
  return facts.waits < VALUE_WAITS_MAX ? wait(facts, otherwise) : refuse(otherwise);
}

function wait(facts: Facts, otherwise: RotationErrorCode): Decision {
  return waitOr(facts, refuse(otherwise));
}

function waitOr(facts: Facts, outOfTime: Decision): Decision {
  return facts.timeLeft ? perform('wait') : outOfTime;
}

function perform(effect: Effect): Decision {
  return { kind: 'do', effect };
}

function done(why: Done): Decision {
  return { kind: 'done', why };
}

function refuse(code: RotationErrorCode): Decision {
  return { kind: 'refuse', code };
}
