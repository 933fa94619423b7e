/**
 * An alarm on events that come from CloudTrail: a rule of EventBridge without a target, and an
 * alarm on how often it matches, which publishes where every other alarm does.
 *
 * EventBridge gets such events only where a trail of the account logs management events. Without
 * one the alarm stays silent.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */

import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge, inPacks } from '../rules/acknowledge';
import { type AlarmText, alarmText } from './alarm-text';

export interface EventAlarmProps extends AlarmText {
  /** Of the rule. */
  readonly description: string;
  readonly eventPattern: object;
  readonly topic: ITopic;
}

const PERIOD_SECONDS = 300;

export class EventAlarm extends Construct {
  readonly alarmArn: string;

  constructor(scope: Construct, id: string, props: EventAlarmProps) {
    super(scope, id);
    const { description, eventPattern, topic } = props;
    const rule = new CfnRule(this, 'Rule', { description, eventPattern });
    acknowledge(
      rule,
      inPacks('EventBusDLQ', 'Serverless'),
      'the rule has no target whose failure could be lost: an alarm counts how often it matches',
    );
    const alarm = new CfnAlarm(this, 'Alarm', {
      alarmDescription: alarmText(props),
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensions: [{ name: 'RuleName', value: rule.ref }],
      statistic: 'Sum',
      period: PERIOD_SECONDS,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      // No event is the ordinary case.
      treatMissingData: 'notBreaching',
      // Why no OK: five minutes later it would say that all is well, of what nobody has repaired.
      alarmActions: [topic.topicArn],
    });
    this.alarmArn = alarm.attrArn;
  }
}
