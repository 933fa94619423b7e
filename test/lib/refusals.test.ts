/**
 * Refusals of AWS in a rendered template, with AWS's error code, also after overrides; a template
 * that synthesizes is never refused.
 */

import type { CfnParameterGroup, CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { Engine, Purpose, type SecureRedisProps, Topology } from '../../lib';
import type { GroupProperties } from '../../lib/settings/elasticache/refusal';
import { refusalsOf } from '../../lib/settings/elasticache/refusals';
import { makeApp, makeStack, templateOf } from '../support/synth';
import { all } from './claims';

const GROUP = 'AWS::ElastiCache::ReplicationGroup';
const PARAMETERS = 'AWS::ElastiCache::ParameterGroup';

function rendered(props: SecureRedisProps) {
  const template = templateOf(makeStack(props));
  return {
    group: all(template, GROUP)[0]?.Properties ?? {},
    parameterGroup: all(template, PARAMETERS)[0]?.Properties ?? {},
  };
}

const DEFAULT = rendered({});
const NINE: SecureRedisProps = {
  engine: Engine.VALKEY_9_0,
  nodeType: 'cache.r7g.large',
  topology: Topology.sharded({ shards: 2 }),
};
const DURABLE = rendered({ ...NINE, durability: 'sync', purpose: Purpose.QUEUE });
const TIERED = rendered({ nodeType: 'cache.r6gd.xlarge' });
const SIX = rendered({ engine: Engine.REDIS_6_2, nodeType: 'cache.r7g.large' });

describe('A template that synthesizes is not refused', () => {
  test.each([
    ['the default', DEFAULT],
    ['data tiering', TIERED],
    ['Redis OSS 6.2', SIX],
    ['durability', DURABLE],
    [
      'shards without replicas',
      rendered({ ...NINE, topology: Topology.sharded({ shards: 2, replicasPerShard: 0 }) }),
    ],
    ['one node', rendered({ topology: Topology.replicated({ replicas: 0 }) })],
    [
      'blocked commands',
      rendered({ engine: Engine.REDIS_7_1, blockedCommands: ['preset', 'keys'] }),
    ],
    ['databases', rendered({ ...NINE, parameters: { 'cluster-databases': '16' } })],
    ['sessions', rendered({ purpose: Purpose.SESSIONS })],
  ])('%s', (_, each) => {
    expect(refusalsOf(each)).toEqual([]);
  });

  test.each(Engine.ALL.map((engine) => [engine.id, engine] as const))('%s', (_, engine) => {
    expect(refusalsOf(rendered({ engine }))).toEqual([]);
  });
});

/** The codes and messages after a change of the group or of the parameter group. */
function changed(
  from: typeof DEFAULT,
  group: GroupProperties,
  parameterGroup: GroupProperties = {},
): readonly string[] {
  const found = refusalsOf({
    group: { ...from.group, ...group },
    parameterGroup: { ...from.parameterGroup, ...parameterGroup },
  });
  return found.map(({ code, message }) => `${code}: ${message}`);
}

const parameters = (more: GroupProperties) => ({
  Properties: { ...(DEFAULT.parameterGroup.Properties as GroupProperties), ...more },
});

describe('AWS refuses', () => {
  test.each<[string, readonly string[], string]>([
    [
      'the mode of Redis OSS 6.2, in its own words',
      changed(SIX, { TransitEncryptionMode: 'required', EngineVersion: '6.2.6' }),
      'InvalidParameterCombination: Transit encryption mode is not supported for engine version ' +
        '6.2.6. Please use engine version 7.0.5 or higher.',
    ],
    [
      'the mode of Redis OSS 7.0.4',
      changed(
        SIX,
        { TransitEncryptionMode: 'required', EngineVersion: '7.0.4' },
        { CacheParameterGroupFamily: 'redis7' },
      ),
      'InvalidParameterCombination: Transit encryption mode is not supported for engine version ' +
        '7.0.4. Please use engine version 7.0.5 or higher.',
    ],
    [
      'r6gd without data tiering, in its own words',
      changed(TIERED, { DataTieringEnabled: undefined }),
      'InvalidParameterCombination: When using the cache.r6gd.xlarge node type, you must enable ' +
        'data tiering.',
    ],
    [
      'data tiering elsewhere',
      changed(DEFAULT, { DataTieringEnabled: true }),
      'InvalidParameterCombination: Data tiering is not supported for the cache.t4g.small ' +
        'node type.',
    ],
    [
      'another policy with data tiering',
      changed(TIERED, {}, parameters({ 'maxmemory-policy': 'volatile-ttl' })),
      'InvalidParameterCombination: Data tiering does not support the maxmemory-policy ' +
        'volatile-ttl.',
    ],
    [
      'a family of another engine, in its own words',
      changed(DEFAULT, {}, { CacheParameterGroupFamily: 'valkey7' }),
      'InvalidParameterCombination: Expected a parameter group of family valkey8 but found one ' +
        'of family valkey7',
    ],
    [
      'a family that there is not, in its own words',
      changed(DEFAULT, {}, { CacheParameterGroupFamily: 'redis7.2' }),
      'InvalidParameterValue: CacheParameterGroupFamily redis7.2 is not a valid parameter group ' +
        'family.',
    ],
    [
      'a parameter that the family has not, in its own words',
      changed(DEFAULT, {}, parameters({ activerehashing: 'no' })),
      'InvalidParameterValue: The parameter activerehashing cannot be modified.',
    ],
    [
      'a name of every object',
      changed(DEFAULT, {}, parameters({ constructor: '1' })),
      'InvalidParameterValue: The parameter constructor cannot be modified.',
    ],
    [
      'a value out of bounds',
      changed(DEFAULT, {}, parameters({ timeout: '19' })),
      'InvalidParameterValue: The value of the parameter timeout is not valid: 19',
    ],
    [
      'a command that cannot be blocked',
      changed(DEFAULT, {}, parameters({ 'rename-commands': 'AUTH blocked' })),
      'InvalidParameterValue: The value of the parameter rename-commands is not valid: AUTH ' +
        'blocked',
    ],
    [
      'a node type that there is not',
      changed(DEFAULT, { CacheNodeType: 'cache.m6i.large' }),
      'InvalidParameterValue: Invalid cache node type: ElastiCache has no node family m6i.',
    ],
    [
      'a new cluster of a closed family',
      changed(DEFAULT, { CacheNodeType: 'cache.t2.small' }),
      'InvalidParameterValue: No new cluster is made of cache.t2.small.',
    ],
    [
      'a newer Redis OSS',
      changed(DEFAULT, { Engine: 'redis', EngineVersion: '7.2' }),
      'InvalidParameterCombination: Cannot find version 7.2 for redis',
    ],
    [
      'a password without TLS',
      changed(DEFAULT, { TransitEncryptionEnabled: false }),
      'InvalidParameterCombination: An auth token needs encryption in transit.',
    ],
    [
      'Multi-AZ with one node',
      changed(DEFAULT, { NumCacheClusters: 1, AutomaticFailoverEnabled: false }),
      'InvalidParameterCombination: Multi-AZ needs automatic failover and at least one replica.',
    ],
    [
      'shards without failover',
      changed(DURABLE, {
        AutomaticFailoverEnabled: false,
        MultiAZEnabled: false,
        Durability: undefined,
      }),
      'InvalidParameterCombination: Automatic failover must be enabled in cluster mode.',
    ],
    [
      'snapshots for 36 days',
      changed(DEFAULT, { SnapshotRetentionLimit: 36 }),
      'InvalidParameterValue: Snapshots are kept for at most 35 days.',
    ],
    [
      'durability without shards',
      changed(
        DEFAULT,
        {
          Durability: 'sync',
          Engine: 'valkey',
          EngineVersion: '9.0',
          CacheNodeType: 'cache.r7g.large',
        },
        { CacheParameterGroupFamily: 'valkey9' },
      ),
      'InvalidParameterCombination: Durability needs a sharded topology.',
    ],
    [
      'durability of Valkey 8',
      changed(DURABLE, { EngineVersion: '8.2' }, { CacheParameterGroupFamily: 'valkey8' }),
      'InvalidParameterCombination: Durability needs Valkey 9.0 or newer.',
    ],
    [
      'durability without Multi-AZ',
      changed(DURABLE, { MultiAZEnabled: false }),
      'InvalidParameterCombination: Durability needs Multi-AZ.',
    ],
    [
      'another durability',
      changed(DURABLE, { Durability: 'always' }),
      'InvalidParameterValue: Invalid durability: always.',
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toContain(expected);
  });

  test('nothing that only the deploy knows, and no version newer than the table', () => {
    const token = { Ref: 'Parameter' };
    expect(
      changed(DEFAULT, { CacheNodeType: token, EngineVersion: token, Durability: token }),
    ).toEqual([]);
    expect(changed(DEFAULT, {}, parameters({ timeout: token }))).toEqual([]);
    expect(changed(DEFAULT, { EngineVersion: '10.0' })).toEqual([]);
    expect(changed(DEFAULT, { CacheNodeType: 'cache.r9g.large' })).toEqual([]);
  });

  test('what an override has put into the template', () => {
    const stack = makeStack({}, makeApp());
    const made = stack.cache.node.findChild('ReplicationGroup');
    const group = made.node.findChild('Group') as CfnReplicationGroup;
    const parameterGroup = made.node.findChild('Parameters-valkey8') as CfnParameterGroup;
    group.addPropertyOverride('CacheNodeType', 'cache.t3.large');
    parameterGroup.addPropertyOverride('Properties.lazyfree-lazy-expire', 'yes');
    const { Resources } = stack.resolve(group._toCloudFormation());
    const { Resources: others } = stack.resolve(parameterGroup._toCloudFormation());
    const [first] = Object.values<{ Properties: GroupProperties }>(Resources);
    const [second] = Object.values<{ Properties: GroupProperties }>(others);
    expect(
      refusalsOf({ group: first?.Properties ?? {}, parameterGroup: second?.Properties ?? {} }).map(
        ({ property }) => property,
      ),
    ).toEqual(['lazyfree-lazy-expire', 'CacheNodeType']);
  });
});
