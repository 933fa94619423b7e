/**
 * Suggests the right place for misplaced or misnamed settings of a stage file: names from other
 * places of the file, from the construct's props, and from CloudFormation, CDK and Terraform.
 */

import { PARAMETER_NAMES } from '../settings/parameters';

type Schema = Readonly<Record<string, unknown>>;

/** The right place of a setting. */
export interface RightPlace {
  readonly allowed: string;
  readonly advice: string;
}

/** A path within a cache begins with a dot, a path from the root does not. */
interface Belongs {
  readonly to: string;
  readonly why?: string;
}

/** Synonyms for a setting; case, `-` and `_` are ignored. */
type Row = readonly [names: string, belongs: Belongs | string];

const REPLICAS = { to: '.topology.replicas', why: 'with 1 or more, Multi-AZ and failover are on' };
const VERSION = { to: '.engine', why: 'name and version are one, like "valkey-8.0"' };
const CLIENTS = { to: '.clients', why: 'clients are admitted by their security groups' };
const SUBNETS = { to: 'shared.network.isolatedSubnetIds' };
const KEY = { to: 'shared.encryptionKey.arn' };
const EMAIL = { to: 'shared.alarmTopic.email' };
const CHAT = { to: 'shared.alarmTopic.chat' };
const TOPIC = { to: 'shared.alarmTopic.arn' };
const PASSWORD = 'the deploy generates the password, and it rotates; no file contains it';
const ALWAYS = 'it is always on';
const FROM_CREDENTIALS = 'the profile is that of the command; use `--profile`';
const USERS = { to: '.access.users', why: 'the group of users is made of them' };
const SERVERLESS =
  'a cache of this file has nodes; a serverless cache is another resource, with other endpoints, ' +
  'limits and prices';
const IAM = {
  to: '.access.users.<name>.login',
  why: 'a user with the login "iam" has no password',
};

