/**
 * Proves that the alarms on the audit ring from the value, and after the days, that they should,
 * and that one of them rings on silence.
 */

import { makeStack, templateOf } from '../support/synth';
import { all } from './claims';

const ALARM = 'AWS::CloudWatch::Alarm';
const CACHE_TEMPLATE = templateOf(makeStack());

describe('The daily audit has alarms of its own', () => {
  test('on days, one of them on silence', () => {
    const found = all(CACHE_TEMPLATE, ALARM).filter(
      ({ Properties }) => Properties.Namespace === 'SecureRedis',
    );
    const of = ({ Properties: alarm }: (typeof found)[number]) =>
      `${alarm.Statistic} ${alarm.MetricName} ${alarm.ComparisonOperator} ${alarm.Threshold}, ` +
      `${alarm.DatapointsToAlarm} of ${alarm.EvaluationPeriods}, ${alarm.TreatMissingData}`;
    expect(found.map(of)).toEqual([
      'Maximum AuditSucceeded LessThanThreshold 1, 2 of 2, breaching',
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

describe('Secrets Manager’s own word is an alarm too, where the account has a trail', () => {
  test('a rule for this secret, without a target, and an alarm on its matches', () => {
    const [rule] = all(CACHE_TEMPLATE, 'AWS::Events::Rule');
    expect(rule?.Properties).toEqual({
      Description: 'Secure Redis: Secrets Manager says that a rotation failed',
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
