/**
 * The topology determines nodes, failover, parameters, endpoints, node ids and policies, replicated
 * or sharded; engine, purpose and restored data determine their properties.
 */

import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Stack } from 'aws-cdk-lib/core';
import {
  Engine,
  Purpose,
  RedisNetwork,
  RestoreSource,
  SecureRedis,
  type SecureRedisProps,
  Topology,
} from '../../lib';
import { flatten } from '../support/flatten';
import { makeApp, makeStack, type TemplateJson, templateOf } from '../support/synth';
import { all } from './claims';

const GROUP = 'AWS::ElastiCache::ReplicationGroup';
const PARAMETERS = 'AWS::ElastiCache::ParameterGroup';

function made(props: SecureRedisProps) {
  const stack = makeStack(props);
  return { cache: stack.cache, stack, template: templateOf(stack) };
}

const DEFAULT = made({});
const LONE = made({ topology: Topology.replicated({ replicas: 0 }) });
const THREE = made({ topology: Topology.replicated({ replicas: 2 }) });
const SHARDED = made({ topology: Topology.sharded({ shards: 2, replicasPerShard: 2 }) });
const SHARDED_DEFAULT = made({ topology: Topology.sharded({ shards: 3 }) });
const SHARDED_LONE = made({ topology: Topology.sharded({ shards: 2, replicasPerShard: 0 }) });

function group({ Resources }: TemplateJson) {
  return Resources.CacheReplicationGroup5B07CC82;
}

function nodes(template: TemplateJson) {
  const {
    NumCacheClusters,
    NumNodeGroups,
    ReplicasPerNodeGroup,
    AutomaticFailoverEnabled,
    MultiAZEnabled,
  } = group(template)?.Properties ?? {};
  return [
    NumCacheClusters,
    NumNodeGroups,
    ReplicasPerNodeGroup,
    AutomaticFailoverEnabled,
    MultiAZEnabled,
  ];
}

describe('The nodes of the group', () => {
  test.each([
    ['one primary and one replica', DEFAULT, [2, undefined, undefined, true, true]],
    ['one primary alone', LONE, [1, undefined, undefined, false, false]],
    ['one primary and two replicas', THREE, [3, undefined, undefined, true, true]],
    ['two shards of three', SHARDED, [undefined, 2, 2, true, true]],
    ['three shards, each with one replica', SHARDED_DEFAULT, [undefined, 3, 1, true, true]],
    ['two shards without replicas', SHARDED_LONE, [undefined, 2, 0, true, false]],
  ])('%s', (_, { template }, expected) => {
    expect(nodes(template)).toEqual(expected);
  });

  test('shards change online; a replicated group has no such policy', () => {
    expect(group(SHARDED.template)).toMatchObject({ UpdatePolicy: { UseOnlineResharding: true } });
    expect(group(DEFAULT.template)).not.toHaveProperty('UpdatePolicy');
  });

  test.each([
    ['of two', DEFAULT, ['-001', '-002'], 2],
    ['of one', LONE, ['-001'], 1],
    [
      'of two shards',
      SHARDED,
      ['-0001-001', '-0001-002', '-0001-003', '-0002-001', '-0002-002', '-0002-003'],
      6,
    ],
    ['of two shards without replicas', SHARDED_LONE, ['-0001-001', '-0002-001'], 2],
  ])('their ids, %s', (_, { cache, stack }, ends, count) => {
    expect(flatten(stack.resolve(cache.nodeIds))).toStrictEqual(
      ends.map((end) => `<CacheReplicationGroup5B07CC82>${end}`),
    );
    expect(cache.nodeIds).toHaveLength(count);
  });

  test('the ids of the tenth shard, and how many nodes there are', () => {
    const topology = Topology.sharded({ shards: 10, replicasPerShard: 0 });
    expect(topology.nodeIds('group').at(-1)).toBe('group-0010-001');
    expect(topology.nodeCount).toBe(10);
    expect(Topology.sharded({ shards: 4, replicasPerShard: 2 }).nodeCount).toBe(12);
  });

  test('replicas need a second zone, without them one will do', () => {
    const inOneZone = (replicas: number) => {
      const stack = new Stack(makeApp(), 'Given');
      const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1',
        availabilityZones: ['a'],
        isolatedSubnetIds: ['subnet-1'],
      });
      const network = new RedisNetwork(stack, 'Network', { vpc });
      return new SecureRedis(stack, 'Cache', {
        network,
        topology: Topology.replicated({ replicas }),
      });
    };
    expect(() => inOneZone(0)).not.toThrow();
    expect(() => inOneZone(1)).toThrow(
      '`network` must be subnets in two or more availability zones for a cache with replicas, ' +
        'got 1. Add a subnet in another one, or take a topology without replicas.',
    );
  });
});

