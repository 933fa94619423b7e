/**
 * One message per event: node alarms publish through one composite alarm per cache of any size,
 * alarms on access and the password publish directly; a kind of alarm can be turned off only with a
 * reason, which is in the template.
 */

import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration, Size, Stack } from 'aws-cdk-lib/core';
import {
  type AlarmThresholds,
  Purpose,
  SecureRedis,
  type SecureRedisProps,
  Topology,
} from '../../lib';
import { Access } from '../../lib/access/access';
import { ALARM_KINDS } from '../../lib/monitoring/alarms';
import { flatten } from '../support/flatten';
import { makeFleet } from '../support/fleet';
import { messageOf } from '../support/message-of';
import { makeApp, makeStack, type TemplateJson, templateOf } from '../support/synth';
import { USERS } from '../support/users';
import { all } from './claims';

const ALARM = 'AWS::CloudWatch::Alarm';
const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';
const TOPIC = '<CacheAlarmTopicDE60FC1B>';

type Text = Readonly<Record<string, unknown>>;

const templateWith = (props: SecureRedisProps) => templateOf(makeStack(props));
const compositesOf = (template: TemplateJson) =>
  all(template, COMPOSITE).map(({ Properties }) => flatten(Properties) as Text);
const shards = (count: number) => Topology.sharded({ shards: count, replicasPerShard: 0 });
const CACHE = templateWith({});

/** The alarms that publish directly, by metric. */
function aloneIn(template: TemplateJson): readonly string[] {
  return all(template, ALARM)
    .filter(({ Properties: { AlarmActions } }) => AlarmActions !== undefined)
    .map(({ Properties }) => {
      const metrics = JSON.stringify(Properties).matchAll(/"MetricName":"(\w+)"/g);
      return Array.from(metrics, ([, name]) => name)[0] ?? '';
    })
    .sort();
}

const ALONE = [
  'AuthenticationFailures',
  'CommandAuthorizationFailures',
  'DailyCheckSucceeded',
  'Errors',
  'KeyAuthorizationFailures',
  'LoginRefused',
  'PreviousStillAccepted',
  'RotationOverdue',
  'StuckPending',
  'TriggeredRules',
  'TriggeredRules',
  'TriggeredRules',
];

describe('One event is one message', () => {
  test('the alarms on nodes publish through one composite alarm', () => {
    const [composite] = compositesOf(CACHE);
    expect(compositesOf(CACHE)).toHaveLength(1);
    const kinds = ['Processor', 'Connections', 'TrafficManagement', 'Swap', 'ReplicationLag'];
    const children = kinds.flatMap((kind) => [`${kind}1`, `${kind}2`]);
    const rule = String(composite?.AlarmRule).replaceAll(/<CacheAlarms(\w+)\w{8}>/g, '$1');
    expect(rule).toBe(children.map((child) => `ALARM("${child}")`).join(' OR '));
    expect(composite).toMatchObject({ AlarmActions: [TOPIC], OKActions: [TOPIC] });
    expect(composite?.ActionsEnabled).toBeUndefined();
  });

  test('what concerns password and access publishes alone, whatever the nodes do', () => {
    expect(aloneIn(CACHE)).toStrictEqual(ALONE);
    expect(aloneIn(templateWith({ topology: shards(10) }))).toStrictEqual(ALONE);
    expect(aloneIn(templateWith({ topology: shards(11) }))).toHaveLength(ALONE.length + 3);
  });

  test('a failed login on any of ten nodes is one alarm', () => {
    const found = all(CACHE, ALARM).filter(({ Properties: { AlarmDescription } }) =>
      String(AlarmDescription).includes('#authentication-failures '),
    );
    expect(found).toHaveLength(1);
    const alarm = flatten(found[0]?.Properties ?? {}) as Text;
    const metric = (id: string, end: string) => ({
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ElastiCache',
          MetricName: 'AuthenticationFailures',
          Dimensions: [{ Name: 'CacheClusterId', Value: `<CacheReplicationGroup5B07CC82>${end}` }],
        },
        Period: 300,
        Stat: 'Sum',
      },
      ReturnData: false,
    });
    expect(alarm).toMatchObject({ Threshold: 3, AlarmActions: [TOPIC], OKActions: [TOPIC] });
    expect(alarm.Metrics).toEqual([
      metric('node1', '-001'),
      metric('node2', '-002'),
      { Id: 'worst', Label: 'Failed logins', Expression: 'MAX(METRICS())', ReturnData: true },
    ]);
  });

  test('each alarm publishes in one way, on a topic of theirs too', () => {
    const stack = new Stack(makeApp(), 'Given');
    const arn = 'arn:aws:sns:eu-west-1:111111111111:on-call';
    const cache = new SecureRedis(stack, 'Cache', {
      alarmTopic: Topic.fromTopicArn(stack, 'Theirs', arn),
    });
    const template = templateOf(stack);
    expect(cache.alarmTopic.topicArn).toBe(arn);
    expect(all(template, 'AWS::SNS::Topic')).toStrictEqual([]);
    const [composite] = compositesOf(template);
    expect(composite?.AlarmActions).toStrictEqual([arn]);
    const alarms = Object.entries(template.Resources).filter(([, { Type }]) => Type === ALARM);
    expect(alarms).toHaveLength(22);
    for (const [id, { Properties }] of alarms) {
      const isChild = String(composite?.AlarmRule).includes(`"<${id}>"`);
      expect([id, Properties.AlarmActions]).toStrictEqual([id, isChild ? undefined : [arn]]);
    }
  });
});

