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
  type RestoreReport,
  type UsersReport,
} from '../../contract/daily-check';
import { ROTATION_STEPS, type RotationEvent } from '../../contract/rotation';
import { compareAccess, restoreAccess } from './access-check';
import type { AccessPorts } from './access-ports';
import { awsUsersOfGroup } from './aws-access';
import { awsTokenCache, awsUserCache } from './aws-cache';
import { unusable } from './aws-call';
import { awsSecrets, type SecretToRotate } from './aws-secrets';
import { checkUsers } from './check-users';
import { runDailyCheck } from './daily-check';
import type { DailyCheckTiming } from './daily-check-facts';
import { dailyCheckMetrics, failedDailyCheckMetrics } from './daily-check-metrics';
import { dailyCheckPollMs } from './daily-check-plan';
import { newPassword } from './new-password';
import type { Clock, Ports, UserCache } from './ports';
import { asRotationError, RotationError } from './rotation-error';
import { run, waitToStart } from './run';
import {
  type AccessSettings,
  CALL_MS_MAX,
  type FunctionSettings,
  readSettings,
  type SecretOfUser,
} from './settings';
import { TOKEN, TOKEN_CHECK, USER, USER_CHECK } from './strategy';
import { firstLookAt } from './user-first-look';

/** The used part of Lambda's context. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export async function handler(event: unknown, context: LambdaContext): Promise<Report | undefined> {
  try {
    const settings = readSettings(process.env);
    const dailyCheck = dailyCheckOf(event);
    if (dailyCheck === undefined) return await rotate(event, context, settings);
    return await lookAt(dailyCheck, event as DailyCheckEvent, context, settings);
  } catch (error) {
    throw asRotationError(error);
  }
}

async function rotate(event: unknown, context: LambdaContext, settings: FunctionSettings) {
  const { Step, SecretId, ClientRequestToken } = rotationEvent(event);
  const { timing, rotates } = settings;
  const step = { step: Step, versionId: ClientRequestToken, timing };
  const user = rotates.users?.find(({ secretArn }) => secretArn === SecretId);
  if (user) {
    const asked = { ...step, ports: portsForUser(user, settings, context) };
    await waitToStart(asked);
    await run(asked, USER);
    return undefined;
  }
  // The function may write only the secrets of its settings, whatever the event names.
  if (rotates.users || SecretId !== rotates.secretArn) {
    throw new RotationError('WrongSecret', { step: Step });
  }
  const asked = { ...step, ports: portsFor(rotates.secretArn, settings, context) };
  await waitToStart(asked);
  await run(asked, TOKEN);
  return undefined;
}

type Report = DailyCheckReport | UsersReport | RestoreReport;

/** Only the scheduled daily check publishes metrics, so that further checks do not count twice. */
async function lookAt(
  dailyCheck: DailyCheck,
  event: DailyCheckEvent,
  context: LambdaContext,
  settings: FunctionSettings,
): Promise<Report> {
  const { graceDays, rotates } = settings;
  const timing = {
    ...settings.timing,
    pollIntervalMs: dailyCheckPollMs(settings.timing),
    graceDays,
  };
  if (rotates.users) return lookAtUsers(dailyCheck, event, { context, settings, timing, rotates });
  if (event.User !== undefined || dailyCheck === 'restore') throw new RotationError('BadEvent');
  const publish = (metrics: object) => dailyCheck === 'daily' && printed(metrics);
  try {
    const ports = portsFor(rotates.secretArn, settings, context);
    const report = await runDailyCheck(dailyCheck, ports, timing, TOKEN_CHECK);
    publish(dailyCheckMetrics([report], settings));
    return report;
  } catch (error) {
    publish(failedDailyCheckMetrics(Date.now(), settings));
    throw error;
  }
}

interface LookAtUsers {
  readonly context: LambdaContext;
  readonly settings: FunctionSettings;
  readonly timing: DailyCheckTiming;
  readonly rotates: Extract<FunctionSettings['rotates'], { users: readonly SecretOfUser[] }>;
}

