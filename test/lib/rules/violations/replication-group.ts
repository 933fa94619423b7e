/** Ways to break the rules of the replication group, its subnets, parameters and logs. */

import { CfnRoute, CfnRouteTable, type PrivateSubnet, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  CfnGlobalReplicationGroup,
  type CfnParameterGroup,
  CfnReplicationGroup,
} from 'aws-cdk-lib/aws-elasticache';
import { Aspects, RemovalPolicies, RemovalPolicy } from 'aws-cdk-lib/core';
import { Topology } from '../../../../lib';
import { remove, set, type Violation } from '../../../support/rules';

const GROUP = 'ReplicationGroup/Group';
const REMOVE = 'Remove what changes it.';
const PATH = 'Test/Cache/ReplicationGroup/Group';
const PASSWORD =
  `${PATH}: AuthToken must be a reference to the initial secret, without a version, got another ` +
  `value. ${REMOVE} Applications and rotation use \`credentials\`.`;
const TOPOLOGY = 'Set the prop `topology`.';
const FAILOVER = 'true with a replica or with shards, and false with one node';
const LONE = { topology: Topology.replicated({ replicas: 0 }) };
const SHARDED = { topology: Topology.sharded({ shards: 2 }) };

/** By an override of one property of the group. */
function override(
  rule: string,
  property: string,
  value: unknown,
  allowed: string,
  fix = REMOVE,
  props = {},
): Violation {
  const given = value === undefined ? 'nothing' : JSON.stringify(value);
  return {
    rule,
    by: 'override',
    what: `${property} ${given}`,
    spoil: value === undefined ? remove(GROUP, property) : set(GROUP, property, value),
    line: `${PATH}: ${property} must be ${allowed}, got ${given}. ${fix}`,
    props,
  };
}

export const LOGIN: readonly Violation[] = [
  override('cache-tls', 'TransitEncryptionEnabled', false, 'true'),
  override('cache-tls', 'TransitEncryptionEnabled', undefined, 'true'),
  override('cache-tls', 'TransitEncryptionEnabled', 'true', 'true'),
  {
    rule: 'cache-tls',
    by: 'aspect',
    what: 'an aspect on every group',
    spoil: ({ app }) =>
      Aspects.of(app).add({
        visit: (node) => {
          if (node instanceof CfnReplicationGroup) node.transitEncryptionEnabled = false;
        },
      }),
    line: `${PATH}: TransitEncryptionEnabled must be true, got false. ${REMOVE}`,
  },
  override(
    'cache-tls-mode',
    'TransitEncryptionMode',
    'preferred',
    '"required", where the engine has a mode',
  ),
  override(
    'cache-tls-mode',
    'TransitEncryptionMode',
    undefined,
    '"required", where the engine has a mode',
  ),
  {
    rule: 'cache-password',
    by: 'override',
    what: 'no password',
    spoil: remove(GROUP, 'AuthToken'),
    line: PASSWORD.replace('another value', 'nothing'),
  },
  ...[
    'a-password-that-somebody-typed-0',
    '{{resolve:ssm-secure:a-password-that-somebody-typed-0}}',
    '{{resolve:secretsmanager:other:SecretString:password::v1}}',
  ].map(
    (value): Violation => ({
      rule: 'cache-password',
      by: 'override',
      what: value,
      spoil: set(GROUP, 'AuthToken', value),
      line: PASSWORD,
    }),
  ),
  {
    rule: 'cache-password',
    by: 'mutation',
    what: 'the secret that rotates',
    spoil: ({ part, cache }) => {
      const { secretArn } = cache.credentials;
      const reference = `{{resolve:secretsmanager:${secretArn}:SecretString:password::}}`;
      (part(GROUP) as CfnReplicationGroup).authToken = reference;
    },
    line: PASSWORD,
  },
  override('cache-user-groups', 'UserGroupIds', ['people'], 'absent'),
];

const KEY = "the cache's key";
const BY_KEY = 'Pass the key as the prop `encryptionKey`.';
const BY_NETWORK = 'Choose subnets with the prop `network`.';
const ADMIT = 'Admit clients with `connections.allowDefaultPortFrom(client)`.';

