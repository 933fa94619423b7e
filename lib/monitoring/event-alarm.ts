/**
 * An alarm on CloudTrail events: an EventBridge rule without a target, and an alarm on the number
 * of its matches, with the topic of all alarms.
 *
 * EventBridge receives such events only if a trail of the account logs management events. Without a
 * trail the alarm never fires.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */

import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge, inPacks } from '../rules/acknowledge';
import { type AlarmText, alarmText } from './alarm-text';

export interface EventAlarmProps extends AlarmText {
  /** The description of the rule. */
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
      // Usually there are no events.
      treatMissingData: 'notBreaching',
      // No OK action: it would report recovery five minutes later, without any repair.
      alarmActions: [topic.topicArn],
    });
    this.alarmArn = alarm.attrArn;
  }
}