describe('Where clients connect', () => {
  const PRIMARY = '<CacheReplicationGroup5B07CC82.PrimaryEndPoint.Address>';
  const READER = '<CacheReplicationGroup5B07CC82.ReaderEndPoint.Address>';
  const CONFIGURATION = '<CacheReplicationGroup5B07CC82.ConfigurationEndPoint.Address>';

  test.each([
    ['replicated: the primary and the readers', DEFAULT, PRIMARY, READER],
    ['alone: the primary for both', LONE, PRIMARY, PRIMARY],
    ['sharded: the one that tells of all', SHARDED, CONFIGURATION, CONFIGURATION],
    ['sharded without replicas', SHARDED_LONE, CONFIGURATION, CONFIGURATION],
  ])('%s', (_, { cache, stack, template }, endpoint, reader) => {
    const told = [cache.endpointAddress, cache.readerEndpointAddress];
    expect(told.map((each) => flatten(stack.resolve(each)))).toStrictEqual([endpoint, reader]);
    const { Outputs, Resources } = template;
    const output = (id: string) => flatten(Outputs[id]?.Value);
    expect(output('CacheOutputsEndpointC2A9AA98')).toBe(endpoint);
    expect(output('CacheOutputsReaderEndpointB993BD4E')).toBe(reader);
    expect(output('CacheOutputsConnectionStringTemplateE8EC2551')).toBe(
      `rediss://default:{password}@${endpoint}:6380/0`,
    );
    const parameter = (id: string) => flatten(Resources[id]?.Properties.Value);
    expect(parameter('CacheParametersEndpoint80BB7BD3')).toBe(endpoint);
    expect(parameter('CacheParametersReaderEndpointF540C9AB')).toBe(reader);
  });
});

describe('A rotation asks about nodes only where it must', () => {
  const NODES = {
    Effect: 'Allow',
    Action: 'elasticache:DescribeCacheClusters',
    Resource:
      'arn:<AWS::Partition>:elasticache:<AWS::Region>:<AWS::AccountId>:' +
      'cluster:<CacheReplicationGroup5B07CC82>-????-???',
  };

  function statementsAboutNodes({ Resources }: TemplateJson, idPrefix: string) {
    const [, found] = Object.entries(Resources).find(([id]) => id.startsWith(idPrefix)) ?? [];
    const { Statement = [] } = (found?.Properties.PolicyDocument ?? {}) as { Statement?: object[] };
    return Statement.filter((each) => JSON.stringify(each).includes('CacheClusters')).map(flatten);
  }

  test('sharded: of its nodes, in the role and through the endpoint', () => {
    expect(statementsAboutNodes(SHARDED.template, 'CacheRotationRolePolicy')).toStrictEqual([
      { Sid: 'Nodes', ...NODES },
    ]);
    expect(statementsAboutNodes(SHARDED.template, 'CacheNetworkElastiCache')).toStrictEqual([
      {
        ...NODES,
        Principal: { AWS: '*' },
        Condition: { StringEquals: { 'aws:PrincipalAccount': '<AWS::AccountId>' } },
      },
    ]);
    expect(statementsAboutNodes(SHARDED.template, 'CacheNetworkSecretsManager')).toStrictEqual([]);
  });

  test('replicated: of none', () => {
    expect(statementsAboutNodes(DEFAULT.template, 'CacheRotationRolePolicy')).toStrictEqual([]);
    expect(statementsAboutNodes(DEFAULT.template, 'CacheNetworkElastiCache')).toStrictEqual([]);
  });
});