export const NETWORK: readonly Violation[] = [
  override('cache-at-rest', 'AtRestEncryptionEnabled', false, 'true'),
  override('cache-at-rest', 'AtRestEncryptionEnabled', undefined, 'true'),
  override('cache-key', 'KmsKeyId', 'alias/other', KEY, BY_KEY),
  override('cache-key', 'KmsKeyId', undefined, KEY, BY_KEY),
  {
    rule: 'cache-security-groups',
    by: 'neighbour',
    what: 'another group instead',
    spoil: ({ stack, cache, part }) => {
      const open = new SecurityGroup(stack, 'Open', { vpc: cache.vpc });
      part(GROUP).addPropertyOverride('SecurityGroupIds', [open.securityGroupId]);
    },
    line:
      `${PATH}: SecurityGroupIds must be the cache's own security group alone, got ` +
      `[{"Fn::GetAtt":["Open2F4367FD","GroupId"]}]. ${ADMIT}`,
  },
  override(
    'cache-security-groups',
    'SecurityGroupIds',
    ['sg-1'],
    "the cache's own security group alone",
    ADMIT,
  ),
  {
    rule: 'cache-security-groups',
    by: 'mutation',
    what: 'another group beside, put into the list itself',
    spoil: ({ part }) => (part(GROUP) as CfnReplicationGroup).securityGroupIds?.push('sg-1'),
    line:
      `${PATH}: SecurityGroupIds must be the cache's own security group alone, got ` +
      `[{"Fn::GetAtt":["CacheSecurityGroup79A9F160","GroupId"]},"sg-1"]. ${ADMIT}`,
  },
  override('cache-classic-groups', 'CacheSecurityGroupNames', ['default'], 'absent'),
  override(
    'cache-subnet-group',
    'CacheSubnetGroupName',
    'default',
    "the cache's own subnet group",
    BY_NETWORK,
  ),
  {
    rule: 'cache-subnets',
    by: 'override',
    what: 'another subnet',
    spoil: set('ReplicationGroup/Subnets', 'SubnetIds', ['subnet-1']),
    line:
      "Test/Cache/ReplicationGroup/Subnets: SubnetIds must be the subnets of the cache's network, " +
      `got ["subnet-1"]. ${BY_NETWORK}`,
  },
  {
    rule: 'cache-subnet-routes',
    by: 'neighbour',
    what: 'a route to a gateway that is there already',
    spoil: ({ stack, cache }) =>
      new CfnRoute(stack, 'Way', {
        routeTableId: (cache.vpc.isolatedSubnets[0] as PrivateSubnet).routeTable.routeTableId,
        destinationCidrBlock: '0.0.0.0/0',
        gatewayId: 'igw-0123',
      }),
    line:
      'Test/Way: GatewayId must be absent in the subnets of a cache\'s network, got "igw-0123". ' +
      'Remove the route, or take other subnets for the cache.',
  },
  {
    rule: 'cache-subnet-routes',
    by: 'override',
    what: 'another route table, which has such a route',
    spoil: ({ stack, cache, part }) => {
      const table = new CfnRouteTable(stack, 'Public', { vpcId: cache.vpc.vpcId });
      new CfnRoute(stack, 'Way', { routeTableId: table.ref, gatewayId: 'igw-0123' });
      const path = 'Network/Vpc/IsolatedSubnet2/RouteTableAssociation';
      part(path).addPropertyOverride('RouteTableId', table.ref);
    },
    line:
      'Test/Way: GatewayId must be absent in the subnets of a cache\'s network, got "igw-0123". ' +
      'Remove the route, or take other subnets for the cache.',
  },
  override('cache-network-type', 'NetworkType', 'dual_stack', 'as the construct sets it'),
  override('cache-network-type', 'IpDiscovery', 'ipv6', 'as the construct sets it'),
  override('cache-port', 'Port', 6379, 'the port of the prop `port`', 'Set the prop `port`.'),
];

const PARAMETERS = 'Set the prop `parameters`.';
const LOGS = "the slow log and the engine log, to the cache's own log groups";
const KEEP = 'Set the prop `removalPolicy`, where DESTROY keeps nothing.';
const removal = (part: string, given: string) =>
  `${PATH}: ${part} must be "Snapshot" or "Retain", got ${given}. ${KEEP}`;
const SNAPSHOTS = 'Set the prop `snapshotRetention`.';

