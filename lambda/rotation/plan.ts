/**
 * Decides what a rotation step does next, from what was observed.
 *
 * Pure and total: no await, no clock, no randomness, no password. A crash anywhere is harmless
 * because the next invocation observes again and decides again.
 */

import type { RotationStep } from '../../contract/rotation';
import { every, type Logins, some, unreachable } from './logins';
import type { RotationErrorCode } from './rotation-error';

/**
 * What one iteration observed. Booleans, counts and closed words only, so that a log line made of
 * it cannot leak. A fact that an iteration had no need of is absent.
 */
export interface Facts {
  /** Which label this version carries. */
  readonly stage: 'current' | 'pending' | 'unstaged';
  /** Whether this version has a password yet. */
  readonly hasPassword?: boolean;
  /**
   * Whose password the label NEWEST stands for, compared by value: nobody's, the current one's,
   * this version's, that of a rotation which somebody abandoned, or one that cannot be read.
   */
  readonly newest?: 'nobody' | 'current' | 'this' | 'abandoned' | 'unreadable';
  /** Whether ElastiCache says that nothing is being changed. */
  readonly settled?: boolean;
  readonly pendingLogins?: Logins;
  readonly currentLogins?: Logins;
  readonly abandonedLogins?: Logins;
  /**
   * Whether the passwords of the cache are what the last rotation or revocation made of them, as
   * far as can be seen. Observed before the cache is asked for anything.
   */
  readonly untouched?: 'yes' | 'no' | 'unknown';
  /** This invocation moved NEWEST here and has asked for nothing since: nobody has. */
  readonly justMarked: boolean;
  /** The cache has taken this invocation's request for this version's password. */
  readonly asked: boolean;
  /** Settled for so long that a request which we do not know of would have shown. */
  readonly quiet: boolean;
  /** How often this invocation has waited. */
  readonly waits: number;
  /** Whether there is time for another iteration before Lambda kills this invocation. */
  readonly timeLeft: boolean;
}

/** The one effect of an iteration. */
export type Effect =
  /** Give this version a new random password. */
  | 'make'
  /** Give this version the abandoned rotation's password, which the cache accepts already. */
  | 'adopt'
  /** Write ahead: move NEWEST to this version, before the cache hears of its password. */
  | 'mark'
  /** Ask the cache to accept this version's password. */
  | 'ask'
  /** Move AWSCURRENT to this version. */
  | 'promote'
  /** Let time pass. */
  | 'wait';

export type Done =
  | 'already-current'
  | 'has-password'
  | 'accepted'
  | 'configuration-tested'
  /**
   * The cache was asked and is still being changed, and this invocation has no time left. A later
   * step looks at every node anyway, and waits on. Never the end of finishSecret: none follows it.
   */
  | 'not-proven-yet';

export type Decision =
  | { readonly kind: 'do'; readonly effect: Effect }
  | { readonly kind: 'done'; readonly why: Done }
  | { readonly kind: 'refuse'; readonly code: RotationErrorCode };

/**
 * How often a step waits for a value that Secrets Manager may not show yet: its reads are
 * eventually consistent, for a second or so.
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
  // The abandoned password may be the newest that the cache accepts. A second new one would
  // then push out the current one, which every client uses: so find out, and use that instead.
  if (!facts.settled) return wait(facts, 'StillSettling');
  if (some(facts.abandonedLogins)) return perform('adopt');
  if (unreachable(facts.abandonedLogins)) return refuse('Unreachable');
  return facts.quiet ? perform('make') : wait(facts, 'StillSettling');
}

function decideSet(facts: Facts): Decision {
  if (!facts.hasPassword) return waitForValue(facts, 'NoPassword');
  if (facts.newest === 'unreadable') return waitForValue(facts, 'NewestUnreadable');
  if (!facts.settled) {
    // The label is written before the cache is asked: only where it is, a change can be ours.
    const isOurs = facts.newest === 'this' && !facts.justMarked;
    return waitOr(facts, isOurs ? done('not-proven-yet') : refuse('StillSettling'));
  }
  if (facts.newest === 'nobody' || facts.newest === 'current') return decideFirst(facts);
  if (!facts.justMarked) {
    if (every(facts.pendingLogins)) return done('accepted');
    if (unreachable(facts.pendingLogins)) return refuse('Unreachable');
    // Never asked again while some node accepts it: what ElastiCache does with a password that
    // it has already is not documented, and pushing out the current one is possible.
    if (some(facts.pendingLogins)) return wait(facts, 'NodesDisagree');
  }
  if (!every(facts.currentLogins)) return currentNotAccepted(facts);
  if (facts.newest === 'abandoned') return decideOverAbandoned(facts);
  if (facts.justMarked) return perform('ask');
  if (facts.quiet) return ifUntouched(facts, 'ask');
  // A request does not show in the status at once: of this invocation, or of one before it.
  return waitOr(facts, facts.asked ? done('not-proven-yet') : refuse('StillSettling'));
}

/** Nobody has asked for this version's password yet. */
function decideFirst(facts: Facts): Decision {
  if (facts.untouched !== 'yes') return ifUntouched(facts, 'mark');
  return every(facts.currentLogins) ? perform('mark') : currentNotAccepted(facts);
}

function currentNotAccepted(facts: Facts): Decision {
  return refuse(unreachable(facts.currentLogins) ? 'Unreachable' : 'CurrentRefused');
}

/** Were a password of somebody else's the newest one, the next would push out the current one. */
function ifUntouched(facts: Facts, effect: Effect): Decision {
  if (facts.untouched === 'no') return refuse('OutOfBandChange');
  // A value may not be shown yet, and a node may answer a moment later.
  return facts.untouched === 'yes' ? perform(effect) : waitForValue(facts, 'Unreachable');
}

function decideOverAbandoned(facts: Facts): Decision {
  if (some(facts.abandonedLogins)) return refuse('AbandonedPasswordLive');
  if (unreachable(facts.abandonedLogins)) return refuse('Unreachable');
  return facts.quiet ? ifUntouched(facts, 'mark') : wait(facts, 'StillSettling');
}

/** Secrets Manager tries the function out with a version that has no value: test current. */
function decideConfigurationTest(facts: Facts): Decision {
  return every(facts.currentLogins) ? done('configuration-tested') : currentNotAccepted(facts);
}

/** Goes on only when every node of a settled cache has accepted this version's password. */
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