/** Names in CloudFormation, CDK and Terraform. A text explains why there is no such setting. */
const OTHER_TOOLS: readonly Row[] = [
  ['multiAz multiAzEnabled automaticFailover automaticFailoverEnabled', REPLICAS],
  [
    'numCacheClusters numberCacheClusters numCacheNodes nodes nodeCount replicaCount numReplicas',
    { to: '.topology.replicas', why: 'replicas are counted without the primary' },
  ],
  [
    'numNodeGroups numShards shardCount clusterMode clusterModeEnabled clusterEnabled',
    { to: '.topology.shards', why: 'with it the cache is in cluster mode' },
  ],
  [
    'replicasPerNodeGroup replicaCountPerShard replicasPerShardCount',
    { to: '.topology.replicasPerShard' },
  ],
  ['engineVersion version majorEngineVersion redisVersion valkeyVersion engineName', VERSION],
  ['cacheNodeType instanceType instanceClass nodeSize size', { to: '.nodeType' }],
  ['dataTiering dataTieringEnabled', { to: '.nodeType', why: 'r6gd types have it' }],
  ['vpc vpcIdentifier', { to: 'shared.network.vpcId' }],
  ['subnets subnetIds subnetId isolatedSubnets', SUBNETS],
  ['privateSubnets privateSubnetsIds', { to: 'shared.network.privateSubnetIds' }],
  ['cacheSubnetGroupName subnetGroupName subnetGroup vpcSubnets', SUBNETS],
  ['maxAzs numberOfZones zoneCount', { to: 'shared.network.zones' }],
  ['vpcCidr ipAddresses vpcCidrBlock', { to: 'shared.network.cidr' }],
  ['vpcFlowLogs flowLog enableFlowLogs', { to: 'shared.network.flowLogs' }],
  ['azs preferredCacheClusterAzs', { to: 'shared.network.availabilityZones' }],
  ['preferredAvailabilityZones availabilityZone', { to: 'shared.network.availabilityZones' }],
  ['endpointSecurityGroup', { to: 'shared.network.endpointSecurityGroupId' }],
  ['securityGroupIds securityGroups securityGroup securityGroupId', CLIENTS],
  ['clientSecurityGroups allowedSecurityGroups allowedSecurityGroupIds', CLIENTS],
  ['ingress allowFrom cidr cidrs allowedCidrs allowedCidrBlocks', CLIENTS],
  ['kmsKey kmsKeyId kmsKeyArn encryptionKeyArn keyArn keyId atRestEncryptionKey', KEY],
  ['notificationTopic notificationTopicArn alarmTopicArn snsTopicArn topicArn', TOPIC],
  ['emails alarmEmail alarmEmails notificationEmail', EMAIL],
  ['authToken authTokenEnabled password auth authTokenSecret requirepass', PASSWORD],
  ['transitEncryptionEnabled transitEncryption transitEncryptionMode tls ssl', ALWAYS],
  ['atRestEncryptionEnabled atRestEncryption encryption encrypted', ALWAYS],
  ['autoMinorVersionUpgrade applyImmediately useOnlineResharding', ALWAYS],
  ['userGroupIds userGroups userGroupId acl rbac roles', USERS],
  ['serverless serverlessCache serverlessCacheName cacheUsageLimits ecpuPerSecond', SERVERLESS],
  ['iam iamAuth iamAuthentication iamAuthEnabled authenticationMode', IAM],
  [
    'cacheParameterGroupName parameterGroupName parameterGroup parameterGroupFamily',
    { to: '.parameters' },
  ],
  ['parameter cacheParameters', { to: '.parameters' }],
  ['snapshotRetentionLimit backupRetention backupRetentionDays', { to: '.snapshotRetentionDays' }],
  ['backupRetentionPeriod snapshotRetention', { to: '.snapshotRetentionDays' }],
  ['backupWindow preferredBackupWindow dailySnapshotTime', { to: '.snapshotWindow' }],
  ['snapshotName snapshotIdentifier', { to: '.restoreFrom.snapshot' }],
  ['snapshotArns snapshotArn snapshotArnsToRestore rdb', { to: '.restoreFrom.s3' }],
  ['removalPolicy deletionPolicy retain finalSnapshot skipFinalSnapshot', { to: '.removal' }],
  ['finalSnapshotIdentifier finalSnapshotName', { to: '.removal' }],
  ['preferredMaintenanceWindow', { to: '.maintenanceWindow' }],
  ['logRetention logRetentionInDays retentionInDays logDelivery', { to: '.logRetentionDays' }],
  ['logDeliveryConfiguration logDeliveryConfigurations', { to: '.logRetentionDays' }],
  ['rotation rotationInterval automaticallyAfterDays rotateAfterDays', { to: '.rotationDays' }],
  ['scheduleExpression cron rotationCron weekday', { to: '.rotationSchedule' }],
  ['rotationWindow rotationDuration', { to: '.rotationWindowHours' }],
  ['gracePeriod gracePeriod gracePeriodDays graceDays', { to: '.gracePeriodDays' }],
  ['quietTime quietMs quietPeriod', { to: '.quietSeconds' }],
  ['groupId id clusterId cacheId', { to: '.replicationGroupId' }],
  ['replicationLag', { to: '.alarms.replicationLagSeconds' }],
  ['swap', { to: '.alarms.swapMiB' }],
  ['protect deletionProtection deletionProtectionEnabled', { to: 'terminationProtection' }],
  ['cache clusters replicationGroups redis elasticache', { to: 'caches' }],
  ['name cacheName clusterName', 'the name of a cache is its key under `caches`'],
  ['stage environment stageName', 'the stage is the name of the file'],
  ['awsRegion regionName', { to: 'region' }],
  ['accountId awsAccount awsAccountId accountNumber', { to: 'account' }],
  ['env', { to: 'account', why: 'the stage names `account` and `region`' }],
  ['awsProfile profile', FROM_CREDENTIALS],
  ['description replicationGroupDescription', 'the description is made from `purpose`'],
  ['globalReplicationGroupId', 'a cache of this file is in one region'],
  ['natGateways natGateway', 'a new network has no way to the internet'],
];

