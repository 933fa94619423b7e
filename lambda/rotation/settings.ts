/** Reads the function's environment variables, which `lib` writes. */

import { ROTATION_ENV } from '../../contract/rotation';
import { LOGIN_TIMEOUT_MS } from './login';
import { RotationError } from './rotation-error';
import type { RunTiming } from './run';

export interface FunctionSettings {
  readonly credentialsSecretArn: string;
  readonly replicationGroupId: string;
  readonly timing: RunTiming;
  readonly rotationDays: number;
  readonly graceDays: number;
}

/** The longest that one AWS call takes, in milliseconds: with its repeats, to its last byte. */
export const CALL_MS_MAX = 20_000;

/**
 * What an iteration after a wait calls at most: a look at the cache and one at nodes that are new,
 * one value of the secret, the labels, the move of NEWEST and the request that follows it.
 */
const TURN_CALLS_MAX = 6;
/** Logins with the pending, the current, the abandoned and the previous password. */
const TURN_LOGIN_ROUNDS_MAX = 4;

/**
 * The longest that one iteration takes, in milliseconds: 140 s. Of Lambda's 15 minutes 12.7 are
 * left for waits: in three steps 38 minutes, and a change of the cache takes 35 at most. With less
 * time left, an invocation stops by itself and says so.
 */
const ITERATION_MS_MAX = TURN_CALLS_MAX * CALL_MS_MAX + TURN_LOGIN_ROUNDS_MAX * LOGIN_TIMEOUT_MS;

/** Longest poll interval and quiet time that make sense within Lambda's 15 minutes. */
const MILLISECONDS = { min: 1, max: 300_000 };

/** Of rotation and grace, as the construct allows them. */
const DAYS = { min: 1, max: 90 };

/** @throws RotationError `BadEnvironment`, naming the variable. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): FunctionSettings {
  return {
    credentialsSecretArn: text(env, ROTATION_ENV.credentialsSecretArn),
    replicationGroupId: text(env, ROTATION_ENV.replicationGroupId),
    timing: {
      pollIntervalMs: wholeNumber(env, ROTATION_ENV.pollIntervalMs, MILLISECONDS),
      quietMs: wholeNumber(env, ROTATION_ENV.quietMs, MILLISECONDS),
      iterationMsMax: ITERATION_MS_MAX,
    },
    rotationDays: wholeNumber(env, ROTATION_ENV.rotationDays, DAYS),
    graceDays: wholeNumber(env, ROTATION_ENV.graceDays, { min: 0, max: DAYS.max }),
  };
}

type Env = Readonly<Record<string, string | undefined>>;

function text(env: Env, name: string): string {
  const value = env[name];
  if (!value) throw new RotationError('BadEnvironment', { detail: `${name} is missing` });
  return value;
}

function wholeNumber(env: Env, name: string, { min, max }: { min: number; max: number }): number {
  const value = text(env, name);
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    const detail = `${name} must be an integer from ${min} to ${max}, got ${value}`;
    throw new RotationError('BadEnvironment', { detail });
  }
  return number;
}
