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
    next: 'deploy the stack again; do not edit the function by hand',
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
    means: 'the version carries neither AWSPENDING nor AWSCURRENT: it was taken back meanwhile',
    next: 'start a new rotation; what this one left behind will be found and used',
  },
  NoPassword: {
    means: 'the pending version has no value, so createSecret did not finish',
    next: 'nothing, the retry starts at createSecret; if it goes on, start a new rotation',
  },
  NewestUnreadable: {
    means:
      'the version labelled NEWEST has no value to read, so the password that the cache accepted ' +
      'last is not known; nothing was changed',
    next:
      'nothing, the retry reads again; if it goes on, put NEWEST back on the version of the last ' +
      'rotation, or on AWSCURRENT if none was taken back since',
  },
  SecretMalformed: {
    means: 'a version of the secret is not what this function wrote: somebody edited it',
    next:
      'move AWSCURRENT back to the last good version and take AWSPREVIOUS off the edited one; if ' +
      'the pending version was edited, remove AWSPENDING and start a new rotation',
  },
  CurrentRefused: {
    means:
      'a node refuses the password in AWSCURRENT: it was changed outside of this rotation, or ' +
      'the cache was replaced and has the initial password; nothing was changed, since one ' +
      'more change could lock out every client',
    next:
      'find who called ModifyReplicationGroup, or whether a deploy replaced the cache; put a ' +
      'password that the cache accepts into AWSCURRENT, then start a new rotation',
  },
  PendingRefused: {
    means:
      'the cache is settled and every node refuses the new password; clients keep the current ' +
      'one',
    next: 'nothing, the retry asks again; if it goes on, look at the events of the cache',
  },
  AbandonedPasswordLive: {
    means:
      'the cache accepts the password of an earlier rotation that somebody took back; one more ' +
      'new password would push out the current one, so nothing was changed',
    next: 'remove AWSPENDING from this version and start a new rotation, which will use it',
  },
  OutOfBandChange: {
    means:
      'somebody else changed the passwords of the cache since the last rotation or revocation; ' +
      'one more new password could push out the current one, so nothing was changed',
    next:
      'revoke every password but the current one (`npx secure-redis revoke`, or wait for the ' +
      'daily check); the rotation resumes by its retry',
  },
  NodesDisagree: {
    means: 'some nodes accept the new password and some do not yet; clients keep the current one',
    next: 'nothing, the retry resumes here; if it goes on for an hour, replace the node',
  },
  Unreachable: {
    means: 'a node could not be asked, which proves nothing; nothing was changed',
    next: 'see `unreachableWhy` in the log: check security groups, node health and certificates',
  },
  StillSettling: {
    means: 'the cache is still being changed and this invocation has no time left to wait',
    next:
      'nothing, the retry resumes here; 38 minutes were waited for, so look whether the cache is ' +
      'being resharded or moved to another node type',
  },
  Unexpected: {
    means: 'an error that nobody foresaw; its text is left out since it could quote a secret',
    next: 'report it with the request id; the retry observes everything anew',
  },
} as const;

export type RotationErrorCode = keyof typeof CODES;

export const ROTATION_ERROR_CODES = Object.keys(CODES) as readonly RotationErrorCode[];

/** Where it happened, and a detail that is never secret. */
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

/** The value of a fact. Facts are complete for what may be decided; only a wrong planner fails. */
export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new RotationError('Unexpected', { detail: 'a fact is missing' });
  return value;
}