describe('A composite alarm stays within what CloudWatch takes', () => {
  /** With names as long as CloudFormation makes them. */
  function lengthsOf(template: TemplateJson, stackName: string) {
    return all(template, COMPOSITE).map(({ Properties }) => {
      const rule = String((flatten(Properties) as Text).AlarmRule);
      const named = rule.replaceAll(/<(\w+)>/g, `${stackName}-$1-ABCDEFGHIJKL`);
      return [named.length, rule.split(' OR ').length] as const;
    });
  }

  test.each([
    [2, 's', 1],
    [14, 's', 1],
    [30, 's', 3],
    [31, 's', 1],
    [90, 's', 1],
    [30, 's'.repeat(128), 5],
    [90, 's'.repeat(128), 1],
  ])('%i nodes in a stack named %s: %i alarms', (nodes, stackName, count) => {
    const stack = new Stack(makeApp(), 'Large', { stackName });
    new SecureRedis(stack, 'Cache', { topology: shards(nodes), purpose: Purpose.QUEUE });
    const template = templateOf(stack);
    const lengths = lengthsOf(template, stackName);
    expect(lengths).toHaveLength(count);
    for (const [length, children] of lengths) {
      expect(length).toBeLessThanOrEqual(10_240);
      expect(children).toBeLessThanOrEqual(100);
    }
    const publishing = compositesOf(template).filter(({ AlarmActions }) => AlarmActions);
    expect(publishing).toHaveLength(1);
    const rules = compositesOf(template).map(({ AlarmRule }) => String(AlarmRule));
    const silent = Object.entries(template.Resources).filter(
      ([, { Type, Properties }]) =>
        [ALARM, COMPOSITE].includes(Type) && Properties.AlarmActions === undefined,
    );
    for (const [id] of silent) {
      expect(rules.filter((rule) => rule.includes(`"<${id}>"`))).toHaveLength(1);
    }
  });
});

