/**
 * The alarms on what the daily check publishes: about the password's age, a rotation that does not
 * come loose, a password that should be refused, and a daily check that does not run.
 */

import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DAILY_CHECK_METRIC } from '../../contract/daily-check';
import type { AlarmKind, AlarmsOff } from './alarm-kinds';
import { type AlarmText, alarmText } from './alarm-text';
import { metricOfNode } from './metric-of-node';

export interface DailyCheckAlarmsProps {
  readonly replicationGroupId: string;
  /** Whose own metrics tell since when the cache is there. */
  readonly nodeIds: readonly string[];
  readonly off: AlarmsOff;
  readonly topic: ITopic;
}

interface DailyCheckAlarm extends AlarmText {
  readonly kind: AlarmKind;
  readonly metricName: string;
  readonly threshold: number;
}

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const SILENCE_HOURS = 48;

const SILENCE: AlarmText & { readonly kind: AlarmKind } = {
  kind: 'dailyCheckFailed',
  means:
    'For two days no daily check has run, or none has seen every node: a rotation that is ' +
    'stuck or does not start would go unnoticed.',
  first: "read the function's log; if it is empty, look at the schedule and the function's role",
  runbook: 'daily-check-failed',
};

const ALARMS: readonly DailyCheckAlarm[] = [
  {
    kind: 'rotationOverdue',
    metricName: DAILY_CHECK_METRIC.overdue,
    threshold: 1,
    means: 'The password is older than the rotation interval: a rotation has not started or ended.',
    first: 'run `npx secure-redis status`, then `npx secure-redis rotate`',
    runbook: 'rotation-overdue',
  },
  {
    kind: 'rotationStuck',
    metricName: DAILY_CHECK_METRIC.pending,
    threshold: 24,
    means: 'A rotation has been pending for more than a day. Clients keep the current password.',
    first: 'run `npx secure-redis recover`, which says what is in the way and can resume it',
    runbook: 'rotation-stuck',
  },
  {
    kind: 'previousStillAccepted',
    metricName: DAILY_CHECK_METRIC.previous,
    threshold: 2,
    means: 'The previous password is still accepted two days after its time is over.',
    first: 'run `npx secure-redis status`: it says why the daily check did not revoke it',
    runbook: 'previous-still-accepted',
  },
  {
    kind: 'loginRefused',
    metricName: DAILY_CHECK_METRIC.refused,
    threshold: 1,
    means:
      'A node refuses the current password, or takes connections without a password or without ' +
      'TLS: clients fail, or the cache is open.',
    first: 'run `npx secure-redis status`: it says which node and what it answered',
    runbook: 'login-refused',
  },
];

export class DailyCheckAlarms extends Construct {
  /** Their ARNs, for a dashboard. */
  readonly alarmArns: readonly string[];

  constructor(scope: Construct, id: string, props: DailyCheckAlarmsProps) {
    super(scope, id);
    const actions = [props.topic.topicArn];
    const make = (name: string, text: typeof SILENCE, rule: Rule) => {
      if (props.off.has(text.kind)) return [];
      const alarmDescription = alarmText(text);
      const told = { alarmDescription, alarmActions: actions, okActions: actions };
      return [new CfnAlarm(this, name, { ...rule, ...told }).attrArn];
    };
    this.alarmArns = [
      ...make(DAILY_CHECK_METRIC.succeeded, SILENCE, onSilence(props)),
      ...ALARMS.flatMap((alarm) => make(alarm.metricName, alarm, onReport(alarm, props))),
    ];
  }
}

type Rule = Omit<CfnAlarmProps, 'alarmDescription' | 'alarmActions' | 'okActions'>;

function onReport({ metricName, threshold }: DailyCheckAlarm, props: DailyCheckAlarmsProps): Rule {
  return {
    ...metricOf(metricName, props),
    statistic: 'Maximum',
    period: DAY_SECONDS,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    threshold,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    // What only a daily check can tell is no fault on a day without one: that has its own alarm.
    treatMissingData: 'notBreaching',
  };
}

/**
 * Each hour of the cache's life is a zero, but for one with a daily check that succeeded. So a
 * cache that is younger than two days does not alarm, and one without any daily check does, from
 * then on.
 */
function onSilence(props: DailyCheckAlarmsProps): Rule {
  const ends = new Set([props.nodeIds[0] ?? '', props.nodeIds.at(-1) ?? '']);
  const nodes = Array.from(ends, (nodeId, index) => ({
    id: `node${index + 1}`,
    metric: metricOfNode('CPUUtilization', nodeId),
  }));
  const checked = { id: 'checked', metric: metricOf(DAILY_CHECK_METRIC.succeeded, props) };
  const zeros = nodes.map(({ id }) => `${id} * 0`);
  return {
    metrics: [
      ...[checked, ...nodes].map(({ id, metric }) => ({
        id,
        metricStat: { metric, period: HOUR_SECONDS, stat: 'Maximum' },
        returnData: false,
      })),
      {
        id: 'success',
        label: DAILY_CHECK_METRIC.succeeded,
        expression: `MAX([checked, ${zeros.join(', ')}])`,
        returnData: true,
      },
    ],
    comparisonOperator: 'LessThanThreshold',
    threshold: 1,
    evaluationPeriods: SILENCE_HOURS,
    datapointsToAlarm: SILENCE_HOURS,
    treatMissingData: 'notBreaching',
  };
}

function metricOf(metricName: string, { replicationGroupId }: DailyCheckAlarmsProps) {
  const dimensions = [{ name: DAILY_CHECK_METRIC.dimension, value: replicationGroupId }];
  return { namespace: DAILY_CHECK_METRIC.namespace, metricName, dimensions };
}
