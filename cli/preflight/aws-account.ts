/**
 * Implements `AwsAccount` with the AWS SDK: every call is read-only, has a deadline, and returns an
 * `AwsAnswer`.
 */

import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeCacheClustersCommand,
  DescribeReservedCacheNodesOfferingsCommand,
  DescribeUserGroupsCommand,
  DescribeUsersCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { holderOf, LABEL, REVOKED_PREFIX } from '../../contract/rotation';
import type { Where } from '../aws/aws';
import { ANSWER_TIMEOUT_MS, call, timeouts } from '../aws/aws-call';
import { CliError } from '../aws/cloud';
import { scheduleIn } from '../template/caches-of';
import { partsOf } from '../template/stack-template';
import type { AwsAccount, SecretAnswer } from './account';
import { answered, asker, noAnswer } from './asking';
import { type Config, ofNetworks } from './aws-network';

const CALL_MS = 30_000;

export function awsAccount(where: Where, callMs = CALL_MS): AwsAccount {
  const config = { ...where, requestHandler: timeouts(ANSWER_TIMEOUT_MS) };
  const sts = new STSClient(config);
  return {
    region: () => call('the region', callMs, async () => sts.config.region()),
    async place() {
      const ask = asker(callMs);
      const region = await this.region();
      const answer = await ask.orThrow('sts:GetCallerIdentity', (signal) =>
        sts.send(new GetCallerIdentityCommand({}), signal),
      );
      if (answer.kind === 'none') return answer;
      const { Account: account, Arn = '' } = answer.value;
      return answered({ account, region, partition: Arn.split(':')[1] || 'aws' });
    },
    ...ofStacks(config, callMs),
    ...ofQuotas(config, callMs),
    ...ofNetworks(config, callMs),
    ...ofNodes(config, callMs),
    ...ofUsers(config, callMs),
    ...ofKeys(config, callMs),
  };
}

type Part<K extends keyof AwsAccount> = Pick<AwsAccount, K>;

function ofStacks(
  config: Config,
  callMs: number,
): Part<'published' | 'stack' | 'template' | 'secret'> {
  const parameters = new SSMClient(config);
  const stacks = new CloudFormationClient(config);
  const secrets = new SecretsManagerClient(config);
  const ask = asker(callMs);
  return {
    published: (Path) =>
      ask.pages(
        'ssm:GetParametersByPath',
        async (signal, NextToken) => {
          const command = new GetParametersByPathCommand({ Path, NextToken });
          const { Parameters = [], NextToken: next } = await parameters.send(command, signal);
          return { items: Parameters, next };
        },
        (found) =>
          Object.fromEntries(
            found.map(({ Name = '', Value = '' }) => [
              Name.slice(Name.lastIndexOf('/') + 1),
              Value,
            ]),
          ),
      ),
    stack: (StackName) =>
      ask.one('cloudformation:DescribeStacks', (signal) =>
        ifStackExists(async () => {
          const command = new DescribeStacksCommand({ StackName });
          const [stack] = (await stacks.send(command, signal)).Stacks ?? [];
          const isProtected = stack?.EnableTerminationProtection === true;
          return { state: stack?.StackStatus ?? '', isProtected };
        }),
      ),
    template: (StackName) =>
      ask.one('cloudformation:GetTemplate', (signal) =>
        ifStackExists(async () => {
          const command = new GetTemplateCommand({ StackName, TemplateStage: 'Original' });
          const { TemplateBody = '' } = await stacks.send(command, signal);
          // Empty for a stack whose first change set was never executed.
          if (TemplateBody === '') return undefined;
          return { stack: StackName, ...deployedParts(StackName, TemplateBody) };
        }),
      ),
    secret: (SecretId) =>
      ask.unless('secretsmanager:DescribeSecret', /^ResourceNotFound/, async (signal) =>
        secretOf(await secrets.send(new DescribeSecretCommand({ SecretId }), signal)),
      ),
  };
}

/** `undefined` if there is no stack of that name. */
async function ifStackExists<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ValidationError' && / does not exist$/.test(message)) return undefined;
    throw error;
  }
}

