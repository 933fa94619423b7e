/** Reads a managed cache and its secret with the AWS SDK: read-only calls, each with a deadline. */

import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { DescribeSecurityGroupRulesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { LABEL } from '../../../contract/rotation';
import type { Where } from '../../aws/aws';
import { ANSWER_TIMEOUT_MS, allPages, call, type Signal, timeouts } from '../../aws/aws-call';
import { CliError } from '../../aws/cloud';
import { type Fact, told, untold } from '../server/fact';
import { opennessOf } from './group-rules';
import type { AlarmFacts, GroupFacts, ManagedFacts, ManagedSecret } from './managed-facts';

const CALL_MS = 30_000;

/** Topics and groups beyond these are not asked for: one cache has one or two. */
const ASKED_MAX = 10;

export interface ManagedCache {
  readonly secretArn: string;
  readonly host: string;
  readonly port: number;
  /** Absent where the alarms of the cache are not known. */
  readonly alarmPrefix?: string;
}

/** The current secret string. Secret. @throws CliError */
export async function currentSecret(where: Where, SecretId: string): Promise<string> {
  const secrets = new SecretsManagerClient(configOf(where));
  const command = new GetSecretValueCommand({ SecretId, VersionStage: LABEL.current });
  const { SecretString = '' } = await call('GetSecretValue', CALL_MS, (signal) =>
    secrets.send(command, signal),
  );
  return SecretString;
}

export async function readManaged(where: Where, cache: ManagedCache): Promise<ManagedFacts> {
  const config = configOf(where);
  const [secret, [group, isOpenToAll], alarms] = await Promise.all([
    factOf(() => readSecret(config, cache.secretArn)),
    readGroup(config, cache),
    readAlarms(config, cache.alarmPrefix),
  ]);
  return { secret, group, isOpenToAll, alarms };
}

type Config = ReturnType<typeof configOf>;

function configOf(where: Where) {
  return { ...where, requestHandler: timeouts(ANSWER_TIMEOUT_MS) };
}

/** A call that AWS refuses is a fact that is not told. */
async function factOf<T>(read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return told(await read());
  } catch (error) {
    if (error instanceof CliError) return untold(error.message);
    throw error;
  }
}

async function readSecret(config: Config, SecretId: string): Promise<ManagedSecret> {
  const secrets = new SecretsManagerClient(config);
  const found = await call('DescribeSecret', CALL_MS, (signal) =>
    secrets.send(new DescribeSecretCommand({ SecretId }), signal),
  );
  const changed = found.LastRotatedDate ?? found.LastChangedDate ?? found.CreatedDate;
  return {
    keyId: found.KmsKeyId,
    isRotationOn: found.RotationEnabled === true,
    changedAt: changed?.toISOString(),
    nextAt: found.NextRotationDate?.toISOString(),
  };
}

async function readGroup(
  config: Config,
  { host, port }: ManagedCache,
): Promise<readonly [Fact<GroupFacts>, Fact<boolean>]> {
  const caches = new ElastiCacheClient(config);
  const found = await factOf(async () => {
    const page = async (signal: Signal, Marker?: string) => {
      const answer = await caches.send(new DescribeReplicationGroupsCommand({ Marker }), signal);
      return { items: answer.ReplicationGroups, next: answer.Marker };
    };
    const groups = await allPages<ReplicationGroup>('DescribeReplicationGroups', CALL_MS, page);
    const group = groups.find((each) => endpointsOf(each).includes(`${host}:${port}`));
    if (group !== undefined) return group;
    throw new CliError('no replication group of this account and region has this endpoint');
  });
  if (!found.isKnown) return [found, found];
  const { value } = found;
  const clusterId = value.MemberClusters?.[0];
  return [told(groupOf(value)), await readOpen(config, caches, clusterId, port)];
}

function endpointsOf({ ConfigurationEndpoint, NodeGroups = [] }: ReplicationGroup) {
  const endpoints = [
    ConfigurationEndpoint,
    ...NodeGroups.flatMap((each) => [each.PrimaryEndpoint, each.ReaderEndpoint]),
  ];
  return endpoints.flatMap((each) => (each ? [`${each.Address}:${each.Port}`] : []));
}