describe('The parameters follow from topology, engine and purpose', () => {
  /** The parameter group of a template: its logical id without the hash, and its properties. */
  function parameters({ Resources }: TemplateJson) {
    const found = Object.entries(Resources).filter(([, { Type }]) => Type === PARAMETERS);
    return found.map(([id, { Properties }]) => [id.slice(0, -8), Properties]);
  }

  test('sharded: cluster mode is on, in a group of its own', () => {
    expect(parameters(SHARDED.template)).toMatchObject([
      [
        'CacheReplicationGroupParametersvalkey8sharded',
        {
          Description: 'Secure Redis: valkey8-sharded',
          CacheParameterGroupFamily: 'valkey8',
          Properties: {
            'cluster-enabled': 'yes',
            'cluster-preferred-endpoint-type': 'tls-dynamic',
            'maxmemory-policy': 'allkeys-lru',
          },
        },
      ],
    ]);
    expect(JSON.stringify(parameters(DEFAULT.template))).not.toContain('cluster-enabled');
    expect(parameters(DEFAULT.template)).toMatchObject([
      ['CacheReplicationGroupParametersvalkey8', { Description: 'Secure Redis: valkey8' }],
    ]);
  });

  test.each([
    [Engine.VALKEY_7_2, 'valkey-7.2', 'valkey', '7.2', 'valkey7'],
    [Engine.VALKEY_8_0, 'valkey-8.0', 'valkey', '8.0', 'valkey8'],
    [Engine.VALKEY_8_1, 'valkey-8.1', 'valkey', '8.1', 'valkey8'],
    [Engine.VALKEY_8_2, 'valkey-8.2', 'valkey', '8.2', 'valkey8'],
    [Engine.VALKEY_9_0, 'valkey-9.0', 'valkey', '9.0', 'valkey9'],
    [Engine.VALKEY_9_1, 'valkey-9.1', 'valkey', '9.1', 'valkey9'],
    [Engine.REDIS_6_2, 'redis-6.2', 'redis', '6.2', 'redis6.x'],
    [Engine.REDIS_7_0, 'redis-7.0', 'redis', '7.0', 'redis7'],
    [Engine.REDIS_7_1, 'redis-7.1', 'redis', '7.1', 'redis7'],
  ])('%#: %s', (engine, id, name, version, family) => {
    expect(engine.id).toBe(id);
    expect(Engine.ALL).toContain(engine);
    expect(Engine.ALL).toHaveLength(9);
    const { template } = made({ engine });
    expect(group(template)?.Properties).toMatchObject({ Engine: name, EngineVersion: version });
    expect(all(template, PARAMETERS).map(({ Properties }) => Properties)).toMatchObject([
      { CacheParameterGroupFamily: family },
    ]);
  });

  test.each([
    [Purpose.CACHE, 'cache', 'allkeys-lru', '', '3600', 16],
    [Purpose.SESSIONS, 'sessions', 'volatile-lru', 'Ex', '3600', 16],
    [Purpose.QUEUE, 'queue', 'noeviction', '', '0', 35],
  ])('%#: purpose', (purpose, id, policy, events, timeout, days) => {
    const { template } = made({ purpose });
    expect(all(template, PARAMETERS).map(({ Properties }) => Properties.Properties)).toStrictEqual([
      {
        'maxmemory-policy': policy,
        ...(events === '' ? {} : { 'notify-keyspace-events': events }),
        'slowlog-log-slower-than': '10000',
        'slowlog-max-len': '128',
        'tcp-keepalive': '300',
        timeout,
      },
    ]);
    expect(group(template)?.Properties).toMatchObject({
      ReplicationGroupDescription: `Secure Redis: ${id}`,
      SnapshotRetentionLimit: days,
    });
  });

  test('given ones go over those of the purpose, and over ours', () => {
    const given = { timeout: '20', 'slowlog-max-len': '1', 'maxmemory-samples': '10' };
    const { template } = made({ purpose: Purpose.QUEUE, parameters: given });
    expect(all(template, PARAMETERS)[0]?.Properties.Properties).toMatchObject({
      ...given,
      'maxmemory-policy': 'noeviction',
    });
  });
});

describe('The data of a new group', () => {
  test('spills to disks with r6gd only', () => {
    const tiering = (nodeType: string) =>
      group(made({ nodeType }).template)?.Properties.DataTieringEnabled;
    expect(tiering('cache.r6gd.xlarge')).toBe(true);
    expect(tiering('cache.r6g.xlarge')).toBeUndefined();
  });

  test('comes from a snapshot, from files, or from nowhere', () => {
    const source = (restoreFrom?: RestoreSource) => {
      const { SnapshotName, SnapshotArns } =
        group(made({ restoreFrom }).template)?.Properties ?? {};
      return { SnapshotName, SnapshotArns };
    };
    const arns = ['arn:aws:s3:::bucket/a.rdb', 'arn:aws:s3:::bucket/b.rdb'] as const;
    expect(source()).toEqual({});
    for (const name of ['before', 'automatic.jobs-2026-11-24-02-00']) {
      expect(source(RestoreSource.snapshot(name))).toEqual({ SnapshotName: name });
    }
    expect(source(RestoreSource.s3(...arns))).toEqual({ SnapshotArns: arns });
  });

  test('has the id that is asked for, else one that CloudFormation makes', () => {
    const { template } = made({ replicationGroupId: 'Jobs-1' });
    expect(group(template)?.Properties.ReplicationGroupId).toBe('Jobs-1');
    expect(group(DEFAULT.template)?.Properties).not.toHaveProperty('ReplicationGroupId');
    expect(all(template, GROUP)).toHaveLength(1);
  });
});
