/**
 * The alarms on metrics of the daily check: password age, a stuck rotation, a password that should
 * be refused, and a daily check that does not run.
 */

import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DAILY_CHECK_METRIC } from '../../contract/daily-check';
import { alarmText } from './alarm-text';
import { ALARM_KINDS, type AlarmKind } from './alarms';
import type { AlarmsOff } from './alarms-off';
import { metricOfNode } from './metric-of-node';

export interface DailyCheckAlarmsProps {
  readonly replicationGroupId: string;
  /** Nodes whose metrics show since when the cache exists. */
  readonly nodeIds: readonly string[];
  /** Whether the cache has users, which somebody can change. */
  readonly hasUsers: boolean;
  readonly off: AlarmsOff;
  readonly topic: ITopic;
}

const HOUR_SECONDS = 60 * 60;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const SILENCE_HOURS = 48;

/** Alarms on one value of the report; missing checks are evaluated over two days. */
const ON_REPORTS = [
  'rotationOverdue',
  'rotationStuck',
  'previousStillAccepted',
  'loginRefused',
] as const satisfies readonly AlarmKind[];

type OnReport = (typeof ON_REPORTS)[number] | 'accessDrift';

export class DailyCheckAlarms extends Construct {
  /** Their ARNs, for a dashboard. */
  readonly alarmArns: readonly string[];

  constructor(scope: Construct, id: string, props: DailyCheckAlarmsProps) {
    super(scope, id);
    const actions = [props.topic.topicArn];
    const make = (kind: 'dailyCheckFailed' | OnReport, rule: Rule) => {
      if (props.off.has(kind)) return [];
      const row = ALARM_KINDS[kind];
      const alarmDescription = alarmText(row);
      const common = { alarmDescription, alarmActions: actions, okActions: actions };
      return [new CfnAlarm(this, row.metric, { ...rule, ...common }).attrArn];
    };
    this.alarmArns = [
      ...make('dailyCheckFailed', onSilence(props)),
      ...ON_REPORTS.flatMap((kind) => make(kind, onReport(kind, props))),
      ...(props.hasUsers ? make('accessDrift', onReport('accessDrift', props)) : []),
    ];
  }
}

type Rule = Omit<CfnAlarmProps, 'alarmDescription' | 'alarmActions' | 'okActions'>;

function onReport(kind: OnReport, props: DailyCheckAlarmsProps): Rule {
  const { metric, threshold } = ALARM_KINDS[kind];
  return {
    ...metricOf(metric, props),
    statistic: 'Maximum',
    period: DAY_SECONDS,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    threshold,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    // A day without a daily check is not breaching here: it has its own alarm. While users are
    // being modified, the check says nothing of drift, which may remain.
    treatMissingData: kind === 'accessDrift' ? 'ignore' : 'notBreaching',
  };
}

/**
 * The expression is 0 for every hour of the cache's existence, and 1 for an hour with a successful
 * daily check. So the alarm cannot fire in the first two days, and fires afterwards without any
 * daily check.
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
    threshold: ALARM_KINDS.dailyCheckFailed.threshold,
    evaluationPeriods: SILENCE_HOURS,
    datapointsToAlarm: SILENCE_HOURS,
    treatMissingData: 'notBreaching',
  };
}

function metricOf(metricName: string, { replicationGroupId }: DailyCheckAlarmsProps) {
  const dimensions = [{ name: DAILY_CHECK_METRIC.dimension, value: replicationGroupId }];
  return { namespace: DAILY_CHECK_METRIC.namespace, metricName, dimensions };
}
