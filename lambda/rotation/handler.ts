/**
 * The Lambda handler: validates the event, builds the ports, runs a rotation step or a daily check.
 *
 * It never logs the event, which holds the RotationToken. It throws only RotationError.
 */

import {
  DAILY_CHECKS,
  type DailyCheck,
  type DailyCheckEvent,
  type DailyCheckReport,
} from '../../contract/daily-check';
import { ROTATION_STEPS, type RotationEvent } from '../../contract/rotation';
import { awsCache, awsSecrets } from './aws';
import { runDailyCheck } from './daily-check';
import { dailyCheckMetrics, failedDailyCheckMetrics } from './daily-check-metrics';
import { dailyCheckPollMs } from './daily-check-plan';
import { newPassword } from './new-password';
import type { Ports } from './ports';
import { RotationError } from './rotation-error';
import { run, waitToStart } from './run';
import { CALL_MS_MAX, type FunctionSettings, readSettings } from './settings';

/** The used part of Lambda's context. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export async function handler(
  event: unknown,
  context: LambdaContext,
): Promise<DailyCheckReport | undefined> {
  try {
    const settings = readSettings(process.env);
    const dailyCheck = dailyCheckOf(event);
    if (dailyCheck === undefined) return await rotate(event, context, settings);
    return await lookAt(dailyCheck, context, settings);
  } catch (error) {
    throw error instanceof RotationError ? error : unexpected(error);
  }
}

async function rotate(event: unknown, context: LambdaContext, settings: FunctionSettings) {
  const { Step, SecretId, ClientRequestToken } = rotationEvent(event);
  // The function may write only one secret, whatever the event names.
  if (SecretId !== settings.credentialsSecretArn) {
    throw new RotationError('WrongSecret', { step: Step });
  }
  const ports = portsFor(settings, context);
  const asked = { step: Step, versionId: ClientRequestToken, ports, timing: settings.timing };
  await waitToStart(asked);
  await run(asked);
  return undefined;
}

/** Only the scheduled daily check publishes metrics, so that further checks do not count twice. */
async function lookAt(dailyCheck: DailyCheck, context: LambdaContext, settings: FunctionSettings) {
  const { graceDays } = settings;
  const timing = { ...settings.timing, pollIntervalMs: dailyCheckPollMs(settings.timing) };
  const publish = (metrics: object) =>
    dailyCheck === 'daily' && console.log(JSON.stringify(metrics));
  try {
    const report = await runDailyCheck(dailyCheck, portsFor(settings, context), {
      ...timing,
      graceDays,
    });
    publish(dailyCheckMetrics(report, settings));
    return report;
  } catch (error) {
    publish(failedDailyCheckMetrics(Date.now(), settings));
    throw error;
  }
}

function portsFor(settings: FunctionSettings, context: LambdaContext): Ports {
  return {
    secrets: awsSecrets(settings.credentialsSecretArn, CALL_MS_MAX),
    cache: awsCache(settings.replicationGroupId, CALL_MS_MAX),
    clock: {
      nowMs: () => performance.now(),
      epochMs: () => Date.now(),
      remainingMs: () => context.getRemainingTimeInMillis(),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    },
    newPassword,
    log: (line) => console.log(JSON.stringify(line)),
  };
}

function dailyCheckOf(event: unknown): DailyCheck | undefined {
  const { DailyCheck: asked } = (event ?? {}) as Partial<DailyCheckEvent>;
  return DAILY_CHECKS.find((dailyCheck) => dailyCheck === asked);
}

function rotationEvent(event: unknown): RotationEvent {
  const { Step, SecretId, ClientRequestToken } = (event ?? {}) as Partial<RotationEvent>;
  const step = ROTATION_STEPS.find((each) => each === Step);
  if (!step || typeof SecretId !== 'string' || typeof ClientRequestToken !== 'string') {
    throw new RotationError('BadEvent');
  }
  return { Step: step, SecretId, ClientRequestToken };
}

/** Keeps the name of an error and drops its message, which could quote a secret. */
function unexpected(error: unknown): RotationError {
  const detail = error instanceof Error ? error.name : typeof error;
  return new RotationError('Unexpected', { detail });
}
