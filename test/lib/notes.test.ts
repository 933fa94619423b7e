/**
 * Notes of synth: unused features that are recommended, and AWS support without proof; none for an
 * ordinary cache.
 */

import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Engine, Purpose, type SecureRedisProps, Topology } from '../../lib';
import { makeStack, templateOf } from '../support/synth';
import { all } from './claims';

/** The notes of synth on a cache, without CDK's markers. */
function said(props: SecureRedisProps): readonly string[] {
  const annotations = Annotations.fromStack(makeStack(props));
  const any = Match.stringLikeRegexp('.*');
  const found = [...annotations.findInfo('*', any), ...annotations.findWarning('*', any)];
  return found.map(({ level, entry }) => `${level}: ${entry.data}`);
}

const NINE: SecureRedisProps = {
  engine: Engine.VALKEY_9_0,
  nodeType: 'cache.r7g.large',
  topology: Topology.sharded({ shards: 2 }),
};
const QUEUE = { ...NINE, purpose: Purpose.QUEUE };

describe('Durability', () => {
  test('is recommended for a queue that can have it, and never set by itself', () => {
    expect(said(QUEUE)).toEqual([expect.stringMatching(/^info: this queue can keep its jobs/)]);
    const [group] = all(templateOf(makeStack(QUEUE)), 'AWS::ElastiCache::ReplicationGroup');
    expect(group?.Properties).not.toHaveProperty('Durability');
  });

  test.each<[string, SecureRedisProps]>([
    ['a queue that has it', { ...QUEUE, durability: 'async' }],
    ['a queue of Valkey 8', { ...QUEUE, engine: Engine.VALKEY_8_2 }],
    ['a queue without shards', { ...QUEUE, topology: Topology.replicated() }],
    ['a queue on t4g', { ...QUEUE, nodeType: 'cache.t4g.medium' }],
    ['a cache that could have it', NINE],
    ['the default', {}],
  ])('%s gets no note', (_, props) => {
    expect(said(props)).toEqual([]);
  });

  test.each(['sync', 'async'] as const)('%s is rendered', (durability) => {
    const [group] = all(
      templateOf(makeStack({ ...NINE, durability })),
      'AWS::ElastiCache::ReplicationGroup',
    );
    expect(group?.Properties.Durability).toBe(durability);
  });
});

describe('Blocked commands', () => {
  const parametersOf = (props: SecureRedisProps) =>
    all(templateOf(makeStack(props)), 'AWS::ElastiCache::ParameterGroup')[0]?.Properties.Properties;

  test.each<[string, SecureRedisProps, string]>([
    ['the preset', { blockedCommands: ['preset'] }, 'FLUSHALL blocked SWAPDB blocked'],
    [
      'more, in any case, each once',
      { blockedCommands: ['preset', 'keys', 'FLUSHALL'] },
      'FLUSHALL blocked SWAPDB blocked KEYS blocked',
    ],
    ['FLUSHDB by its name', { blockedCommands: ['FLUSHDB'] }, 'FLUSHDB blocked'],
  ])('%s', (_, props, value) => {
    expect(parametersOf({ engine: Engine.REDIS_7_1, ...props })).toMatchObject({
      'rename-commands': value,
    });
  });

  test('none, unless they are asked for', () => {
    expect(parametersOf({})).not.toHaveProperty('rename-commands');
  });

  test.each([
    [Engine.REDIS_6_2, false],
    [Engine.REDIS_7_1, false],
    [Engine.VALKEY_7_2, false],
    [Engine.VALKEY_8_0, true],
    [Engine.VALKEY_9_1, true],
  ])('%#: where AWS’s support is unproven, synth says so', (engine, isUnproven) => {
    const warning = expect.stringMatching(
      /^warning: `blockedCommands` with .* check that the cache refuses FLUSHALL, SWAPDB/,
    );
    expect(said({ engine, blockedCommands: ['preset'] })).toEqual(isUnproven ? [warning] : []);
  });
});

describe('Node types', () => {
  test.each([
    ['cache.t2.small', /^warning: .*AWS makes no new clusters of t2/],
    ['cache.m9g.large', /^warning: .*newer generation than the table of November 2026/],
  ])('%s', (nodeType, warning) => {
    expect(said({ nodeType })).toEqual([expect.stringMatching(warning)]);
  });
});
