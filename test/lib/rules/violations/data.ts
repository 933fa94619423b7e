/** Ways to break the rules of what a replication group keeps: parameters, logs, data, its id. */

import {
  CfnGlobalReplicationGroup,
  type CfnParameterGroup,
  CfnReplicationGroup,
} from 'aws-cdk-lib/aws-elasticache';
import { RemovalPolicies, RemovalPolicy } from 'aws-cdk-lib/core';
import { Topology } from '../../../../lib';
import { set, type Violation } from '../../../support/rules';
import { GROUP, override, PATH } from './replication-group';

const TOPOLOGY = 'Set the prop `topology`.';
const FAILOVER = 'true with shards or with a replica that takes over, and false with one node';
const MULTI_AZ = 'true with a replica that takes over, and false without one';
const LONE = { topology: Topology.replicated({ replicas: 0 }) };
const SHARDED = { topology: Topology.sharded({ shards: 2 }) };
const PARAMETERS = 'Set the prop `parameters`.';
const LOGS = "the slow log and the engine log, to the cache's own log groups";
const KEEP = 'Set the prop `removalPolicy`, where DESTROY keeps nothing.';
const removal = (part: string, given: string) =>
  `${PATH}: ${part} must be "Snapshot" or "Retain", got ${given}. ${KEEP}`;
const SNAPSHOTS = 'Set the prop `snapshotRetention`.';

const AWS_TAKES = (property: string) =>
  `${PATH}: ${property} must be as AWS takes it (docs/elasticache.md)`;
const SET = 'Set the props `engine`, `nodeType`, `topology` and `durability`.';

/** By an override to what AWS refuses, with each reason on a line of its own. */
function refusedByAws(property: string, value: unknown, ...reasons: readonly string[]): Violation {
  const given = JSON.stringify(value);
  const lines = reasons.map((reason) => `${AWS_TAKES(property)}, got ${given}: ${reason}. ${SET}`);
  return {
    rule: 'cache-deployable',
    by: 'override',
    what: `${property} ${given}`,
    spoil: set(GROUP, property, value),
    line: lines.join('\n'),
  };
}

export const DATA: readonly Violation[] = [
  refusedByAws(
    'CacheNodeType',
    'cache.m6i.large',
    'Invalid cache node type: ElastiCache has no node family m6i',
  ),
  refusedByAws('EngineVersion', '8.9', 'Cannot find version 8.9 for valkey'),
  refusedByAws(
    'DataTieringEnabled',
    true,
    'Data tiering is not supported for the cache.t4g.small node type',
  ),
  refusedByAws(
    'Durability',
    'sync',
    'Durability needs Valkey 9.0 or newer',
    'Durability needs a sharded topology',
    'Durability needs a node type of r6g, r7g, r8g, m6g, m7g, m8g, c7gn, c8gn',
  ),
  refusedByAws('NumCacheClusters', 9, 'A primary has at most 5 replicas'),
  {
    rule: 'cache-deployable',
    by: 'override',
    what: 'shards beside clusters',
    spoil: set(GROUP, 'NumNodeGroups', 2),
    line:
      `${AWS_TAKES('MultiAZEnabled')}, got true: Multi-AZ needs automatic failover and at least ` +
      `one replica. ${SET}\n${AWS_TAKES('NumNodeGroups')}, got 2: NumNodeGroups and ` +
      `NumCacheClusters exclude each other. ${SET}`,
  },
  refusedByAws(
    'ReplicasPerNodeGroup',
    1,
    'ReplicasPerNodeGroup and NumCacheClusters exclude each other',
  ),
  refusedByAws(
    'ClusterMode',
    'enabled',
    'The cluster mode of this topology and parameter group is disabled',
  ),
  refusedByAws(
    'PrimaryClusterId',
    'other',
    'PrimaryClusterId and a number of nodes exclude each other',
  ),
  refusedByAws(
    'ReplicationGroupId',
    'UPPER--double',
    'An id has 1 to 40 letters, digits and single hyphens, a letter first and no hyphen last',
  ),
  refusedByAws(
    'SnapshotWindow',
    '04:30-05:30',
    'The snapshot window overlaps the maintenance window sun:04:00-sun:05:00',
  ),
  refusedByAws(
    'PreferredMaintenanceWindow',
    'sun:04:00-sun:04:30',
    'Not a time span in UTC of 60 minutes or more',
  ),
  {
    rule: 'cache-deployable',
    by: 'override',
    what: 'a node type in one branch',
    spoil: set(GROUP, 'CacheNodeType', { 'Fn::If': ['Old', 'cache.t1.micro', 'cache.m7g.large'] }),
    line:
      `${PATH}: CacheNodeType must be as AWS takes it (docs/elasticache.md), got ` +
      '"cache.t1.micro": Invalid cache node type: t1 cannot encrypt where `Old` is true. Set the ' +
      'props `engine`, `nodeType`, `topology` and `durability`.',
  },
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
      'Test/Cache/ReplicationGroup/Parameters-valkey8: Properties must be what the props say, ' +
      `got {"maxmemory-policy":"noeviction"}. ${PARAMETERS}`,
  },
  {
    rule: 'cache-parameters',
    by: 'override',
    what: 'another family',
    spoil: set('ReplicationGroup/Parameters-valkey8', 'CacheParameterGroupFamily', 'redis7'),
    line:
      'Test/Cache/ReplicationGroup/Parameters-valkey8: CacheParameterGroupFamily must be what ' +
      `the props say, got "redis7". ${PARAMETERS}`,
  },
  override('cache-logs', 'LogDeliveryConfigurations', undefined, LOGS),
  override(
    'cache-logs',
    'LogDeliveryConfigurations',
    [{ LogType: 'slow-log', DestinationType: 'kinesis-firehose' }],
    LOGS,
  ),
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
    what: 'a policy for every group',
    spoil: ({ app }) =>
      RemovalPolicies.of(app).destroy({
        applyToResourceTypes: [CfnReplicationGroup.CFN_RESOURCE_TYPE_NAME],
      }),
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
  override('cache-multi-az', 'MultiAZEnabled', true, MULTI_AZ, TOPOLOGY, LONE),
  override('cache-multi-az', 'MultiAZEnabled', false, MULTI_AZ, TOPOLOGY),
  override('cache-multi-az', 'MultiAZEnabled', undefined, MULTI_AZ, TOPOLOGY, SHARDED),
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
      `${PATH}: ReplicationGroupId must be an id that no other replication group of the app ` +
      'has, in whatever case, got "jobs", which AWS keeps as "jobs", as that of Test/Other. ' +
      'Change one of the two, or leave `replicationGroupId` out.',
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
      `${PATH}: ReplicationGroupId must be an id that no other replication group of the app ` +
      'has, in whatever case, got "Jobs", which AWS keeps as "jobs", as that of Test/Other. ' +
      'Change one of the two, or leave `replicationGroupId` out.',
    props: { replicationGroupId: 'Jobs' },
  },
];