async function lookAtUsers(
  dailyCheck: DailyCheck,
  { User }: DailyCheckEvent,
  { context, settings, timing, rotates }: LookAtUsers,
): Promise<Report> {
  const check = (user: SecretOfUser, kind: DailyCheck) =>
    runDailyCheck(kind, portsForUser(user, settings, context), timing, USER_CHECK);
  const access = portsForAccess(rotates.access, settings, context);
  if (User !== undefined) {
    if (dailyCheck === 'restore') throw new RotationError('BadEvent');
    return check(userNamed(User, rotates.users), dailyCheck);
  }
  if (dailyCheck === 'restore') return { access: await restoreAccess(access, timing) };
  const ofAccess = ACCESS_CHECKS.includes(dailyCheck) ? await tryAccess(access) : {};
  const { report, failure = ofAccess.failure } = await checkUsers(dailyCheck, rotates.users, {
    look: (user, kind) => firstLookAt(kind, portsForUser(user, settings, context), timing),
    check,
    remainingMs: () => context.getRemainingTimeInMillis(),
    epochMs: () => Date.now(),
  });
  for (const each of report.users) printed({ dailyCheck, ...each });
  if (ofAccess.report) printed({ dailyCheck, access: ofAccess.report });
  if (dailyCheck === 'daily') printed(dailyCheckMetrics(report.users, settings, ofAccess.report));
  // Nobody reads the answer to an event: only a failed invocation raises an alarm.
  if (failure && dailyCheck !== 'report') throw failure;
  return { ...report, access: ofAccess.report };
}

/** Not after an update of users: CloudFormation may still be changing others. */
const ACCESS_CHECKS: readonly DailyCheck[] = ['daily', 'report'];

interface TriedAccess {
  readonly report?: UsersReport['access'];
  readonly failure?: RotationError;
}

async function tryAccess(ports: AccessPorts): Promise<TriedAccess> {
  try {
    const report = await compareAccess(ports);
    const [first] = report.unchecked ?? [];
    return { report, failure: first && unusable(`user ${first.user}: ${first.why}`) };
  } catch (error) {
    const failure = asRotationError(error);
    return { report: { error: failure.message }, failure };
  }
}

function printed(line: object): void {
  console.log(JSON.stringify(line));
}

function userNamed(name: unknown, users: readonly SecretOfUser[]): SecretOfUser {
  const user = users.find((each) => each.name === name);
  if (!user) throw new RotationError('BadEvent', { detail: 'User is not the name of a user' });
  return user;
}

function portsFor(
  secretArn: string,
  { replicationGroupId }: FunctionSettings,
  context: LambdaContext,
): Ports {
  const cache = awsTokenCache(replicationGroupId, CALL_MS_MAX);
  return { ...outside({ secretArn }, context), cache };
}

function portsForUser(
  { name, userId, ...secret }: SecretOfUser,
  { replicationGroupId }: FunctionSettings,
  context: LambdaContext,
): Ports<UserCache> {
  const cache = awsUserCache({ name, userId, replicationGroupId }, CALL_MS_MAX);
  return { ...outside(secret, context), cache };
}

function portsForAccess(
  access: AccessSettings,
  { replicationGroupId }: FunctionSettings,
  context: LambdaContext,
): AccessPorts {
  const aws = awsUsersOfGroup({ ...access, replicationGroupId }, CALL_MS_MAX);
  return { ...aws, clock: clockOf(context), log: printed };
}

/** The ports that do not depend on whose password it is. */
function outside(secret: SecretToRotate, context: LambdaContext): Omit<Ports, 'cache'> {
  const secrets = awsSecrets(secret, CALL_MS_MAX);
  return { secrets, clock: clockOf(context), newPassword, log: printed };
}

function clockOf(context: LambdaContext): Clock {
  return {
    nowMs: () => performance.now(),
    epochMs: () => Date.now(),
    remainingMs: () => context.getRemainingTimeInMillis(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
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
