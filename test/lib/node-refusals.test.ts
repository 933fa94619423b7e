/**
 * Everything that AWS refuses of the nodes, shards, ids and windows of one replication group: the
 * property, AWS's error code and the message.
 */

import type { GroupProperties } from '../../lib/settings/elasticache/refusal';
import {
  C,
  DURABLE,
  LONE,
  NINE,
  noMultiAz,
  noReplica,
  plaintext,
  redis,
  refused,
  set,
  TIERED,
  V,
} from '../support/refused-group';

const FAMILIES = 'a node type of r6g, r7g, r8g, m6g, m7g, m8g, c7gn, c8gn';

describe('AWS refuses node types and numbers of nodes', () => {
  const failover = `AutomaticFailoverEnabled ${C}`;
  const multiAzNeeds = 'Multi-AZ needs automatic failover and at least one replica.';
  const multiAz = `MultiAZEnabled ${C}: ${multiAzNeeds}`;

  test.each<readonly [string, GroupProperties, readonly string[]]>([
    [
      'an unknown family of nodes',
      { CacheNodeType: 'cache.m6i.large' },
      [`CacheNodeType ${V}: Invalid cache node type: ElastiCache has no node family m6i.`],
    ],
    [
      'a closed family of nodes',
      { CacheNodeType: 'cache.t2.small' },
      [`CacheNodeType ${V}: No new cluster is made of cache.t2.small.`],
    ],
    [
      'data tiering elsewhere',
      { DataTieringEnabled: 'true' },
      [`DataTieringEnabled ${C}: Data tiering is not supported for the cache.m7g.large node type.`],
    ],
    [
      'no data tiering',
      { ...TIERED, DataTieringEnabled: false },
      [
        `DataTieringEnabled ${C}: When using the cache.r6gd.xlarge node type, you must enable ` +
          'data tiering.',
      ],
    ],
    [
      'six replicas',
      { NumCacheClusters: 7 },
      [`NumCacheClusters ${V}: A primary has at most 5 replicas.`],
    ],
    [
      'failover of one node',
      { ...LONE, AutomaticFailoverEnabled: true },
      [`${failover}: Automatic failover needs at least one replica.`],
    ],
    ['Multi-AZ with one node', { ...LONE, MultiAZEnabled: true }, [multiAz]],
    ['Multi-AZ without failover', { AutomaticFailoverEnabled: false }, [multiAz]],
    [
      'snapshots for 36 days',
      { SnapshotRetentionLimit: 36 },
      [`SnapshotRetentionLimit ${V}: Snapshots are kept for at most 35 days.`],
    ],
    [
      'shards beside nodes',
      { NumNodeGroups: 2, ReplicasPerNodeGroup: 1, ClusterMode: undefined },
      [
        `NumNodeGroups ${C}: NumNodeGroups and NumCacheClusters exclude each other.`,
        `ReplicasPerNodeGroup ${C}: ReplicasPerNodeGroup and NumCacheClusters exclude each other.`,
      ],
    ],
    [
      'a primary beside nodes',
      { PrimaryClusterId: 'a' },
      [`PrimaryClusterId ${C}: PrimaryClusterId and a number of nodes exclude each other.`],
    ],
    [
      'a primary beside replicas',
      { ...LONE, NumCacheClusters: undefined, ReplicasPerNodeGroup: 1, PrimaryClusterId: 'a' },
      [`PrimaryClusterId ${C}: PrimaryClusterId and a number of nodes exclude each other.`],
    ],
    ['another mode', { ClusterMode: 'on' }, [`ClusterMode ${V}: Invalid cluster mode: on.`]],
    [
      'the mode of shards',
      { ClusterMode: 'enabled' },
      [`ClusterMode ${C}: The cluster mode of this topology and parameter group is disabled.`],
    ],
    [
      'the mode of a migration',
      { ClusterMode: 'compatible' },
      [`ClusterMode ${C}: The cluster mode of this topology and parameter group is disabled.`],
    ],
    ...['1a', 'a-', 'a--b', 'a'.repeat(41)].map(
      (ReplicationGroupId) =>
        [
          `the id ${ReplicationGroupId}`,
          { ReplicationGroupId },
          [
            `ReplicationGroupId ${V}: An id has 1 to 40 letters, digits and single hyphens, a ` +
              'letter first and no hyphen last.',
          ],
        ] as const,
    ),
  ])('%s', (_what, group, refusals) => {
    expect(refused(group)).toStrictEqual(refusals);
  });

  test('another policy with data tiering', () => {
    expect(refused(TIERED, set({ 'maxmemory-policy': 'volatile-ttl' }))).toStrictEqual([
      `maxmemory-policy ${C}: Data tiering does not support the maxmemory-policy volatile-ttl.`,
    ]);
  });
});

describe('AWS refuses shards and durability', () => {
  test.each<readonly [string, GroupProperties, readonly string[]]>([
    [
      'six replicas per shard',
      { ReplicasPerNodeGroup: 6 },
      [`ReplicasPerNodeGroup ${V}: A primary has at most 5 replicas.`],
    ],
    [
      'shards without failover',
      { AutomaticFailoverEnabled: false, MultiAZEnabled: false, Durability: undefined },
      [`AutomaticFailoverEnabled ${C}: Automatic failover must be enabled in cluster mode.`],
    ],
    [
      'the mode of a group without shards',
      { ClusterMode: 'disabled' },
      [`ClusterMode ${C}: The cluster mode of this topology and parameter group is enabled.`],
    ],
    [
      'a primary beside shards',
      { ReplicasPerNodeGroup: undefined, PrimaryClusterId: 'a', ...noMultiAz() },
      [`PrimaryClusterId ${C}: PrimaryClusterId and a number of nodes exclude each other.`],
    ],
    [
      'another durability',
      { Durability: 'always' },
      [`Durability ${V}: Invalid durability: always.`],
    ],
    [
      'durability of nothing that it needs',
      { CacheNodeType: 'cache.t4g.small', ...noReplica(), AuthToken: undefined, ...plaintext() },
      [
        `Durability ${C}: Durability needs a replica for each primary.`,
        `Durability ${C}: Durability needs ${FAMILIES}.`,
        `Durability ${C}: Durability needs Multi-AZ.`,
        `Durability ${C}: Durability needs encryption in transit.`,
      ],
    ],
  ])('%s', (_what, group, refusals) => {
    expect(refused({ ...DURABLE, ...group }, NINE)).toStrictEqual(refusals);
  });

  test('durability of Valkey 8, of Redis OSS and without shards', () => {
    const needs = (what: string) => `Durability ${C}: Durability needs ${what}.`;
    expect(refused({ ...DURABLE, EngineVersion: '8.2' })).toStrictEqual([
      needs('Valkey 9.0 or newer'),
    ]);
    expect(
      refused({ ...DURABLE, ...redis('7.1') }, { CacheParameterGroupFamily: 'redis7' }),
    ).toStrictEqual([needs('Valkey 9.0 or newer')]);
    expect(refused({ EngineVersion: '9.0', Durability: 'sync' }, NINE)).toStrictEqual([
      needs('a sharded topology'),
    ]);
  });
});