/** @throws CliError if the deployed template is not JSON, as CDK deploys it. */
function deployedParts(stack: string, body: string) {
  const parts = isJson(body) ? partsOf(JSON.parse(body)) : undefined;
  if (parts !== undefined) return parts;
  throw new CliError(`the template of ${stack} is not JSON with resources, as CDK deploys it`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function secretOf(described: DescribeSecretCommandOutput): SecretAnswer {
  const { VersionIdsToStages: stages = {}, RotationRules: rules = {} } = described;
  const [current, pending] = [holderOf(stages, LABEL.current), holderOf(stages, LABEL.pending)];
  return {
    current,
    pending: pending === current ? undefined : pending,
    previous: holderOf(stages, LABEL.previous),
    isRevoked: (stages[current ?? ''] ?? []).some((label) => label.startsWith(REVOKED_PREFIX)),
    isRotationOn: described.RotationEnabled === true,
    schedule: scheduleIn({ ...rules }),
    window: rules.Duration,
    changedMs: described.LastChangedDate?.getTime(),
    keyId: described.KmsKeyId,
    isDeleted: described.DeletedDate !== undefined,
  };
}

function ofQuotas(config: Config, callMs: number): Part<'quota' | 'concurrency'> {
  const quotas = new ServiceQuotasClient(config);
  const functions = new LambdaClient(config);
  const ask = asker(callMs);
  return {
    async quota(ServiceCode, QuotaCode) {
      const input = { ServiceCode, QuotaCode };
      const own = await ask.unless('servicequotas:GetServiceQuota', /^NoSuchResource/, (signal) =>
        quotas.send(new GetServiceQuotaCommand(input), signal),
      );
      const answer =
        own.kind === 'answer' && own.value === undefined
          ? // The account has no quota value of its own.
            await ask.one('servicequotas:GetAWSDefaultServiceQuota', (signal) =>
              quotas.send(new GetAWSDefaultServiceQuotaCommand(input), signal),
            )
          : own;
      if (answer.kind === 'none') return answer;
      const value = answer.value?.Quota?.Value;
      return value === undefined ? noAnswer(`AWS names no quota ${QuotaCode}`) : answered(value);
    },
    concurrency: () =>
      ask.one('lambda:GetAccountSettings', async (signal) => {
        const { AccountLimit } = await functions.send(new GetAccountSettingsCommand({}), signal);
        const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {};
        return { limit: ConcurrentExecutions, unreserved: UnreservedConcurrentExecutions };
      }),
  };
}

function ofNodes(config: Config, callMs: number): Part<'nodes' | 'isNodeTypeOffered'> {
  const caches = new ElastiCacheClient(config);
  const ask = asker(callMs);
  return {
    nodes: () =>
      ask.pages(
        'elasticache:DescribeCacheClusters',
        async (signal, Marker) => {
          const answer = await caches.send(new DescribeCacheClustersCommand({ Marker }), signal);
          return { items: answer.CacheClusters, next: answer.Marker };
        },
        (found) => found.reduce((sum, { NumCacheNodes = 1 }) => sum + NumCacheNodes, 0),
      ),
    isNodeTypeOffered: (CacheNodeType) =>
      ask.one('elasticache:DescribeReservedCacheNodesOfferings', async (signal) => {
        const command = new DescribeReservedCacheNodesOfferingsCommand({ CacheNodeType });
        const { ReservedCacheNodesOfferings = [] } = await caches.send(command, signal);
        return ReservedCacheNodesOfferings.length > 0;
      }),
  };
}

function ofUsers(config: Config, callMs: number): Part<'users' | 'userGroups'> {
  const caches = new ElastiCacheClient(config);
  const ask = asker(callMs);
  return {
    users: () =>
      ask.pages(
        'elasticache:DescribeUsers',
        async (signal, Marker) => {
          const answer = await caches.send(new DescribeUsersCommand({ Marker }), signal);
          return { items: answer.Users, next: answer.Marker };
        },
        (found) => found.map(({ UserId = '' }) => UserId),
      ),
    userGroups: () =>
      ask.pages(
        'elasticache:DescribeUserGroups',
        async (signal, Marker) => {
          const answer = await caches.send(new DescribeUserGroupsCommand({ Marker }), signal);
          return { items: answer.UserGroups, next: answer.Marker };
        },
        (found) => found.map(({ UserGroupId = '' }) => UserGroupId),
      ),
  };
}

function ofKeys(config: Config, callMs: number): Part<'key' | 'topicKey'> {
  const keys = new KMSClient(config);
  const topics = new SNSClient(config);
  const ask = asker(callMs);
  return {
    key: (KeyId) =>
      ask.unless('kms:DescribeKey', /^NotFound/, async (signal) => {
        const { KeyMetadata } = await keys.send(new DescribeKeyCommand({ KeyId }), signal);
        const { KeyState: state = '', KeySpec = '' } = KeyMetadata ?? {};
        return { state, isSymmetric: KeySpec === 'SYMMETRIC_DEFAULT' };
      }),
    topicKey: (TopicArn) =>
      ask.unless('sns:GetTopicAttributes', /^NotFound/, async (signal) => {
        const command = new GetTopicAttributesCommand({ TopicArn });
        const { Attributes = {} } = await topics.send(command, signal);
        return Attributes.KmsMasterKeyId ?? '';
      }),
  };
}
