/**
 * Implements `Cloud` with the AWS SDK.
 *
 * It writes only through RotateSecret, UpdateSecretVersionStage and, to attach the user group that
 * was deployed, ModifyReplicationGroup, and reads the secret value only
 * for `url --reveal` and `env --file`.
 */

import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { GetParametersByPathCommand, type Parameter, SSMClient } from '@aws-sdk/client-ssm';
import type {
  DailyCheckEvent,
  DailyCheckReport,
  RestoreReport,
  UsersReport,
} from '../../contract/daily-check';
import { holderOf, LABEL } from '../../contract/rotation';
import { parseStored } from '../../contract/secret-json';
import { attachUserGroup } from './attach-user-group';
import { ANSWER_TIMEOUT_MS, allPages, call, type Signal, timeouts } from './aws-call';
import { kindOf } from './aws-failure';
import {
  type Answered,
  type AnsweredOfAccess,
  type AnsweredOfUsers,
  CliError,
  type Cloud,
  type NoReport,
  type SecretLabels,
} from './cloud';

export interface Where {
  readonly region?: string;
  readonly profile?: string;
}

/** Milliseconds for a whole call, including the SDK's retries and all pages. */
export interface Deadlines {
  readonly callMs: number;
  /** A daily check waits for the cache, at most for Lambda's maximum timeout. */
  readonly dailyCheckMs: number;
}

const DEADLINES: Deadlines = { callMs: 30_000, dailyCheckMs: 16 * 60 * 1000 };

/** Secrets Manager's message when it retries the pending rotation. */
const REATTEMPTED = "A previous rotation isn't complete";

/** Region, credentials and endpoint are resolved by the SDK: options, environment, files. */
export function awsCloud(where: Where, { callMs, dailyCheckMs } = DEADLINES): Cloud {
  const config = { ...where, requestHandler: timeouts(ANSWER_TIMEOUT_MS) };
  const secrets = new SecretsManagerClient(config);
  const parameters = new SSMClient(config);
  const alarms = new CloudWatchClient(config);
  const functions = new LambdaClient({
    ...where,
    requestHandler: timeouts(dailyCheckMs),
    // `dailyCheck` retries a busy function for longer than the SDK would.
    maxAttempts: 1,
  });
  return {
    published: (path) => publishedUnder(parameters, path, callMs),
    async secret(SecretId) {
      const command = new DescribeSecretCommand({ SecretId });
      const answer = await call('DescribeSecret', callMs, (signal) =>
        secrets.send(command, signal),
      );
      const { VersionIdsToStages: stages = {}, RotationEnabled: isRotationOn = false } = answer;
      return { labels: labelsOf(stages), isRotationOn };
    },
    async rotate(SecretId) {
      const command = new RotateSecretCommand({ SecretId });
      return call('RotateSecret', callMs, async (signal) => {
        try {
          const { VersionId: versionId } = await secrets.send(command, signal);
          return { kind: 'begun', versionId };
        } catch (error) {
          if (!(error as Error).message.startsWith(REATTEMPTED)) throw error;
          return { kind: 'reattempted' };
        }
      });
    },
    async removePending(SecretId, RemoveFromVersionId) {
      const VersionStage = LABEL.pending;
      const command = new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage,
        RemoveFromVersionId,
      });
      await call('UpdateSecretVersionStage', callMs, (signal) => secrets.send(command, signal));
    },
    dailyCheck: (name, DailyCheck, User) =>
      call('Invoke', dailyCheckMs, (signal) =>
        invoke(functions, name, { DailyCheck, User }, signal, reportIn),
      ),
    reportOfUsers: (name) =>
      call('Invoke', dailyCheckMs, (signal) =>
        invoke(functions, name, { DailyCheck: 'report' }, signal, usersReportIn),
      ),
    restoreAccess: (name) =>
      call('Invoke', dailyCheckMs, (signal) =>
        invoke(functions, name, { DailyCheck: 'restore' }, signal, accessIn),
      ),
    attachUserGroup: (cache, userGroup) => attachUserGroup(config, callMs, cache, userGroup),
    firing: (prefix) => firingUnder(alarms, prefix, callMs),
    async credentials(SecretId) {
      const command = new GetSecretValueCommand({ SecretId, VersionStage: LABEL.current });
      const { SecretString = '' } = await call('GetSecretValue', callMs, (signal) =>
        secrets.send(command, signal),
      );
      try {
        return parseStored(SecretString);
      } catch (error) {
        // Errors of `parseStored` name a key or count characters; they never quote.
        throw new CliError(`AWSCURRENT is unusable: ${(error as Error).message}`);
      }
    },
  };
}

