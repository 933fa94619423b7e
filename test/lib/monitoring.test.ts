/**
 * Node alarms: every node has its alarms by its real id, with the thresholds of purpose and
 * settings, with instructions for on-call, and with the topic as action; the dashboard shows every
 * metric.
 */

import { Duration, Size } from 'aws-cdk-lib/core';
import { Engine, Purpose, type SecureRedisProps, Topology } from '../../lib';
import { flatten } from '../support/flatten';
import { makeStack, type TemplateJson, templateOf } from '../support/synth';
import { all } from './claims';

const ALARM = 'AWS::CloudWatch::Alarm';
const NODE = '<CacheReplicationGroup5B07CC82>';

interface NodeAlarm {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Statistic?: string;
  readonly Period?: number;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  /** An alarm over several nodes. */
  readonly Metrics?: readonly { readonly MetricStat?: MetricStat }[];
  readonly Threshold: number;
  readonly DatapointsToAlarm: number;
  readonly EvaluationPeriods: number;
  readonly AlarmDescription: string;
}

interface MetricStat {
  readonly Metric: { readonly MetricName: string };
  readonly Stat: string;
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

/** The settings of one kind of alarm, equal on every node, and the number of nodes. */
function summary(alarms: Alarms): Readonly<Record<string, string>> {
  const said = Object.entries(alarms).map(([name, alarm]) => {
    const { DatapointsToAlarm, EvaluationPeriods, Metrics: [first] = [] } = alarm;
    const MetricName = alarm.MetricName ?? first?.MetricStat?.Metric.MetricName;
    const Statistic = alarm.Statistic ?? first?.MetricStat?.Stat;
    const periods = `${DatapointsToAlarm} of ${EvaluationPeriods}`;
    const text = `${Statistic} ${MetricName} >= ${alarm.Threshold}, ${periods}`;
    return [name.replace(/(Of)?\d+$/, ''), text] as const;
  });
  for (const [kind, text] of said) {
    expect(said.filter(([other]) => other === kind).map(([, each]) => each)).toEqual(
      said.filter(([other]) => other === kind).map(() => text),
    );
  }
  return Object.fromEntries(said);
}

const CACHE_TEMPLATE = templateOf(makeStack());
const CACHE = alarmsOf(CACHE_TEMPLATE);
const SESSIONS_TEMPLATE = templateOf(makeStack({ purpose: Purpose.SESSIONS }));
const SESSIONS = alarmsOf(SESSIONS_TEMPLATE);

const FOR_ALL = {
  AuthenticationFailures: 'Sum AuthenticationFailures >= 3, 1 of 1',
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

  test('no replication lag alarm without replicas, replicated or sharded', () => {
    const { ReplicationLag: _, ...rest } = FOR_ALL;
    const alone = alarmsWith({ topology: Topology.replicated({ replicas: 0 }) });
    expect(summary(alone)).toEqual(rest);
    const sharded = Topology.sharded({ shards: 2, replicasPerShard: 0 });
    expect(summary(alarmsWith({ topology: sharded }))).toEqual(rest);
  });
});

describe('Each node has its alarms', () => {
  const watched = (alarms: Alarms, kind: string) =>
    Object.entries(alarms)
      .filter(([name]) => new RegExp(`^${kind}\\d+$`).test(name))
      .map(([name, { Dimensions }]) => [name, Dimensions?.map(({ Value }) => Value).join()]);

  test('of a replicated cache: all properties of an alarm', () => {
    expect(CACHE.Swap2).toEqual({
      AlarmDescription:
        'The node swaps memory to disk: commands get slow, and a failover may follow. First: ' +
        'raise reserved-memory-percent or take a larger node. Runbook: docs/operate.md#swap of ' +
        'cdk-secure-redis.',
      Namespace: 'AWS/ElastiCache',
      MetricName: 'SwapUsage',
      Dimensions: [{ Name: 'CacheClusterId', Value: `${NODE}-002` }],
      Statistic: 'Maximum',
      Period: 300,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 52_428_800,
      DatapointsToAlarm: 3,
      EvaluationPeriods: 3,
      TreatMissingData: 'notBreaching',
    });
    expect(watched(CACHE, 'Swap')).toStrictEqual([
      ['Swap1', `${NODE}-001`],
      ['Swap2', `${NODE}-002`],
    ]);
  });

  test('of a sharded one', () => {
    const topology = Topology.sharded({ shards: 2, replicasPerShard: 1 });
    expect(watched(alarmsWith({ topology }), 'Swap')).toStrictEqual([
      ['Swap1', `${NODE}-0001-001`],
      ['Swap2', `${NODE}-0001-002`],
      ['Swap3', `${NODE}-0002-001`],
      ['Swap4', `${NODE}-0002-002`],
    ]);
  });

  test('of thirty nodes: one alarm per node', () => {
    const topology = Topology.sharded({ shards: 30, replicasPerShard: 0 });
    expect(watched(alarmsWith({ topology }), 'Swap')).toHaveLength(30);
  });
});