/** Names that have another meaning within one object of the file. */
const WITHIN: Readonly<Record<string, Readonly<Record<string, Belongs>>>> = {
  encryptionKey: { id: KEY, alias: KEY, key: KEY, keyid: KEY, kms: KEY },
  alarmTopic: {
    ...{ id: TOPIC, topic: TOPIC, name: TOPIC },
    ...{ emails: EMAIL, mail: EMAIL, addresses: EMAIL, recipients: EMAIL },
    ...{ slack: CHAT, chatbot: CHAT },
  },
  network: { id: { to: 'shared.network.vpcId' }, securitygroupids: endpoints() },
};

function endpoints(): Belongs {
  return {
    to: 'shared.network.endpointSecurityGroupId',
    why: 'it is the security group of endpoints that are there already',
  };
}

/** The right place of an unknown setting, if known. `path` ends with its name. */
export function rightPlaceOf(schema: Schema, path: readonly string[]): RightPlace | undefined {
  const name = plain(path.at(-1) ?? '');
  const parent = path.at(-2) ?? '';
  const within = Object.hasOwn(WITHIN, parent) ? WITHIN[parent] : undefined;
  if (within !== undefined && Object.hasOwn(within, name)) return shown(path, [within[name]]);
  const own = placesIn(schema).filter(({ to }) => plain(to.split('.').at(-1) ?? '') === name);
  if (own.length > 0) return shown(path, own);
  const parameter = PARAMETER_NAMES.find((each) => plain(each) === name);
  if (parameter !== undefined) return shown(path, [{ to: `.parameters.${parameter}` }]);
  const belongs = OTHER_TOOLS.find(([names]) => names.split(' ').map(plain).includes(name))?.[1];
  if (belongs === undefined) return undefined;
  if (typeof belongs !== 'string') return shown(path, [belongs]);
  return { allowed: `nothing: ${belongs}`, advice: 'remove it' };
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function shown(path: readonly string[], belongs: readonly (Belongs | undefined)[]): RightPlace {
  const known = belongs.filter((each) => each !== undefined);
  const why = known.map((each) => each.why).find((each) => each !== undefined);
  const isHere = known.every(({ to }) =>
    placesFor(path, to).every((place) => isBeside(path, place)),
  );
  const places = known
    .flatMap(({ to }) => placesFor(path, to))
    .map((place) =>
      isHere || place.includes('.') ? `\`${place}\`` : `\`${place}\` at the top of the file`,
    );
  const advice = isHere ? 'rename it' : 'move it there';
  return {
    allowed: places.join(' or '),
    advice: why === undefined ? advice : `set it there: ${why}`,
  };
}

function isBeside(path: readonly string[], place: string): boolean {
  return place.split('.').slice(0, -1).join('.') === path.slice(0, -1).join('.');
}

/** The place in the cache of `path`; outside of a cache, both possible places. */
function placesFor([first, second]: readonly string[], to: string): readonly string[] {
  if (!to.startsWith('.')) return [to];
  if (first === 'caches' && second !== undefined) return [`caches.${second}${to}`];
  if (first === 'defaults') return [`defaults${to}`];
  return [`caches.<name>${to}`, `defaults${to}`];
}

/** All places in the schema, except those for user-defined names. */
function placesIn(schema: Schema): readonly Belongs[] {
  const { defaults, caches, ...rest } = propertiesOf(schema);
  const ofCache = Object.keys(propertiesOf(defaults)).flatMap((name) => [
    { to: `.${name}` },
    ...nestedIn(`.${name}`, propertiesOf(defaults)[name]),
  ]);
  const ofFile = Object.keys({ defaults, caches, ...rest })
    .filter((name) => name !== '$schema')
    .map((name) => ({ to: name }));
  return [...ofCache, ...ofFile, ...nestedIn('shared', rest.shared)];
}

function nestedIn(path: string, schema: unknown): readonly Belongs[] {
  // Tags have any name. Parameters are checked later, so that `databases` is not ambiguous;
  // `alarms.off` repeats names of thresholds such as `swap`.
  if (['.tags', '.parameters', '.alarms.off'].includes(path)) return [];
  return Object.entries(propertiesOf(schema)).flatMap(([name, each]) => [
    { to: `${path}.${name}` },
    ...nestedIn(`${path}.${name}`, each),
  ]);
}

function propertiesOf(schema: unknown): Schema {
  return ((schema as Schema | undefined)?.properties ?? {}) as Schema;
}
