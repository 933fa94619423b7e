/** What of topics, alarms and events stays as the constructs made it, with why. */

import type { AsMadeRow } from './as-made';

const ALARM = 'AWS::CloudWatch::Alarm';
const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';

/** Inside of these constructs no prop decides an alarm. */
const ROTATION = '/Rotation/';

export const ALARM_ROWS: readonly AsMadeRow[] = [
  {
    id: 'topic-key',
    type: 'AWS::SNS::Topic',
    properties: ['KmsMasterKeyId'],
    protects: 'each topic',
    why:
      'alarms are kept encrypted until they are delivered; ElastiCache publishes its events to a ' +
      'topic without encryption only',
    fix: 'Pass a topic as the prop `alarmTopic` or `eventTopic`.',
  },
  {
    id: 'topic-statements',
    type: 'AWS::SNS::TopicPolicy',
    properties: ['PolicyDocument'],
    compare: 'holds statements',
    protects: 'each topic',
    why: 'without them the alarms are not published, or plaintext connections are accepted',
    allowed: 'with each statement of the construct',
    fix: 'Remove the override. Add statements with `addToResourcePolicy`.',
  },
  {
    id: 'topic-policy-topics',
    type: 'AWS::SNS::TopicPolicy',
    properties: ['Topics'],
    compare: 'holds',
    protects: 'each topic',
    why: 'without a policy the alarms are not published',
    allowed: "the construct's topic",
  },
  {
    id: 'alarm-subscriptions',
    type: 'AWS::SNS::Subscription',
    properties: ['TopicArn', 'Protocol', 'FilterPolicy', 'FilterPolicyScope'],
    protects: 'each subscription to a topic',
    why: 'an alarm that a filter holds back, or of another topic, reaches nobody',
    fix: 'Remove what changes it. Set `email` of the prop `alarmTopic`.',
  },
  {
    id: 'alarm-chat',
    type: 'AWS::Chatbot::SlackChannelConfiguration',
    properties: ['SnsTopicArns', 'IamRoleArn', 'GuardrailPolicies', 'UserRoleRequired'],
    protects: 'the Slack channel of a topic',
    why: 'a channel with a role or a weaker guardrail can change the account',
    fix: 'Remove what changes it. For a channel that runs commands, pass its topic as `arn`.',
  },
  {
    id: 'alarm-actions',
    type: ALARM,
    properties: ['AlarmActions'],
    compare: 'holds',
    protects: 'each alarm',
    why: 'an alarm without an action that publishes it reaches nobody',
    allowed: 'with the alarm topic among them',
    fix: 'Set the prop `alarmTopic`. More actions may stand beside it.',
  },
  {
    id: 'alarm-watched',
    type: ALARM,
    properties: [
      'ActionsEnabled',
      'Namespace',
      'MetricName',
      'Dimensions',
      'Metrics',
      'Statistic',
      'ComparisonOperator',
    ],
    protects: 'each alarm',
    why: 'an alarm on something else, or without actions, never fires',
    fix: 'Remove what changes it. Thresholds are set with the prop `alarms`.',
  },
  {
    id: 'alarm-paging-actions',
    type: COMPOSITE,
    properties: ['AlarmActions'],
    compare: 'holds',
    protects: 'the composite alarm of each cache',
    why: 'the alarms on nodes reach people through it alone',
    allowed: 'with the alarm topic among them',
    fix: 'Set the prop `alarmTopic`. More actions may stand beside it.',
  },
  {
    id: 'alarm-paging-rule',
    type: COMPOSITE,
    properties: ['ActionsEnabled', 'AlarmRule', 'ActionsSuppressor'],
    protects: 'the composite alarm of each cache',
    why: 'an alarm on a node that it does not watch, or that is suppressed, reaches nobody',
    fix: 'Remove what changes it. Turn alarms off with the prop `alarms.off`, with a reason.',
  },
  {
    id: 'alarm-thresholds',
    type: ALARM,
    properties: [
      'Threshold',
      'Period',
      'EvaluationPeriods',
      'DatapointsToAlarm',
      'TreatMissingData',
    ],
    inside: ROTATION,
    protects: 'each alarm on the rotation',
    why: 'a rotation that fails or stops would go unnoticed, and the password grows old',
  },
  {
    id: 'daily-check',
    type: 'AWS::Scheduler::Schedule',
    properties: [
      'State',
      'ScheduleExpression',
      'ScheduleExpressionTimezone',
      'FlexibleTimeWindow',
      'StartDate',
      'EndDate',
      'GroupName',
      'Target',
    ],
    protects: 'the daily check',
    why: 'it revokes the previous password, and finds a node that is open or out of step',
    fix: 'Remove what changes it. The hour is set by the windows of the cache.',
  },
  {
    id: 'failure-events',
    type: 'AWS::Events::Rule',
    properties: ['State', 'EventPattern', 'EventBusName', 'ScheduleExpression'],
    protects: 'the events of failed rotations, keys and secrets',
    why: 'an alarm counts how often the rule matches',
  },
];