describe('Above thirty nodes, ten share an alarm', () => {
  const topology = Topology.sharded({ shards: 31, replicasPerShard: 0 });
  const LARGE = alarmsWith({ topology });
  const names = Object.keys(LARGE).filter((name) => name.startsWith('Swap'));
  const metric = (index: number, end: string) => ({
    Id: `node${index}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ElastiCache',
        MetricName: 'SwapUsage',
        Dimensions: [{ Name: 'CacheClusterId', Value: `${NODE}${end}` }],
      },
      Period: 300,
      Stat: 'Maximum',
    },
    ReturnData: false,
  });

  test('each node once', () => {
    expect(names).toStrictEqual(['SwapOf1', 'SwapOf2', 'SwapOf3', 'SwapOf4']);
    const seen = names.map((name) => JSON.stringify(LARGE[name]).match(/-\d{4}-001/g) ?? []);
    expect(seen.map(({ length }) => length)).toStrictEqual([10, 10, 10, 1]);
    expect(new Set(seen.flat()).size).toBe(31);
  });

  test('the worst of them counts', () => {
    const { Metrics = [], Threshold } = LARGE.SwapOf1 ?? {};
    expect(Threshold).toBe(52_428_800);
    expect(Metrics).toHaveLength(11);
    expect(Metrics[9]).toEqual(metric(10, '-0010-001'));
    expect(Metrics[10]).toEqual({
      Id: 'worst',
      Label: 'Swapped memory (bytes)',
      Expression: 'MAX(METRICS())',
      ReturnData: true,
    });
  });
});

describe('Alarm thresholds', () => {
  test.each([
    ['cache.t4g.small', 'CPUUtilization', 45],
    ['cache.r7g.large', 'CPUUtilization', 45],
    ['cache.t2.small', 'CPUUtilization', 90],
    ['cache.t2.medium', 'CPUUtilization', 45],
    ['cache.r7g.xlarge', 'EngineCPUUtilization', 90],
    ['cache.r7g.16xlarge', 'EngineCPUUtilization', 90],
  ])('the processor of %s', (nodeType, metricName, threshold) => {
    const { Processor } = summary(alarmsWith({ nodeType }));
    expect(Processor).toBe(`Maximum ${metricName} >= ${threshold}, 3 of 3`);
  });

  test('the processor of a node type with one processor', () => {
    const m3 = alarmsWith({ nodeType: 'cache.m3.medium', engine: Engine.REDIS_7_1 });
    expect(summary(m3).Processor).toBe('Maximum CPUUtilization >= 90, 3 of 3');
  });

  test.each([
    ['cache.t4g.micro', 16_000],
    ['cache.t2.small', 16_000],
    ['cache.t2.medium', 16_000],
    ['cache.t3.small', 36_800],
    ['cache.t4g.small', 52_000],
    ['cache.r7g.large', 52_000],
  ])('the connections of %s', (nodeType, threshold) => {
    expect(alarmsWith({ nodeType }).Connections1?.Threshold).toBe(threshold);
  });

  test('thresholds of connections are whole numbers', () => {
    const alarms = alarmsWith({ alarms: { connectionsPercent: 33 } });
    expect(alarms.Connections1?.Threshold).toBe(21_450);
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

describe('The description tells on-call what to do', () => {
  const ONES = new Set(
    all(SESSIONS_TEMPLATE, ALARM).map(({ Properties }) => Properties.AlarmDescription),
  );

  test('what it means, what to do first, and where to read on, in 1,024 characters', () => {
    // Ten on nodes, five on the daily check, one on the function, three on events.
    expect(ONES.size).toBe(19);
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
    const alarm = SESSIONS[`${name}1`] ?? SESSIONS[`${name}Of1`];
    expect(alarm?.AlarmDescription).toMatch(
      new RegExp(`\\. Runbook: docs/operate.md#${runbook} of cdk-secure-redis\\.$`),
    );
  });
});
