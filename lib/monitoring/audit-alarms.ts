/**
 * The alarms on what the daily audit publishes: about the password's age, a rotation that does not
 * come loose, a password that should be refused, and an audit that does not run.
 */

import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AUDIT_METRIC } from '../../contract/audit';
import { type AlarmText, alarmText } from './alarm-text';

export interface AuditAlarmsProps {
  readonly replicationGroupId: string;
  readonly topic: ITopic;
}

interface AuditAlarm extends AlarmText {
  readonly metricName: string;
  readonly comparison: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** So many days in a row. */
  readonly days: number;
  /** Silence is the fault that this one is there to notice. */
  readonly isSilenceBad?: boolean;
}

const DAY_SECONDS = 24 * 60 * 60;
const AT_LEAST = 'GreaterThanOrEqualToThreshold';

const ALARMS: readonly AuditAlarm[] = [
  {
    metricName: AUDIT_METRIC.succeeded,
    comparison: 'LessThanThreshold',
    threshold: 1,
    days: 2,
    isSilenceBad: true,
    means:
      'For two days no audit has seen every node: nobody would notice a rotation that is stuck ' +
      'or does not start. It rings after the first deploy too, until the first audit.',
    first: "read the function's log; if it is empty, look at the schedule and the function's role",
    runbook: 'audit-failed',
  },
  {
    metricName: AUDIT_METRIC.overdue,
    comparison: AT_LEAST,
    threshold: 1,
    days: 1,
    means: 'The password is older than the rotation interval: a rotation has not started or ended.',
    first: 'run `npx secure-redis status`, then `npx secure-redis rotate`',
    runbook: 'rotation-overdue',
  },
  {
    metricName: AUDIT_METRIC.pending,
    comparison: AT_LEAST,
    threshold: 24,
    days: 1,
    means: 'A rotation has been pending for more than a day. Clients keep the current password.',
    first: 'run `npx secure-redis recover`, which says what is in the way and can resume it',
    runbook: 'rotation-stuck',
  },
  {
    metricName: AUDIT_METRIC.previous,
    comparison: AT_LEAST,
    threshold: 2,
    days: 1,
    means: 'The previous password is still accepted two days after its time is over.',
    first: 'run `npx secure-redis status`: it says why the audit did not retire it',
    runbook: 'previous-still-accepted',
  },
  {
    metricName: AUDIT_METRIC.refused,
    comparison: AT_LEAST,
    threshold: 1,
    days: 1,
    means:
      'A node refuses the current password, or takes connections without a password or without ' +
      'TLS: clients fail, or the cache is open.',
    first: 'run `npx secure-redis status`: it says which node and what it answered',
    runbook: 'login-refused',
  },
];

export class AuditAlarms extends Construct {
  /** Their ARNs, for a dashboard. */
  readonly alarmArns: readonly string[];

  constructor(scope: Construct, id: string, { replicationGroupId, topic }: AuditAlarmsProps) {
    super(scope, id);
    this.alarmArns = ALARMS.map((alarm) => {
      const { metricName, comparison, threshold, days, isSilenceBad } = alarm;
      const made = new CfnAlarm(this, metricName, {
        alarmDescription: alarmText(alarm),
        namespace: AUDIT_METRIC.namespace,
        metricName,
        dimensions: [{ name: AUDIT_METRIC.dimension, value: replicationGroupId }],
        // Of audits that were repeated on one day, one that saw every node is enough.
        statistic: 'Maximum',
        period: DAY_SECONDS,
        comparisonOperator: comparison,
        threshold,
        evaluationPeriods: days,
        datapointsToAlarm: days,
        // What only an audit can tell is no fault on a day without one: that has its own alarm.
        treatMissingData: isSilenceBad ? 'breaching' : 'notBreaching',
        alarmActions: [topic.topicArn],
        okActions: [topic.topicArn],
      });
      return made.attrArn;
    });
  }
}
