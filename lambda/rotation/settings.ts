/** Reads the function's environment variables, which `lib` sets. */

import { QUIET_SECONDS, ROTATION_DAYS } from '../../contract/bounds';
import { parseUsers } from '../../contract/rotated-users';
import { ROTATION_ENV } from '../../contract/rotation';
import type { RunTiming } from './effects';
import { LOGIN_TIMEOUT_MS } from './login';
import { RotationError } from './rotation-error';

/** A user whose password the function rotates, with the ARN of its credentials secret. */
export interface SecretOfUser {
  readonly name: string;
  readonly userId: string;
  readonly secretArn: string;
  /** The database of its connection string. */
  readonly database: number;
}

/** The secret with what was deployed, and the digest of its text. */
export interface AccessSettings {
  readonly accessSecretArn: string;
  readonly accessDigest: string;
}

export interface FunctionSettings {
  /** The ARN of the only secret, or the users with a secret each. */
  readonly rotates:
    | { readonly secretArn: string; readonly users?: undefined }
    | { readonly users: readonly SecretOfUser[]; readonly access: AccessSettings };
  readonly replicationGroupId: string;
  readonly timing: RunTiming;
  readonly rotationDays: number;
  readonly graceDays: number;
}

/** Maximum time of one AWS call in milliseconds, including retries and the whole body. */
export const CALL_MS_MAX = 20_000;

/**
 * Maximum calls of an iteration after a wait: the group, new nodes, one secret value, the labels,
 * the move of NEWEST and the following request.
 */
const TURN_CALLS_MAX = 6;
/** Rounds of logins: with the pending, current, abandoned and previous password. */
const TURN_LOGIN_ROUNDS_MAX = 4;

/**
 * Maximum time of one iteration: 140 s. Of Lambda's 15 minutes, 12.7 are left for waits: 38 minutes
 * in three steps, while a change of the cache takes at most 35; 25 in the two steps of a user that
 * wait. With less time left, an invocation ends itself: with `not-proven-yet`, or with an error.
 */
const ITERATION_MS_MAX = TURN_CALLS_MAX * CALL_MS_MAX + TURN_LOGIN_ROUNDS_MAX * LOGIN_TIMEOUT_MS;

/** Bounds of poll interval and quiet time. The rehearsal has shorter ones than the construct. */
const MILLISECONDS = { min: 1, max: QUIET_SECONDS.max * 1000 };

/** @throws RotationError `BadEnvironment`, naming the variable. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): FunctionSettings {
  return {
    rotates: rotated(env),
    replicationGroupId: text(env, ROTATION_ENV.replicationGroupId),
    timing: {
      pollIntervalMs: wholeNumber(env, ROTATION_ENV.pollIntervalMs, MILLISECONDS),
      quietMs: wholeNumber(env, ROTATION_ENV.quietMs, MILLISECONDS),
      iterationMsMax: ITERATION_MS_MAX,
    },
    rotationDays: wholeNumber(env, ROTATION_ENV.rotationDays, ROTATION_DAYS),
    graceDays: wholeNumber(env, ROTATION_ENV.graceDays, { min: 0, max: ROTATION_DAYS.max }),
  };
}

/** The beginning of the ARNs of all secrets of an account in a region. */
const SECRET_ARN_PREFIX = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:$/;

type Env = Readonly<Record<string, string | undefined>>;

function rotated(env: Env): FunctionSettings['rotates'] {
  const { credentialsSecretArn, users: name, secretArnPrefix } = ROTATION_ENV;
  if (env[name] === undefined) return { secretArn: text(env, credentialsSecretArn) };
  if (env[credentialsSecretArn] !== undefined) {
    throw bad(`${name} and ${credentialsSecretArn} must not both be set`);
  }
  const prefix = text(env, secretArnPrefix);
  if (!SECRET_ARN_PREFIX.test(prefix)) {
    throw bad(
      `${secretArnPrefix} must be arn:<partition>:secretsmanager:<region>:<account>:secret:, ` +
        `got ${prefix}`,
    );
  }
  return {
    users: usersOf(text(env, name), name, prefix),
    access: {
      accessSecretArn: prefix + text(env, ROTATION_ENV.accessSecret),
      accessDigest: text(env, ROTATION_ENV.accessDigest),
    },
  };
}

function usersOf(list: string, variable: string, prefix: string): readonly SecretOfUser[] {
  try {
    return parseUsers(list).rotated.map(({ secretName, ...user }) => ({
      ...user,
      secretArn: prefix + secretName,
    }));
  } catch (error) {
    throw bad(`${variable}: ${(error as Error).message}`);
  }
}

function text(env: Env, name: string): string {
  const value = env[name];
  if (!value) throw bad(`${name} is missing`);
  return value;
}

function wholeNumber(env: Env, name: string, { min, max }: { min: number; max: number }): number {
  const value = text(env, name);
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw bad(`${name} must be an integer from ${min} to ${max}, got ${value}`);
  }
  return number;
}

function bad(detail: string): RotationError {
  return new RotationError('BadEnvironment', { detail });
}
