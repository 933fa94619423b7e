/**
 * Why a rotation step stopped, as a closed set of codes: what it means, and what to do next.
 *
 * Secrets Manager repeats a failed rotation from its first step with the same version, so every
 * code is safe to retry. No message here ever holds a password, an event or a foreign error.
 */

import type { RotationStep } from '../../contract/rotation';

const CODES = {
  AwsCallFailed: {
    means: 'an AWS call failed, or its answer was not what it must be',
    next: 'look up the error name and request id; check the function role and the VPC endpoints',
  },
  BadEnvironment: {
    means: 'an environment variable of this function is missing or not allowed',
    next: 'deploy the stack with --revert-drift; do not edit the function manually',
  },
  BadEvent: {
    means: 'the event is neither one of the four steps of a rotation nor a daily check',
    next: 'rotate through Secrets Manager (RotateSecret), or use `npx secure-redis`',
  },
  WrongSecret: {
    means: 'the event names another secret than the one this function may rotate',
    next: 'point that secret at its own rotation function',
  },
  NotStaged: {
    means:
      'the version has neither AWSPENDING nor AWSCURRENT: the rotation was abandoned meanwhile',
    next: 'start a new rotation: that of a user leaves the password of this one out, others use it',
  },
  NoPassword: {
    means: 'the pending version has no value, so createSecret did not finish',
    next: 'nothing, the retry starts at createSecret; if it fails again, start a new rotation',
  },
  NewestUnreadable: {
    means:
      'the version labelled NEWEST has no readable value, so the password that the cache ' +
      'accepted last is unknown; nothing was changed',
    next:
      'nothing, the retry reads again; if it fails again, move NEWEST to the version of the last ' +
      'rotation, or to AWSCURRENT if no rotation was abandoned since',
  },
  CurrentUnreadable: {
    means: 'the version labelled AWSCURRENT has no readable value; nothing was changed',
    next:
      'nothing, the retry reads again; if it fails again, move AWSCURRENT to a version that has ' +
      'a value',
  },
  SecretMalformed: {
    means: 'a version of the secret was edited: this function did not write its value',
    next:
      'move AWSCURRENT back to the last valid version, remove AWSPREVIOUS from the edited one; ' +
      'if the pending version was edited, remove AWSPENDING and start a new rotation',
  },
  CurrentRefused: {
    means:
      'a node refuses the password in AWSCURRENT: it was changed outside of this rotation, or ' +
      'the cache was replaced and has the initial password; no new password was sent, since ' +
      'another change could lock out every client',
    next:
      'find who called ModifyReplicationGroup or ModifyUser, or whether a deploy replaced the ' +
      'cache; put a password that the cache accepts into AWSCURRENT, then start a new rotation; ' +
      'a user needs only `npx secure-redis recover --apply`',
  },
  PendingRefused: {
    means:
      'the cache is settled and every node refuses the new password; clients keep the current ' +
      'password',
    next: 'nothing, the retry repeats the request; if that fails, check the events of the cache',
  },
  AbandonedPasswordLive: {
    means:
      'the cache accepts the password of an earlier, abandoned rotation; another new password ' +
      'would invalidate the current one, so nothing was changed',
    next: 'remove AWSPENDING from this version and start a new rotation, which will use it',
  },
  OutOfBandChange: {
    means:
      'out-of-band change of the cache passwords since the last rotation or revocation; another ' +
      'new password could invalidate the current one, so nothing was changed',
    next:
      'revoke every password but the current one (`npx secure-redis revoke`, or wait for the ' +
      'daily check); the rotation resumes by its retry',
  },
  NodesDisagree: {
    means:
      'some nodes accept the new password, others do not yet; clients keep the current password',
    next: 'nothing, the retry resumes here; if it still fails after an hour, replace the node',
  },
  Unreachable: {
    means: 'a node did not answer, so its state is unknown; nothing was changed',
    next: 'see `unreachableWhy` in the log: check security groups, node health and certificates',
  },
  StillSettling: {
    means: 'the cache is still being modified and this invocation has no time left to wait',
    next:
      'nothing, the retry resumes here; the rotation has waited 38 minutes, or 25 for a user, so ' +
      'check whether the cache is being resharded or moved to another node type',
  },
  NotChecked: {
    means: 'the daily check had no time left to look at this user; nothing was changed',
    next:
      'nothing, Lambda repeats the check, and each day it starts with another user; if it fails ' +
      'again, check why calls to AWS or logins take so long',
  },
  Unexpected: {
    means: 'an unexpected error; its message is left out since it could quote a secret',
    next: 'report it with the request id; the retry observes the state again',
  },
} as const;

export type RotationErrorCode = keyof typeof CODES;

export const ROTATION_ERROR_CODES = Object.keys(CODES) as readonly RotationErrorCode[];

/** Step and version of the error, and a detail that is never secret. */
export interface RotationErrorContext {
  readonly step?: RotationStep;
  readonly versionId?: string;
  readonly detail?: string;
}

export class RotationError extends Error {
  override readonly name = 'RotationError';

  constructor(
    readonly code: RotationErrorCode,
    readonly context: RotationErrorContext = {},
  ) {
    const { means, next } = CODES[code];
    const where = [context.step, context.versionId && `version ${context.versionId}`];
    const at = where.filter(Boolean).join(', ');
    const detail = context.detail ? ` (${context.detail})` : '';
    super(`${code}${at ? ` in ${at}` : ''}: ${means}${detail}; next: ${next}`);
  }
}

/** Keeps the name of an unexpected error and drops its message, which could quote a secret. */
export function asRotationError(error: unknown): RotationError {
  if (error instanceof RotationError) return error;
  const detail = error instanceof Error ? error.name : typeof error;
  return new RotationError('Unexpected', { detail });
}

/**
 * The value of a fact. Facts are complete for valid decisions; only a broken planner fails here.
 */
export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new RotationError('Unexpected', { detail: 'a fact is missing' });
  return value;
}
