/**
 * Metrics of a cache and its nodes: names that AWS publishes, existing dimensions, meaningful
 * statistics; unknown names are refused.
 */

import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { Alarm, type MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { type ISecureRedis, SecureRedis, SettingError, Topology } from '../../lib';
import { METRICS } from '../../lib/settings/elasticache/metrics';
import { appStack, byAttributes, byParameters, HERE } from '../support/imported';
import { templateOf } from '../support/synth';
import { all } from './claims';

const GROUP = { Ref: 'CacheReplicationGroup5B07CC82' };

function made(topology: Topology = Topology.replicated(), stack = new Stack(new App(), 'S')) {
  return { stack, cache: new SecureRedis(stack, 'Cache', { topology }) };
}

const nodeId = (end: string) => ({ 'Fn::Join': ['', [GROUP, end]] });

/** The rendered alarm on a metric. */
function alarmOn(stack: Stack, metric: Metric | MathExpression): Record<string, unknown> {
  new Alarm(stack, 'Mine', { metric, threshold: 1, evaluationPeriods: 1 });
  const alarms = all(templateOf(stack), 'AWS::CloudWatch::Alarm');
  return (
    alarms.find(({ Properties }) => Properties.AlarmDescription === undefined)?.Properties ?? {}
  );
}

describe('A metric of a node', () => {
  test('is in the namespace of ElastiCache, by the id of the node', () => {
    const { stack, cache } = made();
    const metric = cache.nodes[1]?.metric('DatabaseMemoryUsagePercentage') as Metric;
    expect(alarmOn(stack, metric)).toMatchObject({
      Namespace: 'AWS/ElastiCache',
      MetricName: 'DatabaseMemoryUsagePercentage',
      Dimensions: [{ Name: 'CacheClusterId', Value: nodeId('-002') }],
      Statistic: 'Maximum',
      Period: 300,
    });
  });

  test('has the id of the node in its cluster where AWS publishes it with that only', () => {
    const { stack, cache } = made();
    const metric = cache.nodes[0]?.metric('TrafficManagementActive') as Metric;
    expect(alarmOn(stack, metric)).toMatchObject({
      Dimensions: [
        { Name: 'CacheClusterId', Value: nodeId('-001') },
        { Name: 'CacheNodeId', Value: '0001' },
      ],
    });
  });

  test('and so has the alarm on it', () => {
    const alarms = all(templateOf(made().stack), 'AWS::CloudWatch::Alarm');
    const found = alarms.filter(
      ({ Properties }) => Properties.MetricName === 'TrafficManagementActive',
    );
    expect(found.map(({ Properties }) => Properties.Dimensions)).toStrictEqual(
      ['-001', '-002'].map((end) => [
        { Name: 'CacheClusterId', Value: nodeId(end) },
        { Name: 'CacheNodeId', Value: '0001' },
      ]),
    );
  });

  test('takes the options of CDK, and a dimension more', () => {
    const { cache } = made();
    const options = {
      period: Duration.minutes(1),
      statistic: 'p99',
      label: 'x',
      color: '#ff0000',
      dimensionsMap: { Tier: 'SSD' },
    };
    expect(cache.nodes[0]?.metric('BytesUsedForCache', options)).toMatchObject({
      period: Duration.minutes(1),
      statistic: 'p99',
      label: 'x',
      color: '#ff0000',
      dimensions: { Tier: 'SSD', CacheClusterId: cache.nodeIds[0] },
    });
  });

  test('there is one for each node of a sharded cache', () => {
    const { stack, cache } = made(Topology.sharded({ shards: 2, replicasPerShard: 1 }));
    expect(stack.resolve(cache.nodes.map((node) => node.nodeId))).toStrictEqual(
      ['-0001-001', '-0001-002', '-0002-001', '-0002-002'].map(nodeId),
    );
  });
});

describe('A metric of the cache', () => {
  test('is an expression over its nodes', () => {
    const { stack, cache } = made();
    const part = (id: string, end: string) => ({
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ElastiCache',
          MetricName: 'Evictions',
          Dimensions: [{ Name: 'CacheClusterId', Value: nodeId(end) }],
        },
        Period: 300,
        Stat: 'Sum',
      },
      ReturnData: false,
    });
    const { Metrics } = alarmOn(stack, cache.metric('Evictions'));
    expect(Metrics).toMatchObject([
      { Expression: 'SUM([node1, node2])', Label: 'Evictions, Sum of 2 nodes' },
      part('node1', '-001'),
      part('node2', '-002'),
    ]);
  });

  test.each([
    ['Maximum', 'MAX([node1, node2])'],
    ['Minimum', 'MIN([node1, node2])'],
    ['avg', 'AVG([node1, node2])'],
    ['SampleCount', 'SUM([node1, node2])'],
    ['p99', 'MAX([node1, node2])'],
  ])('with the statistic %s is %s', (statistic, expression) => {
    expect(made().cache.metric('CPUUtilization', { statistic }).expression).toBe(expression);
  });

  const HELPERS: readonly [keyof ISecureRedis, string, string][] = [
    ['metricCpuUtilization', 'CPUUtilization', 'MAX'],
    ['metricEngineCpuUtilization', 'EngineCPUUtilization', 'MAX'],
    ['metricMemoryUsage', 'DatabaseMemoryUsagePercentage', 'MAX'],
    ['metricConnections', 'CurrConnections', 'MAX'],
    ['metricEvictions', 'Evictions', 'SUM'],
    ['metricCacheHitRate', 'CacheHitRate', 'AVG'],
    ['metricReplicationLag', 'ReplicationLag', 'MAX'],
    ['metricAuthenticationFailures', 'AuthenticationFailures', 'SUM'],
  ];

  test.each(HELPERS)('%s is %s, by %s', (helper, name, over) => {
    const { cache } = made();
    const period = Duration.minutes(1);
    const whole = (cache[helper] as (props?: object) => MathExpression)({ period });
    expect(whole.expression).toBe(`${over}([node1, node2])`);
    expect(whole.period.toSeconds()).toBe(60);
    const [node] = cache.nodes;
    const one = Reflect.get(node ?? {}, helper).call(node) as Metric;
    expect(one.metricName).toBe(name);
    expect(Object.values(whole.usingMetrics).map((each) => (each as Metric).metricName)).toEqual([
      name,
      name,
    ]);
  });

  test('of the daily check is by the id of the replication group, once a day', () => {
    const { stack, cache } = made();
    expect(alarmOn(stack, cache.metricDailyCheck('CredentialAgeDays'))).toMatchObject({
      Namespace: 'SecureRedis',
      MetricName: 'CredentialAgeDays',
      Dimensions: [{ Name: 'ReplicationGroupId', Value: GROUP }],
      Statistic: 'Maximum',
      Period: 86_400,
    });
  });
});

