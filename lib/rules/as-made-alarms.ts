/** Properties of topics, alarms and events that must stay as created, with the reason. */

import type { AsMadeRow } from './as-made';
import { USER_UPDATES } from './as-made-users';

const ALARM = 'AWS::CloudWatch::Alarm';
const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';

/** Path of constructs whose alarms no prop changes. */
const ROTATION = '/Rotation/';

export const ALARM_ROWS: readonly AsMadeRow[] = [
  {
    id: 'topic-key',
    type: 'AWS::SNS::Topic',
    properties: ['KmsMasterKeyId'],
    protects: 'each topic',
    why:
      'alarms must be encrypted at rest until delivery; ElastiCache publishes its events only to ' +
      'a topic without encryption',
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
    why: 'alarms are lost if a filter drops them or the subscription is for another topic',
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
    why: 'an alarm without an action to the topic does not alert on-call',
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
    why: 'an alarm on another metric, or with disabled actions, never alerts',
    fix: 'Remove what changes it. Thresholds are set with the prop `alarms`.',
  },
  {
    id: 'alarm-paging-actions',
    type: COMPOSITE,
    properties: ['AlarmActions'],
    compare: 'holds',
    protects: 'the composite alarm of each cache',
    why: 'alarms on nodes alert on-call only through it',
    allowed: 'with the alarm topic among them',
    fix: 'Set the prop `alarmTopic`. More actions may stand beside it.',
  },
  {
    id: 'alarm-paging-rule',
    type: COMPOSITE,
    properties: ['ActionsEnabled', 'AlarmRule', 'ActionsSuppressor'],
    protects: 'the composite alarm of each cache',
    why: 'an alarm on a node that it does not include, or suppresses, does not alert on-call',
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
    why: 'failing or missing rotations would go unnoticed',
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
    why: 'it revokes the previous password, and finds nodes with open access or a wrong password',
    fix: 'Remove what changes it. The hour is set by the windows of the cache.',
  },
  {
    id: 'failure-events',
    type: 'AWS::Events::Rule',
    properties: ['State', 'EventPattern', 'EventBusName', 'ScheduleExpression'],
    outside: USER_UPDATES,
    protects: 'the events of failed rotations, keys and secrets',
    why: 'an alarm counts how often the rule matches',
  },
];
