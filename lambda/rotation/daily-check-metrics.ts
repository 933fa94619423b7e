/**
 * What a daily check publishes, in CloudWatch's embedded metric format: one line of the log, which
 * CloudWatch makes metrics of. Nothing is called, so nothing can fail.
 *
 * "Specification: Embedded metric format" in the user guide of CloudWatch.
 */

import { DAILY_CHECK_METRIC, type DailyCheckReport } from '../../contract/daily-check';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = DAY_MS / 24;

export interface MetricSettings {
  readonly replicationGroupId: string;
  readonly rotationDays: number;
}

/** One line for the log. Ages and counts only. */
export function dailyCheckMetrics(report: DailyCheckReport, settings: MetricSettings): object {
  const { age, overdue, pending, previous, refused, succeeded } = DAILY_CHECK_METRIC;
  const now = Date.parse(report.at);
  const since = (iso: string | undefined, unitMs: number) =>
    iso === undefined ? 0 : Math.max(0, (now - Date.parse(iso)) / unitMs);
  const ageDays = since(report.current?.createdAt, DAY_MS);
  const isRefused = (node: DailyCheckReport['nodes'][number]) =>
    // An edited secret has clients refused by every node, though the password is right.
    report.edited !== undefined ||
    node.current === 'refused' ||
    node.noPassword === 'accepted' ||
    node.plaintext === 'accepted';
  const isAnswered = (node: DailyCheckReport['nodes'][number]) =>
    node.current !== 'unreachable' && node.noPassword !== 'unreachable';
  // One that no label names cannot be tried: it counts as accepted until all are revoked.
  const isPreviousAccepted =
    report.others === 'unknown' || report.nodes.some((node) => node.previous === 'accepted');
  const values = {
    [age]: ageDays,
    // A day late: the rotation starts within a window, and Secrets Manager repeats what failed.
    [overdue]: ageDays > settings.rotationDays + 1 ? 1 : 0,
    [pending]: report.pending ? since(report.pending.createdAt, HOUR_MS) : 0,
    [previous]: isPreviousAccepted ? since(report.graceEndsAt, DAY_MS) : 0,
    [refused]: report.nodes.filter(isRefused).length,
    [succeeded]: report.nodes.length > 0 && report.nodes.every(isAnswered) ? 1 : 0,
  };
  return embedded(now, settings, values);
}

/** Of a daily check that has ended in an error: what it would have told is unknown. */
export function failedDailyCheckMetrics(nowMs: number, settings: MetricSettings): object {
  return embedded(nowMs, settings, { [DAILY_CHECK_METRIC.succeeded]: 0 });
}

const UNITS: Readonly<Record<string, string>> = { [DAILY_CHECK_METRIC.refused]: 'Count' };

function embedded(
  Timestamp: number,
  { replicationGroupId }: MetricSettings,
  values: Readonly<Record<string, number>>,
): object {
  const { namespace, dimension } = DAILY_CHECK_METRIC;
  return {
    _aws: {
      Timestamp,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [[dimension]],
          Metrics: Object.keys(values).map((Name) => ({ Name, Unit: UNITS[Name] ?? 'None' })),
        },
      ],
    },
    [dimension]: replicationGroupId,
    ...values,
  };
}
