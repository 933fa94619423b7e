/**
 * The effect of property changes on stateful resources in CloudFormation, by resource type.
 *
 * `replacing` is AWS's service spec ("Update requires: Replacement"), and a test compares it with
 * that spec. Each deviation from the spec is a row with source and date.
 */

/** The effect of a change that is not simply applied. */
export type UpdateEffect =
  /** The resource is replaced. */
  | 'replaces'
  /** AWS's own sources disagree whether the resource is replaced. */
  | 'disputed'
  /** Applied online, if it is the resource's only change in the deploy. */
  | 'alone';

/** A property for which this table deviates from the service spec. */
interface Deviation {
  readonly effect: UpdateEffect;
  /** Replacement in the service spec; "no" if the spec does not mention it. */
  readonly spec: 'yes' | 'maybe' | 'no';
  readonly why: string;
  readonly source: string;
  /** The date of the source, or of reading it. */
  readonly date: string;
  /** The two statements, if sources disagree. */
  readonly sides?: readonly [inPlace: string, replacement: string];
}

interface TypeUpdates {
  readonly replacing: readonly string[];
  /** The property with a custom name, with which CloudFormation cannot replace the resource. */
  readonly name?: string;
  readonly deviations?: Readonly<Record<string, Deviation>>;
  /** Set if every other property also counts as replacing. */
  readonly every?: Deviation;
}

export const GROUP = 'AWS::ElastiCache::ReplicationGroup';
export const SECRET = 'AWS::SecretsManager::Secret';
/** Recorded only with a login by IAM: its id is what its applications log in with. */
export const IAM_USER = 'AWS::ElastiCache::User';
export const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';

const SPEC = '@aws-cdk/aws-service-spec 0.1.216';
const ROADMAP = 'aws-cloudformation/cloudformation-coverage-roadmap';
const TEMPLATE_REFERENCE =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/' +
  'aws-resource-elasticache-replicationgroup.html';

const ONLINE: Deviation = {
  effect: 'alone',
  spec: 'maybe',
  why: 'in place with `UseOnlineResharding`, as long as no other property changes with it',
  source: 'aws/aws-cdk-rfcs#464, on the CloudFormation guide, UpdatePolicy attribute',
  date: '2022-11-16',
};

const GROUP_DEVIATIONS: Readonly<Record<string, Deviation>> = {
  AuthToken: {
    effect: 'replaces',
    spec: 'maybe',
    why: 'adding it replaces the group; any other value would be sent as its password',
    source: TEMPLATE_REFERENCE,
    date: '2026-11',
  },
  Durability: {
    effect: 'disputed',
    spec: 'no',
    why: 'the text of the spec says that an existing group takes no other durability',
    source: `what's new 2026/10, elasticache-changing-durability; ${SPEC}, text of Durability`,
    date: '2026-10-27',
    sides: [
      'since 27 October 2026 ElastiCache changes it in place, as the only change of a request',
      "CloudFormation's service spec says that it can only be set at creation",
    ],
  },
  Engine: {
    effect: 'disputed',
    spec: 'yes',
    why: 'Redis OSS to Valkey alone: back is refused, and anything else replaces',
    source: `${TEMPLATE_REFERENCE}; convox/rack#3763; mitodl/ol-infrastructure#3280`,
    date: '2026-11',
    sides: [
      'the text of the CloudFormation reference says in place, without interruption, and others ' +
        'have done so',
      "CloudFormation's service spec says replacement",
    ],
  },
  NodeGroupConfiguration: ONLINE,
  NumNodeGroups: ONLINE,
  ReplicasPerNodeGroup: {
    effect: 'disputed',
    spec: 'yes',
    why: 'AWS announced that it is no longer create-only; the spec has not followed',
    source: `${ROADMAP}#918, comment of 1 July 2026; ${SPEC}`,
    date: '2026-07-01',
    sides: [
      'since 1 July 2026 AWS says that CloudFormation changes it in place',
      "CloudFormation's service spec still says replacement",
    ],
  },
  UserGroupIds: {
    effect: 'replaces',
    spec: 'no',
    why: 'change sets show a replacement when a password gives way to users',
    source: `${ROADMAP}#2356`,
    date: '2025-08-18',
  },
};

/** Types with data, passwords, keys, logs, addresses or logins. */
export const UPDATES: Readonly<Record<string, TypeUpdates>> = {
  [GROUP]: {
    name: 'ReplicationGroupId',
    replacing: [
      'AtRestEncryptionEnabled',
      'CacheSubnetGroupName',
      'DataTieringEnabled',
      'GlobalReplicationGroupId',
      'KmsKeyId',
      'NetworkType',
      'Port',
      'PreferredCacheClusterAZs',
      'ReplicationGroupId',
      'SnapshotArns',
      'SnapshotName',
    ],
    deviations: GROUP_DEVIATIONS,
  },
  [SECRET]: {
    replacing: ['Name'],
    every: {
      effect: 'replaces',
      spec: 'no',
      why: 'an update of any property may send SecretString again, over the live password',
      source: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudformation.html',
      date: '2026-11',
    },
  },
  [SCHEDULE]: { replacing: ['SecretId'] },
  // The engine is part of the id.
  [IAM_USER]: { replacing: ['Engine', 'UserId', 'UserName'] },
  'AWS::KMS::Key': { replacing: [] },
  'AWS::Logs::LogGroup': { name: 'LogGroupName', replacing: ['LogGroupName'] },
  'AWS::SNS::Topic': { name: 'TopicName', replacing: ['FifoTopic', 'TopicName'] },
  'AWS::EC2::VPC': {
    replacing: ['CidrBlock', 'Ipv4IpamPoolId', 'Ipv4NetmaskLength', 'VpcEncryptionControl'],
    deviations: {
      InstanceTenancy: {
        effect: 'replaces',
        spec: 'maybe',
        why: 'in place only if it was "dedicated"',
        source: `${SPEC}, and the reference of AWS::EC2::VPC`,
        date: '2026-11',
      },
    },
  },
  'AWS::EC2::Subnet': {
    replacing: [
      'AvailabilityZone',
      'AvailabilityZoneId',
      'CidrBlock',
      'Ipv4IpamPoolId',
      'Ipv4NetmaskLength',
      'Ipv6IpamPoolId',
      'Ipv6Native',
      'Ipv6NetmaskLength',
      'OutpostArn',
      'VpcId',
    ],
    deviations: {
      Ipv6CidrBlock: {
        effect: 'replaces',
        spec: 'maybe',
        why: 'an IPv6-only subnet is replaced; ours have IPv4, so this asks once too often',
        source: `${SPEC}, and the reference of AWS::EC2::Subnet`,
        date: '2026-11',
      },
    },
  },
  'AWS::EC2::SecurityGroup': {
    name: 'GroupName',
    replacing: ['GroupDescription', 'GroupName', 'VpcId'],
  },
};

/** Types that a stateful resource references: a replacement changes their name or ARN. */
export const NAMED: Readonly<Record<string, TypeUpdates>> = {
  'AWS::ElastiCache::SubnetGroup': { replacing: ['CacheSubnetGroupName'] },
  'AWS::Lambda::Function': { replacing: ['FunctionName', 'PackageType', 'TenancyConfig'] },
};

/** The effect of a change, or `undefined` if it is simply applied. */
export function effectOf(type: string, property: string): UpdateEffect | undefined {
  const { replacing = [], deviations = {}, every } = UPDATES[type] ?? {};
  if (replacing.includes(property)) return 'replaces';
  return (deviations[property] ?? every)?.effect;
}
