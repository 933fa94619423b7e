/**
 * Secrets Manager's own word that a rotation failed. It comes by CloudTrail, so only where the
 * account has a trail; where it has none this stays silent, and the other alarms do not need it.
 *
 * The rule has no target: an alarm looks at how often it matched, and so tells it where every
 * other alarm does.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html
 */

import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge, inPacks } from '../acknowledge';
import { alarmText } from './alarm-text';

export interface FailureEventsProps {
  readonly secretArn: string;
  readonly topic: ITopic;
}

const PERIOD_SECONDS = 300;

export class FailureEvents extends Construct {
  readonly alarmArn: string;

  constructor(scope: Construct, id: string, { secretArn, topic }: FailureEventsProps) {
    super(scope, id);
    const rule = new CfnRule(this, 'Rule', {
      description: 'Secure Redis: Secrets Manager says that a rotation failed',
      eventPattern: {
        source: ['aws.secretsmanager'],
        'detail-type': ['AWS Service Event via CloudTrail'],
        detail: {
          eventName: ['RotationFailed', 'RotationAbandoned'],
          additionalEventData: { SecretId: [secretArn] },
        },
      },
    });
    acknowledge(
      rule,
      inPacks('EventBusDLQ', 'Serverless'),
      'the rule has no target whose failure could be lost: an alarm counts how often it matches',
    );
    const alarm = new CfnAlarm(this, 'Alarm', {
      alarmDescription: alarmText({
        means:
          'Secrets Manager says that a rotation failed or was taken back. Clients keep working ' +
          'with the current password.',
        first: 'run `npx secure-redis recover`, which says what is in the way',
        runbook: 'rotation-failed',
      }),
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensions: [{ name: 'RuleName', value: rule.ref }],
      statistic: 'Sum',
      period: PERIOD_SECONDS,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      // A rotation that does not fail is the ordinary case.
      treatMissingData: 'notBreaching',
      // Why no OK: five minutes later it would say that all is well, of a rotation that is stuck.
      alarmActions: [topic.topicArn],
    });
    this.alarmArn = alarm.attrArn;
  }
}
