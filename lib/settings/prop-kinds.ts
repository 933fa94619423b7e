/** Which kind each prop of this library has: one table for every construct and method. */

import type { MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { SecureRedisAttributes, SecureRedisImportProps } from '../cache/imported-redis';
import type { SecureRedisProps } from '../cache/secure-redis-props';
import type { ConnectionStringProps } from '../connection/connection-string';
import type { EcsRedeploymentProps } from '../delivery/ecs-redeployment';
import type { ExternalSecretsProps } from '../delivery/external-secrets';
import type { HostScriptProps } from '../delivery/host-script';
import type { EncryptionKeyProps } from '../encryption/encryption-key';
import type { AlarmRecipients, SlackChannel } from '../monitoring/alarm-recipients';
import type { AlarmThresholds } from '../monitoring/alarm-thresholds';
import { DAILY_CHECK_METRIC_NAME, METRIC_NAME } from '../monitoring/metric-kinds';
import type { RedisNetworkProps } from '../network/redis-network-props';
import { isPlain, type Kinds } from '../validation/kinds';
import type { RotationSchedule } from './rotation-schedule';
import {
  GROUP_ID,
  HOST,
  KEY_ARN,
  NAME,
  PARAMETER_PATH,
  SECRET_ARN,
  SLACK_CHANNEL_ID,
  SLACK_WORKSPACE_ID,
  TOPIC_ARN,
} from './text-kinds';
import type { ReplicatedProps, ShardedProps } from './topology';
import {
  also,
  CACHE,
  checkedLater,
  duration,
  ENDPOINT,
  ENGINE,
  FLAG,
  KEY,
  NETWORK,
  NUMBER,
  objectOf,
  PURPOSE,
  REMOVAL,
  RESTORE,
  RETENTION,
  required,
  SECRET_KEY,
  SECURITY_GROUP,
  SERVICES,
  SIZE,
  SUBNET_LIST,
  TEXT,
  TEXTS,
  TOPIC,
  TOPOLOGY,
  VPC,
} from './value-kinds';

const SELECTION: Kinds<SubnetSelection> = {
  subnetType: TEXT,
  subnetGroupName: TEXT,
  availabilityZones: TEXTS,
  onePerAz: FLAG,
  subnetFilters: { words: 'a list of filters', accepts: (value) => Array.isArray(value) },
  subnets: also(SUBNET_LIST, 'subnetIds'),
};

const SUBNETS = objectOf('a selection of subnets', {
  inside: SELECTION,
  advice: (value) =>
    Array.isArray(value)
      ? 'Use { subnets: […] }.'
      : 'Use for example { subnetType: SubnetType.PRIVATE_WITH_EGRESS }.',
});

const ALARMS: Kinds<AlarmThresholds> = {
  memoryPercent: NUMBER,
  enginePercent: NUMBER,
  connectionsPercent: NUMBER,
  evictions: NUMBER,
  replicationLag: duration('seconds'),
  swap: SIZE,
  authenticationFailures: NUMBER,
  off: also(
    objectOf('an object of reasons by the kinds of alarms', { each: TEXT }),
    'disabled',
    'turnedOff',
  ),
};

const CHANNEL: Kinds<SlackChannel> = {
  slackWorkspaceId: also(required(SLACK_WORKSPACE_ID), 'workspaceId', 'workspace', 'teamId'),
  slackChannelId: also(required(SLACK_CHANNEL_ID), 'channelId', 'channel'),
};

const RECIPIENTS: Kinds<AlarmRecipients> = {
  email: also({ ...TEXTS, words: 'a list of e-mail addresses' }, 'emails', 'mail', 'addresses'),
  chat: also(
    objectOf('an object with the ids of a Slack workspace and channel', {
      inside: CHANNEL,
      advice: () =>
        'Use { slackWorkspaceId: …, slackChannelId: … }; of a configuration that exists, pass ' +
        'the topic as `arn`: CloudFormation cannot add a topic to it.',
    }),
    'slack',
    'chatbot',
  ),
  arn: also(TOPIC_ARN, 'topicArn'),
};

/** A topic, or who receives the alarms of a new one. */
const ALARM_TOPIC = {
  words: 'a topic of SNS, or an object with `email`, `chat` or `arn`',
  accepts: (value: unknown) => TOPIC.accepts(value) || isPlain(value),
  inside: RECIPIENTS,
  advice: (value: unknown) => {
    const list = (Array.isArray(value) ? value : [value]).filter((each) => /@/.test(String(each)));
    if (list.length > 0) return `Use { email: ${JSON.stringify(list)} }.`;
    if (typeof value === 'string') return `Use { arn: ${JSON.stringify(value)} }.`;
    return 'Use for example { email: ["on-call@example.com"] }.';
  },
};

const SCHEDULE: Kinds<RotationSchedule> = {
  weekday: required(also(TEXT, 'day', 'dayOfWeek')),
  hour: required(NUMBER),
  everyMonths: also(NUMBER, 'months'),
};

export const CACHE_KINDS: Kinds<SecureRedisProps> = {
  purpose: PURPOSE,
  topology: also(TOPOLOGY, 'replicas', 'shards', 'numCacheClusters', 'numNodeGroups'),
  engine: also(ENGINE, 'engineVersion', 'version'),
  nodeType: also(TEXT, 'instanceType', 'cacheNodeType'),
  port: NUMBER,
  allowedNetworks: TEXTS,
  replicationGroupId: TEXT,
  parameters: objectOf('an object of texts by the names of parameters', { each: TEXT }),
  durability: TEXT,
  blockedCommands: TEXTS,
  rotationInterval: duration('days'),
  rotationSchedule: also(
    objectOf('an object with a weekday and an hour', {
      inside: SCHEDULE,
      advice: () => 'Use for example { weekday: "tue", hour: 9 }.',
    }),
    'schedule',
    'scheduleExpression',
  ),
  rotationWindow: duration('hours'),
  gracePeriod: duration('days'),
  quietTime: duration('seconds'),
  snapshotRetention: duration('days'),
  snapshotWindow: TEXT,
  maintenanceWindow: TEXT,
  restoreFrom: RESTORE,
  removalPolicy: REMOVAL,
  network: also(NETWORK, 'securityGroups'),
  vpc: VPC,
  vpcSubnets: also(SUBNETS, 'subnets', 'subnetSelection', 'subnetGroup'),
  encryptionKey: also(KEY, 'kmsKey', 'key', 'kmsKeyId'),
  alarmTopic: also(ALARM_TOPIC, 'topic', 'recipients', 'subscribers'),
  alarms: objectOf('an object of thresholds', { inside: ALARMS }),
  dashboard: FLAG,
  eventTopic: TOPIC,
  logRetention: RETENTION,
};

export const NETWORK_KINDS: Kinds<RedisNetworkProps> = {
  vpc: VPC,
  subnets: also(SUBNETS, 'vpcSubnets', 'subnetSelection'),
  zones: also(NUMBER, 'maxAzs', 'azs', 'zoneCount'),
  cidr: also(TEXT, 'ipAddresses', 'vpcCidr', 'cidrBlock'),
  flowLogs: also(FLAG, 'flowLog', 'vpcFlowLogs'),
  endpoints: ENDPOINT,
  secretsManagerEndpoint: ENDPOINT,
  elastiCacheEndpoint: ENDPOINT,
  endpointSecurityGroup: SECURITY_GROUP,
  sharedVpc: FLAG,
  encryptionKey: KEY,
  logRetention: RETENTION,
  logRemovalPolicy: REMOVAL,
};

export const KEY_KINDS: Kinds<EncryptionKeyProps> = {
  removalPolicy: REMOVAL,
  stackNamePrefix: TEXT,
};

export const REPLICATED_KINDS: Kinds<ReplicatedProps> = { replicas: NUMBER, failover: FLAG };

export const SHARDED_KINDS: Kinds<ShardedProps> = {
  shards: required({ ...NUMBER, words: 'a number of shards' }),
  replicasPerShard: NUMBER,
};

export const REDEPLOYMENT_KINDS: Kinds<EcsRedeploymentProps> = {
  cache: required(CACHE),
  services: required(SERVICES),
  timeout: duration('minutes'),
};

export const IMPORT_KINDS: Kinds<SecureRedisImportProps> = {
  topology: also(TOPOLOGY, 'isSharded', 'sharded', 'replicas', 'shards'),
  port: NUMBER,
  databases: NUMBER,
  gracePeriod: duration('days'),
};

export const PARAMETER_PATH_KINDS = { path: required(PARAMETER_PATH) };

export const ATTRIBUTES_KINDS: Kinds<SecureRedisAttributes> = {
  credentialsSecretArn: also(required(SECRET_ARN), 'secretArn', 'secretCompleteArn'),
  encryptionKeyArn: also(required(KEY_ARN), 'keyArn', 'encryptionKey', 'kmsKeyId'),
  endpointAddress: also(required(HOST), 'endpoint', 'host'),
  readerEndpointAddress: also(HOST, 'readerEndpoint', 'readerHost'),
  securityGroupId: also(required(GROUP_ID), 'securityGroup', 'securityGroups'),
  clientSecurityGroupId: also(GROUP_ID, 'clientSecurityGroup'),
  replicationGroupId: NAME,
  alarmTopicArn: also(TOPIC_ARN, 'alarmTopic'),
  parameterPath: PARAMETER_PATH,
  ...IMPORT_KINDS,
};

export const METRIC_NAME_KINDS = { metricName: required(METRIC_NAME) };

export const DAILY_CHECK_KINDS = { metricName: required(DAILY_CHECK_METRIC_NAME) };

export const METRIC_KINDS: Kinds<MetricOptions> = {
  period: duration('seconds'),
  statistic: also(TEXT, 'stat'),
  dimensionsMap: also(objectOf('an object of texts by dimensions', { each: TEXT }), 'dimensions'),
  unit: TEXT,
  label: TEXT,
  color: TEXT,
  id: TEXT,
  visible: FLAG,
  account: TEXT,
  region: TEXT,
  stackAccount: TEXT,
  stackRegion: TEXT,
};

const VARIABLES = objectOf('an object of SecretKey by the names of variables', {
  each: SECRET_KEY,
  advice: () => 'Use for example { REDIS_URL: SecretKey.URL }.',
});

export const VARIABLES_KINDS = { variables: VARIABLES };

export const HOST_KINDS: Kinds<HostScriptProps> = { environmentFile: TEXT, scriptFile: TEXT };

export const MANIFEST_KINDS: Kinds<ExternalSecretsProps> = {
  namespace: required(TEXT),
  serviceAccountName: TEXT,
  secretName: TEXT,
  storeName: TEXT,
  refreshInterval: duration('minutes'),
  variables: VARIABLES,
};

export const CONNECTION_KINDS: Kinds<ConnectionStringProps> = {
  client: checkedLater('the name of a client library'),
  database: also(checkedLater('a number'), 'db'),
  endpoint: checkedLater('"primary" or "reader"'),
  user: also(checkedLater('a text'), 'username'),
  options: objectOf('an object of options by their names'),
};
