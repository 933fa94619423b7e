/** Ways to break the rules of what a replication group keeps: parameters, logs, data, its id. */

import {
  CfnGlobalReplicationGroup,
  type CfnParameterGroup,
  CfnReplicationGroup,
} from 'aws-cdk-lib/aws-elasticache';
import { RemovalPolicies, RemovalPolicy } from 'aws-cdk-lib/core';
import { Topology } from '../../../../lib';
import { remove, set, type Violation } from '../../../support/rules';
import { BY_KEY, GROUP, KEY, override, PATH } from './replication-group';

const TOPOLOGY = 'Set the prop `topology`.';
const FAILOVER = 'true with shards or with a replica that takes over, and false with one node';
const LONE = { topology: Topology.replicated({ replicas: 0 }) };
const SHARDED = { topology: Topology.sharded({ shards: 2 }) };
const PARAMETERS = 'Set the prop `parameters`.';
const LOGS = "the slow log and the engine log, to the cache's own log groups";
const KEEP = 'Set the prop `removalPolicy`, where DESTROY keeps nothing.';
const removal = (part: string, given: string) =>
  `${PATH}: ${part} must be "Snapshot" or "Retain", got ${given}. ${KEEP}`;
const SNAPSHOTS = 'Set the prop `snapshotRetention`.';

/** By an override to what AWS refuses, with each reason on a line of its own. */
function refusedByAws(property: string, value: unknown, ...reasons: readonly string[]): Violation {
  const given = JSON.stringify(value);
  const lines = reasons.map(
    (reason) =>
      `${PATH}: ${property} must be as AWS takes it (docs/elasticache.md), got ${given}: ` +
      `${reason}. Set the props \`engine\`, \`nodeType\`, \`topology\` and \`durability\`.`,
  );
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
  {
    rule: 'cache-log-key',
    by: 'override',
    what: 'a log group without a key',
    spoil: remove('ReplicationGroup/SlowLog/Resource', 'KmsKeyId'),
    line:
      `Test/Cache/ReplicationGroup/SlowLog/Resource: KmsKeyId must be ${KEY}, got nothing. ` +
      `${BY_KEY}`,
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
