/**
 * Alarms on the daily check: thresholds and periods, and an alarm on missing data that does not
 * fire for a new cache.
 */

import { Topology } from '../../lib';
import { flatten } from '../support/flatten';
import { makeStack, templateOf } from '../support/synth';
import { usersStack } from '../support/users';
import { all } from './claims';

const ALARM = 'AWS::CloudWatch::Alarm';
const CACHE_TEMPLATE = templateOf(makeStack());

describe('The daily check has alarms of its own', () => {
  test('on days', () => {
    const found = all(CACHE_TEMPLATE, ALARM).filter(
      ({ Properties }) => Properties.Namespace === 'SecureRedis',
    );
    const of = ({ Properties: alarm }: (typeof found)[number]) =>
      `${alarm.Statistic} ${alarm.MetricName} ${alarm.ComparisonOperator} ${alarm.Threshold}, ` +
      `${alarm.DatapointsToAlarm} of ${alarm.EvaluationPeriods}, ${alarm.TreatMissingData}`;
    expect(found.map(of)).toStrictEqual([
      'Maximum RotationOverdue GreaterThanOrEqualToThreshold 1, 1 of 1, notBreaching',
      'Maximum StuckPending GreaterThanOrEqualToThreshold 24, 1 of 1, notBreaching',
      'Maximum PreviousStillAccepted GreaterThanOrEqualToThreshold 2, 1 of 1, notBreaching',
      'Maximum LoginRefused GreaterThanOrEqualToThreshold 1, 1 of 1, notBreaching',
    ]);
    for (const { Properties } of found) {
      expect(Properties).toMatchObject({
        Period: 86_400,
        Dimensions: [
          { Name: 'ReplicationGroupId', Value: { Ref: expect.stringMatching(/Group/) } },
        ],
        AlarmActions: [{ Ref: 'CacheAlarmTopicDE60FC1B' }],
        OKActions: [{ Ref: 'CacheAlarmTopicDE60FC1B' }],
      });
    }
  });
});

test('Drift that is not known keeps the state of its alarm', () => {
  const alarms = all(templateOf(usersStack()), ALARM).map(({ Properties }) => Properties);
  const drift = alarms.filter(({ MetricName }) => MetricName === 'AccessDrift');
  expect(drift.map(({ TreatMissingData }) => TreatMissingData)).toStrictEqual(['ignore']);
});

describe('Silence is a fault of a cache that is two days old, and not of a deploy', () => {
  const silenceOf = (topology: Topology) => {
    const template = templateOf(makeStack({ topology }));
    const found = all(template, ALARM).filter(({ Properties }) =>
      JSON.stringify(Properties.Metrics ?? '').includes('DailyCheckSucceeded'),
    );
    expect(found).toHaveLength(1);
    return flatten(found[0]?.Properties ?? {}) as Record<string, unknown>;
  };
  const metric = (Namespace: string, MetricName: string, Name: string, Value: string) => ({
    MetricStat: {
      Metric: { Namespace, MetricName, Dimensions: [{ Name, Value }] },
      Period: 3_600,
      Stat: 'Maximum',
    },
    ReturnData: false,
  });
  const GROUP = '<CacheReplicationGroup5B07CC82>';
  const checked = metric('SecureRedis', 'DailyCheckSucceeded', 'ReplicationGroupId', GROUP);
  const node = (end: string) =>
    metric('AWS/ElastiCache', 'CPUUtilization', 'CacheClusterId', `${GROUP}-${end}`);

  test('48 hours of the life of a first and a last node, without a success', () => {
    const alarm = silenceOf(Topology.sharded({ shards: 3, replicasPerShard: 1 }));
    expect(alarm).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 48,
      DatapointsToAlarm: 48,
      TreatMissingData: 'notBreaching',
      AlarmActions: ['<CacheAlarmTopicDE60FC1B>'],
      OKActions: ['<CacheAlarmTopicDE60FC1B>'],
    });
    expect(alarm.Metrics).toStrictEqual([
      { Id: 'checked', ...checked },
      { Id: 'node1', ...node('0001-001') },
      { Id: 'node2', ...node('0003-002') },
      {
        Id: 'success',
        Label: 'DailyCheckSucceeded',
        Expression: 'MAX([checked, node1 * 0, node2 * 0])',
        ReturnData: true,
      },
    ]);
  });

  test('of a cache of one node, that one', () => {
    expect(silenceOf(Topology.replicated({ replicas: 0 })).Metrics).toMatchObject([
      { Id: 'checked' },
      { Id: 'node1', ...node('001') },
      { Expression: 'MAX([checked, node1 * 0])' },
    ]);
  });
});

describe('Secrets Manager’s own word is an alarm too, where the account has a trail', () => {
  test('a rule for this secret, without a target, and an alarm on its matches', () => {
    const rules = all(CACHE_TEMPLATE, 'AWS::Events::Rule');
    const rule = rules.find(({ Properties }) => /rotation/.test(String(Properties.Description)));
    expect(rule?.Properties).toEqual({
      Description: 'Secure Redis: Secrets Manager reports a failed rotation',
      EventPattern: {
        source: ['aws.secretsmanager'],
        'detail-type': ['AWS Service Event via CloudTrail'],
        detail: {
          eventName: ['RotationFailed', 'RotationAbandoned'],
          additionalEventData: { SecretId: [{ Ref: 'CacheSecretsCredentialsCB62D1C9' }] },
        },
      },
    });
    const [alarm] = all(CACHE_TEMPLATE, ALARM).filter(
      ({ Properties }) => Properties.Namespace === 'AWS/Events',
    );
    expect(alarm?.Properties).toMatchObject({
      MetricName: 'TriggeredRules',
      Dimensions: [
        { Name: 'RuleName', Value: { Ref: expect.stringMatching(/FailureEventsRule/) } },
      ],
      Statistic: 'Sum',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'CacheAlarmTopicDE60FC1B' }],
    });
  });
});