describe('A kind of alarm is turned off with its reason', () => {
  const off = { swap: ' t4g.micro swaps by design, OPS-1 ', loginRefused: 'drill of November' };

  test('it is not made, and the reason is in the template', () => {
    const template = templateWith({ alarms: { off } });
    expect(aloneIn(template)).toStrictEqual(ALONE.filter((name) => name !== 'LoginRefused'));
    expect(JSON.stringify(all(template, ALARM))).not.toMatch(/SwapUsage|"LoginRefused"/);
    const [composite] = all(template, COMPOSITE) as unknown as readonly Record<string, Text>[];
    const { Metadata = {}, Properties = {} } = composite ?? {};
    expect(Metadata['secure-redis:alarms-off']).toStrictEqual({
      swap: 't4g.micro swaps by design, OPS-1',
      loginRefused: 'drill of November',
    });
    const { AlarmRule, AlarmDescription } = Properties;
    expect(JSON.stringify(AlarmRule)).not.toContain('Swap');
    expect(AlarmDescription).toMatch(/\. Turned off, see its metadata: swap,loginRefused\.$/);
  });

  test('each kind by its name, and all of them', () => {
    const kinds = Object.keys(ALARM_KINDS);
    const queue = { purpose: Purpose.QUEUE, access: Access.users(USERS) };
    const before = all(templateWith(queue), ALARM).length;
    for (const kind of kinds) {
      const left = all(templateWith({ ...queue, alarms: { off: { [kind]: 'why' } } }), ALARM);
      expect([kind, left.length < before]).toStrictEqual([kind, true]);
    }
    const none = templateWith({
      ...queue,
      alarms: { off: Object.fromEntries(kinds.map((kind) => [kind, 'w'.repeat(500)])) },
    });
    expect(all(none, ALARM)).toStrictEqual([]);
    const [composite] = compositesOf(none);
    expect(composite?.AlarmRule).toBe('FALSE');
    expect(String(composite?.AlarmDescription).length).toBeLessThanOrEqual(1024);
  });

  test.each<[Readonly<Record<string, unknown>>, string]>([
    [
      { swapp: 'why' },
      'Test/Cache: `alarms.off.swapp` must be a kind of alarm, got "swapp". Use `swap`.',
    ],
    [
      { LoginRefused: 'why' },
      'Test/Cache: `alarms.off.LoginRefused` must be a kind of alarm, got "LoginRefused". Use ' +
        '`loginRefused`.',
    ],
    [
      { swap: '  ' },
      'Test/Cache: `alarms.off.swap` must be a reason of 1 to 500 characters, got "  ". Say why ' +
        'the alarm is not needed.',
    ],
    [
      { swap: true },
      'Test/Cache: `alarms.off.swap` must be a text with the reason, got true. Say why the ' +
        'alarm is not needed.',
    ],
  ])('not by %j', (wrong, line) => {
    expect(messageOf(() => makeStack({ alarms: { off: wrong as never } }))).toBe(line);
  });

  test.each<[string, AlarmThresholds, string, string | number]>([
    ['memory', { memoryPercent: 85 }, 'memoryPercent', 85],
    ['connections', { connectionsPercent: 50 }, 'connectionsPercent', 50],
    ['evictions', { evictions: 2 }, 'evictions', 2],
    ['swap', { swap: Size.kibibytes(1536) }, 'swap', 1.5],
    ['replicationLag', { replicationLag: Duration.minutes(2) }, 'replicationLag', 120],
    ['authenticationFailures', { authenticationFailures: 9 }, 'authenticationFailures', 9],
  ])('%s not beside its threshold, which would have no effect', (kind, given, name, shown) => {
    expect(messageOf(() => makeStack({ alarms: { ...given, off: { [kind]: 'why' } } }))).toMatch(
      `Test/Cache: \`alarms.${name}\` must not be set beside \`alarms.off.${kind}\`, which turns ` +
        `the alarm off, got ${shown}. Remove one of them.`,
    );
  });

  test('beside other thresholds, and beside the common threshold of a stage', () => {
    const alarms = { enginePercent: 70, swap: Size.mebibytes(9), off: { memory: 'why' } };
    expect(() => makeStack({ alarms })).not.toThrow();
    const { templates } = makeFleet({
      defaults: { alarms: { swapMiB: 100, enginePercent: 70, off: { memory: 'by design' } } },
      caches: { one: { alarms: { off: { swap: 'swaps by design' } } }, two: {} },
    });
    const swaps = (name: string) =>
      JSON.stringify(all(templates[name] as TemplateJson, ALARM)).includes('SwapUsage');
    expect([swaps('one'), swaps('two')]).toStrictEqual([false, true]);
  });
});
