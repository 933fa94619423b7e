/** The properties that stay as the constructs made them, by the type of the resource, with why. */

import type { AsMadeRow } from './as-made';
import { ALARM_ROWS } from './as-made-alarms';

const LOG_GROUP = 'AWS::Logs::LogGroup';
const BY_KEY = 'Pass the key as the prop `encryptionKey`.';

const KEY_ROWS: readonly AsMadeRow[] = [
  {
    id: 'key-settings',
    type: 'AWS::KMS::Key',
    properties: [
      'Enabled',
      'EnableKeyRotation',
      'RotationPeriodInDays',
      'KeySpec',
      'KeyUsage',
      'Origin',
      'MultiRegion',
      'PendingWindowInDays',
      'BypassPolicyLockoutSafetyCheck',
    ],
    protects: "the cache's key",
    why:
      'data, secrets and logs are readable with this key alone: disabled, of another kind or ' +
      'deleted early it takes them along',
    fix: `Remove what changes it. ${BY_KEY}`,
  },
  {
    id: 'key-statements',
    type: 'AWS::KMS::Key',
    properties: ['KeyPolicy'],
    compare: 'holds statements',
    protects: "the cache's key",
    why: 'without them the logs are not encrypted and the alarms not published, which says nobody',
    allowed: 'with each statement of the construct',
    fix: 'Remove the override. Add statements with `addToResourcePolicy`.',
  },
  {
    id: 'log-key',
    type: LOG_GROUP,
    properties: ['KmsKeyId'],
    protects: 'each log group',
    why:
      'the slow log can hold keys and values, and the other logs say when the password changes ' +
      'and who was connected',
    allowed: "the cache's key",
    fix: BY_KEY,
  },
  {
    id: 'log-settings',
    type: LOG_GROUP,
    properties: ['RetentionInDays', 'LogGroupName', 'LogGroupClass'],
    protects: 'each log group',
    why:
      'a log that is kept for ever, or too short, is a finding, and the key encrypts only groups ' +
      "that begin with the stack's name",
    fix: 'Set the prop `logRetention`.',
  },
];

const NETWORK_ROWS: readonly AsMadeRow[] = [
  {
    id: 'endpoint-settings',
    type: 'AWS::EC2::VPCEndpoint',
    properties: [
      'PrivateDnsEnabled',
      'SecurityGroupIds',
      'SubnetIds',
      'ServiceName',
      'VpcEndpointType',
      'VpcId',
      'DnsOptions',
    ],
    protects: 'the interface endpoints of a network',
    why: 'the rotation reaches AWS through them by the usual names, and nobody else',
    fix: 'Set the prop `endpoints`, or make endpoints of your own and choose "existing".',
  },
  {
    id: 'flow-log',
    type: 'AWS::EC2::FlowLog',
    properties: [
      'ResourceId',
      'ResourceType',
      'TrafficType',
      'LogDestinationType',
      'LogDestination',
      'LogGroupName',
      'DeliverLogsPermissionArn',
      'DeliverCrossAccountRole',
      'LogFormat',
    ],
    protects: 'the flow log of a new VPC',
    why: 'who was connected is asked for after an incident',
  },
  {
    id: 'vpc-dns',
    type: 'AWS::EC2::VPC',
    properties: ['EnableDnsSupport', 'EnableDnsHostnames'],
    protects: 'a new VPC',
    why: 'without them the endpoints have no private names and the rotation reaches nothing',
    fix: 'Remove what changes it, or pass a VPC of your own.',
  },
  {
    id: 'subnet-addresses',
    type: 'AWS::EC2::Subnet',
    properties: ['MapPublicIpOnLaunch', 'AssignIpv6AddressOnCreation', 'VpcId'],
    protects: 'the subnets of a new VPC',
    why: 'nothing in an isolated subnet has a public address',
    fix: 'Remove what changes it, or pass a VPC of your own.',
  },
  {
    id: 'default-group',
    type: 'Custom::VpcRestrictDefaultSG',
    properties: ['ServiceToken', 'DefaultSecurityGroupId', 'Account'],
    protects: 'the default security group of a new VPC',
    why: 'it admits everything in it, and is taken where no group is named',
  },
];

const GROUP_ROWS: readonly AsMadeRow[] = [
  {
    id: 'cache-upgrades',
    type: 'AWS::ElastiCache::ReplicationGroup',
    properties: ['AutoMinorVersionUpgrade'],
    protects: 'the replication group',
    why: 'security patches come as minor versions',
  },
  {
    id: 'cache-events',
    type: 'AWS::ElastiCache::ReplicationGroup',
    properties: ['NotificationTopicArn'],
    protects: 'the replication group',
    why: 'the events name caches and nodes, and every subscriber of the topic gets them',
    fix: 'Set the prop `eventTopic`.',
  },
  {
    id: 'cache-restore',
    type: 'AWS::ElastiCache::ReplicationGroup',
    properties: ['SnapshotName', 'SnapshotArns'],
    protects: 'the replication group',
    why: 'a change makes a new group in place of this one, with the data of the snapshot',
    fix: 'Set the prop `restoreFrom`.',
  },
];

const ROLE_ROWS: readonly AsMadeRow[] = [
  {
    id: 'service-role-trust',
    type: 'AWS::IAM::Role',
    properties: ['AssumeRolePolicyDocument'],
    compare: 'statements',
    outside: '/Rotation/Role/',
    protects: 'the roles of the daily check and of the flow log',
    why: 'one starts the rotation function, and one writes into a log',
  },
  {
    id: 'service-role-policies',
    type: 'AWS::IAM::Role',
    properties: ['ManagedPolicyArns', 'Policies'],
    outside: '/Rotation/Role/',
    protects: 'the roles of the daily check and of the flow log',
    why: 'one starts the rotation function, and one writes into a log: nothing else',
  },
  {
    id: 'service-role-statements',
    type: 'AWS::IAM::ManagedPolicy',
    properties: ['PolicyDocument'],
    compare: 'statements',
    outside: '/Rotation/Role/',
    protects: 'the roles of the daily check and of the flow log',
    why: 'one starts the rotation function, and one writes into a log: nothing else',
  },
  {
    id: 'service-role-holders',
    type: 'AWS::IAM::ManagedPolicy',
    properties: ['Roles', 'Users', 'Groups'],
    outside: '/Rotation/Role/',
    protects: 'the roles of the daily check and of the flow log',
    why: 'any other holder of the policy can begin a daily check, or write into the log',
  },
  {
    id: 'function-settings',
    type: 'AWS::Lambda::Function',
    properties: ['FileSystemConfigs', 'PackageType', 'ImageConfig', 'SnapStart', 'Architectures'],
    protects: 'the rotation function',
    why: 'a file system or an image brings in other code, and a snapshot holds the password',
  },
];

export const AS_MADE_ROWS: readonly AsMadeRow[] = [
  ...KEY_ROWS,
  ...ALARM_ROWS,
  ...NETWORK_ROWS,
  ...GROUP_ROWS,
  ...ROLE_ROWS,
];