function groupOf(group: ReplicationGroup): GroupFacts {
  return {
    id: group.ReplicationGroupId ?? '',
    isTransitEncrypted: group.TransitEncryptionEnabled,
    transitMode: group.TransitEncryptionMode,
    isEncryptedAtRest: group.AtRestEncryptionEnabled,
    keyId: group.KmsKeyId,
    snapshotDays: group.SnapshotRetentionLimit,
    nodes: group.MemberClusters?.length ?? 0,
    hasFailover: isOn(group.AutomaticFailover),
    isInZones: isOn(group.MultiAZ),
    installsMinorVersions: group.AutoMinorVersionUpgrade,
    hasAuthToken: group.AuthTokenEnabled === true,
    userGroups: group.UserGroupIds ?? [],
  };
}

/** `enabled`, or on its way there; absent where AWS does not tell. */
function isOn(status: string | undefined): boolean | undefined {
  return status === undefined ? undefined : /^enabl/.test(status);
}

async function readOpen(
  config: Config,
  caches: ElastiCacheClient,
  CacheClusterId: string | undefined,
  port: number,
): Promise<Fact<boolean>> {
  const clusters = await factOf(() =>
    call('DescribeCacheClusters', CALL_MS, (signal) =>
      caches.send(new DescribeCacheClustersCommand({ CacheClusterId }), signal),
    ),
  );
  if (!clusters.isKnown) return clusters;
  const groups = clusters.value.CacheClusters?.[0]?.SecurityGroups ?? [];
  const ids = groups.flatMap(({ SecurityGroupId }) => SecurityGroupId ?? []).slice(0, ASKED_MAX);
  if (ids.length === 0) return untold('AWS names no security group of the cache');
  const ec2 = new EC2Client(config);
  const rules = await factOf(async () => {
    const Filters = [{ Name: 'group-id', Values: ids }];
    const page = async (signal: Signal, NextToken?: string) => {
      const command = new DescribeSecurityGroupRulesCommand({ Filters, NextToken });
      const answer = await ec2.send(command, signal);
      return { items: answer.SecurityGroupRules, next: answer.NextToken };
    };
    const found = await allPages('DescribeSecurityGroupRules', CALL_MS, page);
    return found;
  });
  return rules.isKnown ? opennessOf(rules.value, port) : rules;
}

async function readAlarms(
  config: Config,
  AlarmNamePrefix: string | undefined,
): Promise<Fact<AlarmFacts>> {
  if (AlarmNamePrefix === undefined) {
    return untold('a secret does not name the alarms of its cache', 'Verify with --stack');
  }
  const client = new CloudWatchClient(config);
  const alarms = await factOf(() =>
    allPages<MetricAlarm>('DescribeAlarms', CALL_MS, async (signal, NextToken) => {
      const command = new DescribeAlarmsCommand({ AlarmNamePrefix, NextToken });
      const answer = await client.send(command, signal);
      return { items: answer.MetricAlarms, next: answer.NextToken };
    }),
  );
  if (!alarms.isKnown) return alarms;
  const acting = alarms.value.filter(
    ({ ActionsEnabled, AlarmActions = [] }) => ActionsEnabled !== false && AlarmActions.length > 0,
  );
  const topics = new Set(acting.flatMap(({ AlarmActions = [] }) => AlarmActions));
  const some = Array.from(topics).filter((arn) => arn.includes(':sns:'));
  const subscribers = await Promise.all(
    some.slice(0, ASKED_MAX).map(async (arn) => [arn, await subscribersOf(config, arn)] as const),
  );
  return told({
    total: alarms.value.length,
    silent: alarms.value.length - acting.length,
    subscribers: new Map(subscribers),
  });
}

async function subscribersOf(config: Config, TopicArn: string): Promise<number | undefined> {
  const topics = new SNSClient(config);
  const answer = await factOf(() =>
    call('GetTopicAttributes', CALL_MS, (signal) =>
      topics.send(new GetTopicAttributesCommand({ TopicArn }), signal),
    ),
  );
  const count = answer.isKnown ? answer.value.Attributes?.SubscriptionsConfirmed : undefined;
  return count === undefined ? undefined : Number(count);
}
