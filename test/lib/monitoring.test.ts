/**
 * Proves that each alarm looks at every node by its real id, rings from the value that the purpose
 * and the thresholds say, tells whoever is woken what to do, and reaches the topic; and that the
 * dashboard shows what is watched.
 */

import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration, Size, Stack } from 'aws-cdk-lib/core';
import { Purpose, SecureRedis, type SecureRedisProps, Topology } from '../../lib';
import { flatten } from '../support/flatten';
import { makeApp, makeStack, type TemplateJson, templateOf } from '../support/synth';
import { all } from './claims';

const ALARM = 'AWS::CloudWatch::Alarm';
const NODE = '<CacheReplicationGroup5B07CC82>';

interface NodeMetric {
  readonly Id: string;
  readonly Label: string;
  readonly Expression?: string;
  readonly ReturnData: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly MetricName: string;
      readonly Namespace: string;
      readonly Dimensions: readonly object[];
    };
    readonly Stat: string;
    readonly Period: number;
  };
}

interface NodeAlarm {
  readonly Metrics: readonly NodeMetric[];
  readonly Threshold: number;
  readonly DatapointsToAlarm: number;
  readonly EvaluationPeriods: number;
  readonly AlarmDescription: string;
}

type Alarms = Readonly<Record<string, NodeAlarm>>;

/** The alarms on nodes, by the end of their logical id, in order. */
function alarmsOf({ Resources }: TemplateJson): Alarms {
  const found = Object.entries(Resources).filter(([id]) => id.startsWith('CacheAlarms'));
  return Object.fromEntries(
    found
      .filter(([, { Type }]) => Type === ALARM)
      .map(([id, { Properties }]) => [
        id.replace(/^CacheAlarms(\w+)\w{8}$/, '$1'),
        flatten(Properties) as unknown as NodeAlarm,
      ]),
  );
}

const alarmsWith = (props: SecureRedisProps) => alarmsOf(templateOf(makeStack(props)));

/** Metric, statistic, threshold and periods of each alarm. */
function summary(alarms: Alarms): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(alarms).map(([name, alarm]) => {
      const { Metric, Stat } = alarm.Metrics[0]?.MetricStat ?? {};
      const periods = `${alarm.DatapointsToAlarm} of ${alarm.EvaluationPeriods}`;
      return [name, `${Stat} ${Metric?.MetricName} >= ${alarm.Threshold}, ${periods}`];
    }),
  );
}

const CACHE_TEMPLATE = templateOf(makeStack());
const CACHE = alarmsOf(CACHE_TEMPLATE);
const SESSIONS_TEMPLATE = templateOf(makeStack({ purpose: Purpose.SESSIONS }));
const SESSIONS = alarmsOf(SESSIONS_TEMPLATE);

const FOR_ALL = {
  AuthenticationFailures: 'Sum AuthenticationFailures >= 1, 1 of 1',
  CommandAuthorizationFailures: 'Sum CommandAuthorizationFailures >= 1, 1 of 1',
  KeyAuthorizationFailures: 'Sum KeyAuthorizationFailures >= 1, 1 of 1',
  Processor: 'Maximum CPUUtilization >= 45, 3 of 3',
  Connections: 'Maximum CurrConnections >= 52000, 3 of 3',
  TrafficManagement: 'Maximum TrafficManagementActive >= 1, 3 of 3',
  Swap: 'Maximum SwapUsage >= 52428800, 3 of 3',
  ReplicationLag: 'Maximum ReplicationLag >= 10, 3 of 3',
};
const WHERE_NOTHING_MAY_BE_LOST = {
  Memory: 'Maximum DatabaseMemoryUsagePercentage >= 80, 3 of 3',
  Evictions: 'Sum Evictions >= 1, 1 of 1',
};

describe('Which alarms there are', () => {
  test('a cache fills its memory and evicts by design', () => {
    expect(summary(CACHE)).toEqual(FOR_ALL);
  });

  test('sessions and queues must not', () => {
    const expected = { ...FOR_ALL, ...WHERE_NOTHING_MAY_BE_LOST };
    expect(summary(SESSIONS)).toEqual(expected);
    expect(summary(alarmsWith({ purpose: Purpose.QUEUE }))).toEqual(expected);
  });

  test('without replicas nothing lags, replicated or sharded', () => {
    const { ReplicationLag: _, ...rest } = FOR_ALL;
    const alone = alarmsWith({ topology: Topology.replicated({ replicas: 0 }) });
    expect(summary(alone)).toEqual(rest);
    const sharded = Topology.sharded({ shards: 2, replicasPerShard: 0 });
    expect(summary(alarmsWith({ topology: sharded }))).toEqual(rest);
  });
});

