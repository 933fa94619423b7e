/**
 * The dashboard is JSON that CloudWatch can read, and shows the alarms, a graph of each metric with
 * every node, and the last rotations.
 */

import { Purpose, type SecureRedisProps, Topology } from '../../lib';
import { flatten } from '../support/flatten';
import { makeStack, templateOf } from '../support/synth';
import { all } from './claims';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

const DASHBOARD = 'AWS::CloudWatch::Dashboard';

function widgetsOf(props: SecureRedisProps): readonly Widget[] {
  const [dashboard] = all(templateOf(makeStack(props)), DASHBOARD);
  const body = flatten(dashboard?.Properties.DashboardBody);
  return (JSON.parse(String(body)) as { widgets: readonly Widget[] }).widgets;
}

const CACHE = widgetsOf({});
const SHARDED = Topology.sharded({ shards: 3, replicasPerShard: 0 });
const QUEUE = widgetsOf({ purpose: Purpose.QUEUE, topology: SHARDED });

const graphs = (widgets: readonly Widget[]) => widgets.filter(({ type }) => type === 'metric');

describe('The dashboard', () => {
  test('has the alarms, ten graphs and the rotations, none over another', () => {
    const places = CACHE.map(({ type, x, y, width, height }) => [type, x, y, width, height]);
    expect(places).toStrictEqual([
      ['alarm', 0, 0, 24, 3],
      ['metric', 0, 3, 8, 6],
      ['metric', 8, 3, 8, 6],
      ['metric', 16, 3, 8, 6],
      ['metric', 0, 9, 8, 6],
      ['metric', 8, 9, 8, 6],
      ['metric', 16, 9, 8, 6],
      ['metric', 0, 15, 8, 6],
      ['metric', 8, 15, 8, 6],
      ['metric', 16, 15, 8, 6],
      ['metric', 0, 21, 8, 6],
      ['log', 0, 27, 24, 6],
    ]);
    // Nine graphs fill three rows: nothing lags without replicas.
    expect(QUEUE.at(-1)?.y).toBe(21);
  });

  test('is none where none is wanted', () => {
    expect(all(templateOf(makeStack({ dashboard: false })), DASHBOARD)).toStrictEqual([]);
  });

  test('lists every alarm, that of the rotation first', () => {
    expect(CACHE[0]?.properties.title).toBe('Secure Redis secure-redis-test, cache: alarms');
    expect(QUEUE[0]?.properties.title).toBe('Secure Redis secure-redis-test, queue: alarms');
    const alarms = CACHE[0]?.properties.alarms as readonly string[];
    expect(alarms.map((arn) => arn.replace(/^<Cache(\w+)\w{8}\.Arn>$/, '$1'))).toStrictEqual([
      'RotationFailureAlarm',
      'RotationFailureEventsAlarm',
      'RotationKeyEventsAlarm',
      'RotationSecretEventsAlarm',
      ...['DailyCheckSucceeded', 'RotationOverdue', 'StuckPending', 'PreviousStillAccepted'].map(
        (name) => `RotationDailyCheckAlarms${name}`,
      ),
      'RotationDailyCheckAlarmsLoginRefused',
      'AlarmsPagingNodes',
      'AlarmsAuthenticationFailuresOf1',
      'AlarmsCommandAuthorizationFailuresOf1',
      'AlarmsKeyAuthorizationFailuresOf1',
      ...['Processor', 'Connections', 'TrafficManagement', 'Swap', 'ReplicationLag'].flatMap(
        (name) => [`Alarms${name}1`, `Alarms${name}2`],
      ),
    ]);
  });
});

describe('A graph', () => {
  test('for each metric, also without a threshold', () => {
    expect(
      graphs(CACHE).map(({ properties: { title, stat, metrics, annotations } }) => {
        const [[, metricName] = []] = metrics as readonly string[][];
        const { horizontal } = annotations as { horizontal: readonly { value: number }[] };
        return [title, stat, metricName, ...horizontal.map(({ value }) => value)];
      }),
    ).toStrictEqual([
      ['Failed logins', 'Sum', 'AuthenticationFailures', 3],
      ['Forbidden commands', 'Sum', 'CommandAuthorizationFailures', 1],
      ['Forbidden keys', 'Sum', 'KeyAuthorizationFailures', 1],
      ['2 processors (%)', 'Maximum', 'CPUUtilization', 45],
      ['Connections', 'Maximum', 'CurrConnections', 52_000],
      ['Traffic throttled by ElastiCache', 'Maximum', 'TrafficManagementActive', 1],
      ['Memory for data (%)', 'Maximum', 'DatabaseMemoryUsagePercentage'],
      ['Evicted keys', 'Sum', 'Evictions'],
      ['Swapped memory (bytes)', 'Maximum', 'SwapUsage', 52_428_800],
      ['Replication lag (s)', 'Maximum', 'ReplicationLag', 10],
    ]);
  });

  test('with a line for each node', () => {
    const node = (end: string) => `<CacheReplicationGroup5B07CC82>${end}`;
    const line = (id: string) => [
      'AWS/ElastiCache',
      'Evictions',
      'CacheClusterId',
      id,
      { label: id },
    ];
    const evictions = graphs(QUEUE).find(({ properties }) => properties.title === 'Evicted keys');
    expect(evictions?.properties).toEqual({
      title: 'Evicted keys',
      region: '<AWS::Region>',
      stat: 'Sum',
      period: 300,
      metrics: ['-0001-001', '-0002-001', '-0003-001'].map((end) => line(node(end))),
      yAxis: { left: { min: 0 } },
      annotations: { horizontal: [{ label: 'alarm threshold', value: 1 }] },
    });
  });

  test('of the engine’s own processor where AWS measures it', () => {
    const large = widgetsOf({ nodeType: 'cache.r7g.xlarge' });
    expect(graphs(large)[3]?.properties.title).toBe('Processor of the engine (%)');
  });
});

describe('The last rotations', () => {
  test('are read from the log of the function', () => {
    expect(CACHE.at(-1)?.properties).toEqual({
      title: 'Rotation: the last decisions and errors',
      region: '<AWS::Region>',
      view: 'table',
      query:
        "SOURCE '<CacheRotationLogEB9AB06B>' | filter ispresent(decision.kind) or @message like " +
        '/errorType/ | fields @timestamp, step, decision.kind, decision.effect, errorType, ' +
        'errorMessage | sort @timestamp desc | limit 20',
    });
  });
});
