/** Properties that must stay as created, by resource type, with the reason. */

import type { AsMadeRow } from './as-made';
import { ALARM_ROWS } from './as-made-alarms';
import { USER_ROWS } from './as-made-users';

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
      'only this key decrypts data, secrets and logs: they are lost if it is disabled, changed ' +
      'or deleted early',
    fix: `Remove what changes it. ${BY_KEY}`,
  },
  {
    id: 'key-statements',
    type: 'AWS::KMS::Key',
    properties: ['KeyPolicy'],
    compare: 'holds statements',
    protects: "the cache's key",
    why: 'without them logs are not encrypted and alarms are not published, without any error',
    allowed: 'with each statement of the construct',
    fix: 'Remove the override. Add statements with `addToResourcePolicy`.',
  },
  {
    id: 'log-key',
    type: LOG_GROUP,
    properties: ['KmsKeyId'],
    protects: 'each log group',
    why:
      'the slow log can hold keys and values, and the other logs show password changes and ' +
      'connections',
    allowed: "the cache's key",
    fix: BY_KEY,
  },
  {
    id: 'log-settings',
    type: LOG_GROUP,
    properties: ['RetentionInDays', 'LogGroupName', 'LogGroupClass'],
    protects: 'each log group',
    why:
      'a log that never expires, or expires too early, is a finding, and the key encrypts only ' +
      "log groups with the prefix of the stack's name",
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
    why: 'the rotation reaches AWS through them by the standard host names',
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
    why: 'incident investigations need the connections to the cache',
  },
  {
    id: 'vpc-dns',
    type: 'AWS::EC2::VPC',
    properties: ['EnableDnsSupport', 'EnableDnsHostnames'],
    protects: 'a new VPC',
    why: 'without them the endpoints have no private DNS names, and the rotation fails',
    fix: 'Remove what changes it, or pass a VPC of your own.',
  },
  {
    id: 'subnet-addresses',
    type: 'AWS::EC2::Subnet',
    properties: ['MapPublicIpOnLaunch', 'AssignIpv6AddressOnCreation', 'VpcId'],
    protects: 'the subnets of a new VPC',
    why: 'resources in an isolated subnet must not have public addresses',
    fix: 'Remove what changes it, or pass a VPC of your own.',
  },
  {
    id: 'default-group',
    type: 'Custom::VpcRestrictDefaultSG',
    properties: ['ServiceToken', 'DefaultSecurityGroupId', 'Account'],
    protects: 'the default security group of a new VPC',
    why: 'it admits all of its members, and is the default for resources without a group',
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
    why: 'the events name caches and nodes, and every subscriber of the topic receives them',
    fix: 'Set the prop `eventTopic`.',
  },
  {
    id: 'cache-restore',
    type: 'AWS::ElastiCache::ReplicationGroup',
    properties: ['SnapshotName', 'SnapshotArns'],
    protects: 'the replication group',
    why: 'a change replaces the group with a new one that holds the data of the snapshot',
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
    why: 'they start the rotation function and write the flow log',
  },
  {
    id: 'service-role-policies',
    type: 'AWS::IAM::Role',
    properties: ['ManagedPolicyArns', 'Policies'],
    outside: '/Rotation/Role/',
    protects: 'the roles of the daily check and of the flow log',
    why: 'they may only start the rotation function and write the flow log',
  },
  {
    id: 'service-role-statements',
    type: 'AWS::IAM::ManagedPolicy',
    properties: ['PolicyDocument'],
    compare: 'statements',
    outside: '/Rotation/Role/',
    protects: 'the roles of the daily check and of the flow log',
    why: 'they may only start the rotation function and write the flow log',
  },
  {
    id: 'service-role-holders',
    type: 'AWS::IAM::ManagedPolicy',
    properties: ['Roles', 'Users', 'Groups'],
    outside: '/Rotation/Role/',
    protects: 'the roles of the daily check and of the flow log',
    why: 'any other principal with the policy can start a daily check, or write into the log',
  },
  {
    id: 'function-settings',
    type: 'AWS::Lambda::Function',
    properties: ['FileSystemConfigs', 'PackageType', 'ImageConfig', 'SnapStart', 'Architectures'],
    protects: 'the rotation function',
    why: 'a file system or an image adds other code, and a snapshot can hold the password',
  },
];

export const AS_MADE_ROWS: readonly AsMadeRow[] = [
  ...KEY_ROWS,
  ...ALARM_ROWS,
  ...NETWORK_ROWS,
  ...GROUP_ROWS,
  ...USER_ROWS,
  ...ROLE_ROWS,
];