export const DATA: readonly Violation[] = [
  override(
    'cache-parameter-group',
    'CacheParameterGroupName',
    'default.valkey8',
    "the cache's own parameter group",
    PARAMETERS,
  ),
  {
    rule: 'cache-parameters',
    by: 'mutation',
    what: 'another policy',
    spoil: ({ part }) => {
      const group = part('ReplicationGroup/Parameters-valkey8') as CfnParameterGroup;
      group.properties = { 'maxmemory-policy': 'noeviction' };
    },
    line:
      'Test/Cache/ReplicationGroup/Parameters-valkey8: Properties must be what the props say, got ' +
      `{"maxmemory-policy":"noeviction"}. ${PARAMETERS}`,
  },
  {
    rule: 'cache-parameters',
    by: 'override',
    what: 'another family',
    spoil: set('ReplicationGroup/Parameters-valkey8', 'CacheParameterGroupFamily', 'redis7'),
    line:
      'Test/Cache/ReplicationGroup/Parameters-valkey8: CacheParameterGroupFamily must be what the ' +
      `props say, got "redis7". ${PARAMETERS}`,
  },
  override('cache-logs', 'LogDeliveryConfigurations', undefined, LOGS),
  override(
    'cache-logs',
    'LogDeliveryConfigurations',
    [{ LogType: 'slow-log', DestinationType: 'kinesis-firehose' }],
    LOGS,
  ),
  {
    rule: 'cache-log-key',
    by: 'override',
    what: 'a log group without a key',
    spoil: remove('ReplicationGroup/SlowLog/Resource', 'KmsKeyId'),
    line: `Test/Cache/ReplicationGroup/SlowLog/Resource: KmsKeyId must be ${KEY}, got nothing. ${BY_KEY}`,
  },
  override('cache-snapshots', 'SnapshotRetentionLimit', 0, '1 to 35 days', SNAPSHOTS),
  override('cache-snapshots', 'SnapshotRetentionLimit', 36, '1 to 35 days', SNAPSHOTS),
  override('cache-snapshots', 'SnapshotRetentionLimit', undefined, '1 to 35 days', SNAPSHOTS),
  {
    rule: 'cache-removal',
    by: 'override',
    what: 'the policy of the resource',
    spoil: ({ part }) => part(GROUP).addOverride('UpdateReplacePolicy', 'Delete'),
    line: removal('UpdateReplacePolicy', '"Delete"'),
  },
  {
    rule: 'cache-removal',
    by: 'mutation',
    what: 'applyRemovalPolicy, for updates too',
    spoil: ({ part }) => part(GROUP).applyRemovalPolicy(RemovalPolicy.DESTROY),
    line: `${removal('DeletionPolicy', '"Delete"')}\n${removal('UpdateReplacePolicy', '"Delete"')}`,
  },
  {
    rule: 'cache-removal',
    by: 'aspect',
    what: 'a policy for the whole app',
    spoil: ({ app }) => RemovalPolicies.of(app).destroy(),
    line: `${removal('DeletionPolicy', '"Delete"')}\n${removal('UpdateReplacePolicy', '"Delete"')}`,
  },
  override('cache-global', 'GlobalReplicationGroupId', 'global', 'absent'),
  {
    rule: 'cache-global-member',
    by: 'neighbour',
    what: 'a global group of the cache',
    spoil: ({ stack, part }) =>
      new CfnGlobalReplicationGroup(stack, 'Global', {
        members: [{ replicationGroupId: part(GROUP).ref, replicationGroupRegion: 'eu-west-1' }],
      }),
    line:
      'Test/Global: Members must be without a cache of this library, got ' +
      `${PATH}. Remove the member.`,
  },
  override('cache-multi-az', 'MultiAZEnabled', true, 'false without a replica', TOPOLOGY, LONE),
  override('cache-failover', 'AutomaticFailoverEnabled', false, FAILOVER, TOPOLOGY),
  override('cache-failover', 'AutomaticFailoverEnabled', undefined, FAILOVER, TOPOLOGY),
  override('cache-failover', 'AutomaticFailoverEnabled', true, FAILOVER, TOPOLOGY, LONE),
  override('cache-failover', 'AutomaticFailoverEnabled', false, FAILOVER, TOPOLOGY, SHARDED),
  {
    rule: 'cache-id',
    by: 'override',
    what: 'an id that a group beside it has',
    spoil: ({ stack, part }) => {
      new CfnReplicationGroup(stack, 'Other', {
        replicationGroupDescription: 'other',
        replicationGroupId: 'JOBS',
      });
      part(GROUP).addPropertyOverride('ReplicationGroupId', 'jobs');
    },
    line:
      `${PATH}: ReplicationGroupId must be an id that no other replication group of the app has, in ` +
      'whatever case, got "jobs", which AWS keeps as "jobs", as that of Test/Other. Change one of ' +
      'the two, or leave `replicationGroupId` out.',
  },
  {
    rule: 'cache-id',
    by: 'neighbour',
    what: 'a group with the id of the cache',
    spoil: ({ stack }) =>
      new CfnReplicationGroup(stack, 'Other', {
        replicationGroupDescription: 'other',
        replicationGroupId: 'jobs',
      }),
    line:
      `${PATH}: ReplicationGroupId must be an id that no other replication group of the app has, in ` +
      'whatever case, got "Jobs", which AWS keeps as "jobs", as that of Test/Other. Change one of ' +
      'the two, or leave `replicationGroupId` out.',
    props: { replicationGroupId: 'Jobs' },
  },
];