async function publishedUnder(client: SSMClient, Path: string, deadlineMs: number) {
  const page = async (signal: Signal, NextToken?: string) => {
    const input = { Path, Recursive: true, NextToken };
    const answer = await client.send(new GetParametersByPathCommand(input), signal);
    return { items: answer.Parameters, next: answer.NextToken };
  };
  const found = await allPages<Parameter>('GetParametersByPath', deadlineMs, page);
  const named = found.map(({ Name: name = '', Value: value = '' }) => {
    return [name.slice(Path.length + 1), value] as const;
  });
  return Object.fromEntries(named);
}

async function firingUnder(client: CloudWatchClient, AlarmNamePrefix: string, deadlineMs: number) {
  const page = async (signal: Signal, NextToken?: string) => {
    const input = { AlarmNamePrefix, StateValue: 'ALARM', NextToken } as const;
    const answer = await client.send(new DescribeAlarmsCommand(input), signal);
    return { items: answer.MetricAlarms, next: answer.NextToken };
  };
  const found = await allPages<MetricAlarm>('DescribeAlarms', deadlineMs, page);
  return found.map(({ AlarmName: name = '', AlarmDescription: description = '' }) => ({
    name,
    description,
  }));
}

function labelsOf(stages: Readonly<Record<string, readonly string[]>>): SecretLabels {
  const [current, pending] = [holderOf(stages, LABEL.current), holderOf(stages, LABEL.pending)];
  return {
    current,
    pending: pending === current ? undefined : pending,
    previous: holderOf(stages, LABEL.previous),
    newest: holderOf(stages, LABEL.newest),
  };
}

/** Runs a check. `read` takes the report from the answer; another answer is an error. */
async function invoke<T>(
  client: LambdaClient,
  FunctionName: string,
  event: DailyCheckEvent,
  signal: Signal,
  read: (answer: Reports | null) => T | undefined,
): Promise<T | NoReport> {
  try {
    const Payload = JSON.stringify(event);
    const command = new InvokeCommand({ FunctionName, Payload });
    const { FunctionError, Payload: payload } = await client.send(command, signal);
    const answer = JSON.parse(payload?.transformToString() || 'null');
    if (FunctionError) return failed(answer ?? {});
    const report = read(answer);
    if (report !== undefined) return report;
    throw new CliError(
      'the function returned no report: it is older than this command; deploy the stack again',
    );
  } catch (error) {
    if ((error as Error).name === 'TooManyRequestsException') return { kind: 'busy' };
    throw error;
  }
}

/** What a function may return: each kind of report has a list of its own. */
type Reports = Partial<DailyCheckReport> & Partial<UsersReport & RestoreReport>;

function reportIn(answer: Reports | null): Answered | undefined {
  if (!Array.isArray(answer?.nodes)) return undefined;
  return { kind: 'report', report: answer as DailyCheckReport };
}

function usersReportIn(answer: Reports | null): AnsweredOfUsers | undefined {
  if (!Array.isArray(answer?.users)) return undefined;
  return { kind: 'users', users: answer.users, access: answer.access };
}

function accessIn(answer: Reports | null): AnsweredOfAccess | undefined {
  const access = answer?.access;
  return Array.isArray(access?.drifts) ? { kind: 'access', report: access } : undefined;
}

interface Thrown {
  readonly errorType?: string;
  readonly errorMessage?: string;
}

/** A RotationError names its code and holds no secret; messages of other errors are dropped. */
function failed({ errorType = 'Unknown', errorMessage = '' }: Thrown): NoReport {
  const ours = /^(\w+)(?: in [^:]*?(?:version ([\w-]+))?)?: /.exec(errorMessage);
  if (errorType !== 'RotationError' || !ours) return { kind: 'failed', code: kindOf(errorType) };
  const [, code = errorType, versionId] = ours;
  return { kind: 'failed', code, versionId, words: errorMessage };
}
