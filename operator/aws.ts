/**
 * AWS behind `Cloud`: the only file of the command line that knows the SDK.
 *
 * It never writes but through RotateSecret and UpdateSecretVersionStage, and reads a secret value
 * in one place, for `url --reveal`.
 */

import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import type { AuditReport } from '../contract/audit';
import { parseCredentials } from '../contract/credentials';
import { holderOf, LABEL } from '../contract/rotation';
import { awsFailure } from './aws-failure';
import { type Answered, type Cloud, type Labels, OperatorError } from './cloud';

export interface Where {
  readonly region?: string;
  readonly profile?: string;
}

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 15_000;
/** An audit waits for the cache, at most as long as Lambda lets a function live. */
const AUDIT_TIMEOUT_MS = 16 * 60 * 1000;

/** As Secrets Manager says that it attempts the pending rotation again. */
const REATTEMPTED = "A previous rotation isn't complete";

/** Names regions, credentials and endpoints as the SDK does: by options, environment and files. */
export function awsCloud(where: Where): Cloud {
  const config = { ...where, requestHandler: timeouts(ANSWER_TIMEOUT_MS) };
  const secrets = new SecretsManagerClient(config);
  const parameters = new SSMClient(config);
  const alarms = new CloudWatchClient(config);
  const functions = new LambdaClient({
    ...where,
    requestHandler: timeouts(AUDIT_TIMEOUT_MS),
    // A function that is busy is asked again by us, for longer than the SDK would.
    maxAttempts: 1,
  });
  return {
    published: (path) => call('GetParametersByPath', () => publishedUnder(parameters, path)),
    async secret(SecretId) {
      const command = new DescribeSecretCommand({ SecretId });
      const answer = await call('DescribeSecret', () => secrets.send(command));
      const { VersionIdsToStages: stages = {}, RotationEnabled: isRotationOn = false } = answer;
      return { labels: labelsOf(stages), isRotationOn };
    },
    async rotate(SecretId) {
      const command = new RotateSecretCommand({ SecretId });
      return call('RotateSecret', async () => {
        try {
          const { VersionId: versionId } = await secrets.send(command);
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
      await call('UpdateSecretVersionStage', () => secrets.send(command));
    },
    async audit(FunctionName, Audit) {
      const Payload = JSON.stringify({ Audit });
      return call('Invoke', () => invoke(functions, new InvokeCommand({ FunctionName, Payload })));
    },
    async ringing(AlarmNamePrefix) {
      const command = new DescribeAlarmsCommand({ AlarmNamePrefix, StateValue: 'ALARM' });
      const { MetricAlarms: found = [] } = await call('DescribeAlarms', () => alarms.send(command));
      return found.map(({ AlarmName: name = '', AlarmDescription: description = '' }) => ({
        name,
        description,
      }));
    },
    async credentials(SecretId) {
      const command = new GetSecretValueCommand({ SecretId, VersionStage: LABEL.current });
      const { SecretString = '' } = await call('GetSecretValue', () => secrets.send(command));
      try {
        return parseCredentials(SecretString);
      } catch (error) {
        // Our own messages name a key or count characters; they never quote.
        throw new OperatorError(`AWSCURRENT is unusable: ${(error as Error).message}`);
      }
    },
  };
}

function timeouts(requestTimeout: number) {
  return {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout,
    // Otherwise a late answer is only warned of.
    throwOnRequestTimeout: true,
  };
}

async function call<T>(operation: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw error instanceof OperatorError ? error : awsFailure(operation, error);
  }
}

async function publishedUnder(client: SSMClient, Path: string) {
  const found: Record<string, string> = {};
  for await (const { Parameters: page = [] } of paginateGetParametersByPath({ client }, { Path })) {
    for (const { Name: name = '', Value: value = '' } of page) {
      found[name.slice(name.lastIndexOf('/') + 1)] = value;
    }
  }
  return found;
}

function labelsOf(stages: Readonly<Record<string, readonly string[]>>): Labels {
  const [current, pending] = [holderOf(stages, LABEL.current), holderOf(stages, LABEL.pending)];
  return {
    current,
    pending: pending === current ? undefined : pending,
    previous: holderOf(stages, LABEL.previous),
    newest: holderOf(stages, LABEL.newest),
  };
}

async function invoke(client: LambdaClient, command: InvokeCommand): Promise<Answered> {
  try {
    const { FunctionError, Payload } = await client.send(command);
    const answer = JSON.parse(Payload?.transformToString() || 'null');
    if (FunctionError) return failed(answer ?? {});
    if (Array.isArray(answer?.nodes)) return { kind: 'report', report: answer as AuditReport };
    throw new OperatorError(
      'the function answered no report: it is older than this command; deploy the stack again',
    );
  } catch (error) {
    if ((error as Error).name === 'TooManyRequestsException') return { kind: 'busy' };
    throw error;
  }
}

interface Thrown {
  readonly errorType?: string;
  readonly errorMessage?: string;
}

/** A RotationError says so itself, and holds no secret; the words of any other are left out. */
function failed({ errorType = 'Unknown', errorMessage = '' }: Thrown): Answered {
  const ours = /^(\w+)(?: in [^:]*?(?:version ([\w-]+))?)?: /.exec(errorMessage);
  if (errorType !== 'RotationError' || !ours) return { kind: 'failed', code: errorType };
  const [, code = errorType, versionId] = ours;
  return { kind: 'failed', code, versionId, words: errorMessage };
}
