/**
 * The Lambda function's entry: checks the event, builds the real ports, runs one step.
 *
 * It never logs the event, which holds the RotationToken. What leaves here is a RotationError.
 */

import { ROTATION_STEPS, type RotationEvent } from '../../contract/rotation';
import { awsCache, awsSecrets } from './aws';
import { newPassword } from './new-password';
import type { Ports } from './ports';
import { RotationError } from './rotation-error';
import { run } from './run';
import { readSettings } from './settings';

/** The part of Lambda's context that is used. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  try {
    const { credentialsSecretArn, replicationGroupId, timing } = readSettings(process.env);
    const { Step, SecretId, ClientRequestToken } = rotationEvent(event);
    // Why: the function may write one secret only, whoever manages to invoke it.
    if (SecretId !== credentialsSecretArn) throw new RotationError('WrongSecret', { step: Step });
    const ports: Ports = {
      secrets: awsSecrets(credentialsSecretArn),
      cache: awsCache(replicationGroupId),
      clock: {
        nowMs: () => performance.now(),
        remainingMs: () => context.getRemainingTimeInMillis(),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      newPassword,
      log: (line) => console.log(JSON.stringify(line)),
    };
    await run(Step, ClientRequestToken, ports, timing);
  } catch (error) {
    throw error instanceof RotationError ? error : unexpected(error);
  }
}

function rotationEvent(event: unknown): RotationEvent {
  const { Step, SecretId, ClientRequestToken } = (event ?? {}) as Partial<RotationEvent>;
  const step = ROTATION_STEPS.find((each) => each === Step);
  if (!step || typeof SecretId !== 'string' || typeof ClientRequestToken !== 'string') {
    throw new RotationError('BadEvent');
  }
  return { Step: step, SecretId, ClientRequestToken };
}

/** Keeps the kind of an error and drops its text, which could quote a secret. */
function unexpected(error: unknown): RotationError {
  const detail = error instanceof Error ? error.name : typeof error;
  return new RotationError('Unexpected', { detail });
}