describe('Metrics of an imported cache', () => {
  const topology = Topology.replicated({ replicas: 2 });

  test('by its parameters are by the published id', () => {
    const stack = new Stack(new App(), 'App');
    const cache = byParameters(stack, { topology });
    expect(cache.nodes).toHaveLength(3);
    const [first] = cache.nodes;
    expect(JSON.stringify(alarmOn(stack, first?.metricEvictions() as Metric))).toContain(
      'ReplicationGroupId',
    );
  });

  test('by its attributes are in the region of the cache', () => {
    const stack = new Stack(new App(), 'Far', { env: { ...HERE, region: 'us-east-1' } });
    const cache = byAttributes(stack, { topology, replicationGroupId: 'shop' });
    expect(cache.nodes.map((node) => node.nodeId)).toStrictEqual([
      'shop-001',
      'shop-002',
      'shop-003',
    ]);
    expect(cache.nodes[0]?.metricConnections()).toMatchObject({
      region: 'eu-west-1',
      account: '111122223333',
    });
  });

  test('are refused where its nodes are not known', () => {
    const refused = (make: () => unknown) => expect(make).toThrow(SettingError);
    const cache = byAttributes(appStack(), { replicationGroupId: 'shop' });
    expect(() => cache.metricEvictions()).toThrow(
      'App/Cache: `topology` must be known for the nodes of an imported cache, got nothing. Pass ' +
        '`topology` where it is imported.',
    );
    refused(() => byAttributes(appStack(), { topology }).metric('Evictions'));
    refused(() => byAttributes(appStack()).metricDailyCheck('StuckPending'));
  });
});

describe('A metric that does not exist is refused', () => {
  const must =
    '`metricName` must be the name of a metric that ElastiCache publishes of nodes, got ';

  test.each<[unknown, string]>([
    ['CpuUtilization', '"CpuUtilization". Use "CPUUtilization".'],
    ['Eviction', '"Eviction". Use "Evictions".'],
    ['RotationOverdue', '"RotationOverdue". Use `metricDailyCheck`.'],
    [
      'CmdFlush',
      '"CmdFlush". Use for example "CurrConnections"; docs.aws.amazon.com lists the ' +
        'metrics of Redis OSS.',
    ],
    [undefined, 'nothing. '],
    [5, '5. '],
  ])('%j', (name, message) => {
    const { cache } = made();
    for (const each of [cache, cache.nodes[0] as unknown as typeof cache]) {
      expect(() => each.metric(name as never)).toThrow(`S/Cache.metric: ${must}${message}`);
    }
  });

  test('of the daily check', () => {
    expect(() => made().cache.metricDailyCheck('Evictions')).toThrow(
      'S/Cache.metricDailyCheck: `metricName` must be the name of a metric of the daily check, ' +
        'got "Evictions". Use `metric`.',
    );
  });

  test.each<[unknown, string]>([
    [{ period: 60 }, '`period` must be a Duration, got 60. Use Duration.seconds(60).'],
    [{ statistic: 5 }, '`statistic` must be a text, got 5. Use "5".'],
    [
      { dimensions: {} },
      '`dimensions` must be the name of a prop, got an unknown one. Use `dimensionsMap`.',
    ],
    [null, 'the props must be an object, got null. Use { period: … }.'],
  ])('with the options %j', (props, message) => {
    const { cache } = made();
    expect(() => cache.metricEvictions(props as never)).toThrow(`S/Cache.metric: ${message}`);
  });
});

describe('The list of metrics', () => {
  test('knows every metric that CDK has of Valkey and Redis OSS', () => {
    const memcached = new RegExp(
      'Memcached|CacheItems|ForHash|Unfetched|^(Cas|Cmd|Decr|Delete|Get(Hits|Misses)|Incr|Touch)|' +
        '^(CurrConfig|NewItems|SlabsMoved|UnusedMemory)$',
    );
    const names = Array.from(loadAwsServiceSpecSync().all('metric'))
      .filter(({ namespace }) => namespace === 'AWS/ElastiCache')
      .map(({ name }) => name)
      .filter((name) => !memcached.test(name));
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !METRICS.has(name))).toStrictEqual([]);
  });
});