describe('Each alarm looks at every node', () => {
  const metric = (index: number, end: string, metricName: string, stat: string) => ({
    Id: `node${index}`,
    Label: `${NODE}${end}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ElastiCache',
        MetricName: metricName,
        Dimensions: [{ Name: 'CacheClusterId', Value: `${NODE}${end}` }],
      },
      Period: 300,
      Stat: stat,
    },
    ReturnData: false,
  });
  const worst = (Label: string) => ({
    Id: 'worst',
    Label,
    Expression: 'MAX(METRICS())',
    ReturnData: true,
  });

  test('of a replicated cache: all that an alarm says', () => {
    expect(CACHE.AuthenticationFailures).toEqual({
      AlarmDescription:
        'Somebody tried to log in with a password that the cache refuses: a client with a ' +
        'retired password, or an intruder. The rotation causes none. First: find the caller in ' +
        'the flow log of the VPC; restart it if it is yours, else block it. Runbook: ' +
        'docs/operate.md#authentication-failures of cdk-secure-redis.',
      Metrics: [
        metric(1, '-001', 'AuthenticationFailures', 'Sum'),
        metric(2, '-002', 'AuthenticationFailures', 'Sum'),
        worst('Failed logins'),
      ],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      DatapointsToAlarm: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: ['<CacheAlarmTopicDE60FC1B>'],
      OKActions: ['<CacheAlarmTopicDE60FC1B>'],
    });
  });

  test('of a sharded one', () => {
    const topology = Topology.sharded({ shards: 2, replicasPerShard: 1 });
    expect(alarmsWith({ topology }).Swap?.Metrics).toEqual([
      metric(1, '-0001-001', 'SwapUsage', 'Maximum'),
      metric(2, '-0001-002', 'SwapUsage', 'Maximum'),
      metric(3, '-0002-001', 'SwapUsage', 'Maximum'),
      metric(4, '-0002-002', 'SwapUsage', 'Maximum'),
      worst('Swapped memory (bytes)'),
    ]);
  });

  test('of 21 nodes: ten an alarm, each node once', () => {
    const topology = Topology.sharded({ shards: 7, replicasPerShard: 2 });
    const alarms = alarmsWith({ topology });
    const names = Object.keys(alarms).filter((name) => name.startsWith('Swap'));
    expect(names).toEqual(['Swap', 'Swap2', 'Swap3']);
    const labels = names.map((name) => {
      const { Metrics = [] } = alarms[name] ?? {};
      return Metrics.filter(({ Id }) => Id !== 'worst').map(({ Label }) => Label);
    });
    expect(labels.map(({ length }) => length)).toEqual([10, 10, 1]);
    expect(new Set(labels.flat()).size).toBe(21);
    expect(labels[2]).toEqual([`${NODE}-0007-003`]);
  });

  test('of ten nodes: one alarm', () => {
    const topology = Topology.sharded({ shards: 5, replicasPerShard: 1 });
    expect(Object.keys(alarmsWith({ topology }))).toEqual(Object.keys(FOR_ALL));
  });
});

describe('From which value on an alarm rings', () => {
  test.each([
    ['cache.t4g.small', 'CPUUtilization', 45],
    ['cache.r7g.large', 'CPUUtilization', 45],
    ['cache.t2.small', 'CPUUtilization', 90],
    ['cache.t2.medium', 'CPUUtilization', 45],
    ['cache.m3.medium', 'CPUUtilization', 90],
    ['cache.r7g.xlarge', 'EngineCPUUtilization', 90],
    ['cache.r7g.16xlarge', 'EngineCPUUtilization', 90],
  ])('the processor of %s', (nodeType, metricName, threshold) => {
    const { Processor } = summary(alarmsWith({ nodeType }));
    expect(Processor).toBe(`Maximum ${metricName} >= ${threshold}, 3 of 3`);
  });

  test.each([
    ['cache.t4g.micro', 16_000],
    ['cache.t2.small', 16_000],
    ['cache.t2.medium', 16_000],
    ['cache.t4g.small', 52_000],
    ['cache.r7g.large', 52_000],
  ])('the connections of %s', (nodeType, threshold) => {
    expect(alarmsWith({ nodeType }).Connections?.Threshold).toBe(threshold);
  });

  test('a part of a connection is none', () => {
    const alarms = alarmsWith({ alarms: { connectionsPercent: 33 } });
    expect(alarms.Connections?.Threshold).toBe(21_450);
  });

  const SUMMARY = summary(SESSIONS);
  test.each<[string, NonNullable<SecureRedisProps['alarms']>, string]>([
    ['Memory', { memoryPercent: 70 }, 'Maximum DatabaseMemoryUsagePercentage >= 70, 3 of 3'],
    ['Processor', { enginePercent: 60 }, 'Maximum CPUUtilization >= 30, 3 of 3'],
    ['Connections', { connectionsPercent: 50 }, 'Maximum CurrConnections >= 32500, 3 of 3'],
    ['Evictions', { evictions: 100 }, 'Sum Evictions >= 100, 1 of 1'],
    [
      'ReplicationLag',
      { replicationLag: Duration.minutes(2) },
      'Maximum ReplicationLag >= 120, 3 of 3',
    ],
    ['Swap', { swap: Size.gibibytes(1) }, 'Maximum SwapUsage >= 1073741824, 3 of 3'],
    [
      'AuthenticationFailures',
      { authenticationFailures: 5 },
      'Sum AuthenticationFailures >= 5, 1 of 1',
    ],
  ])('%s moves with its threshold, and nothing else does', (name, alarms, expected) => {
    const moved = summary(alarmsWith({ purpose: Purpose.SESSIONS, alarms }));
    expect(moved).toEqual({ ...SUMMARY, [name]: expected });
  });

  test('a cache that asks for them has the alarms of memory and evictions', () => {
    const asked = alarmsWith({ alarms: { memoryPercent: 95, evictions: 1000 } });
    expect(summary(asked)).toEqual({
      ...FOR_ALL,
      Memory: 'Maximum DatabaseMemoryUsagePercentage >= 95, 3 of 3',
      Evictions: 'Sum Evictions >= 1000, 1 of 1',
    });
  });
});

describe('Whoever is woken is told what to do', () => {
  const ONES = all(SESSIONS_TEMPLATE, ALARM).map(({ Properties }) => Properties.AlarmDescription);

  test('what it means, what to do first, and where to read on, in 1,024 characters', () => {
    expect(ONES).toHaveLength(11);
    expect(new Set(ONES).size).toBe(11);
    for (const description of ONES) {
      expect(description).toMatch(/^[A-Z].{25,}\. First: [a-z].{20,}[^.]\. Runbook: docs\//);
      expect(String(description).length).toBeLessThanOrEqual(1024);
    }
  });

  test.each([
    ['Processor', 'processor'],
    ['Connections', 'connections'],
    ['TrafficManagement', 'traffic-management'],
    ['CommandAuthorizationFailures', 'authorization-failures'],
    ['KeyAuthorizationFailures', 'authorization-failures'],
    ['Memory', 'memory'],
    ['Evictions', 'evictions'],
    ['Swap', 'swap'],
    ['ReplicationLag', 'replication-lag'],
  ])('%s by its heading', (name, runbook) => {
    expect(SESSIONS[name]?.AlarmDescription).toMatch(
      new RegExp(`\\. Runbook: docs/operate.md#${runbook} of cdk-secure-redis\\.$`),
    );
  });

  test('on a topic of theirs, for every alarm', () => {
    const stack = new Stack(makeApp(), 'Given');
    const arn = 'arn:aws:sns:eu-west-1:111111111111:on-call';
    const cache = new SecureRedis(stack, 'Cache', {
      alarmTopic: Topic.fromTopicArn(stack, 'Theirs', arn),
    });
    const template = templateOf(stack);
    expect(cache.alarmTopic.topicArn).toBe(arn);
    expect(all(template, 'AWS::SNS::Topic')).toEqual([]);
    const alarms = all(template, ALARM);
    expect(alarms).toHaveLength(9);
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual([arn]);
  });
});
