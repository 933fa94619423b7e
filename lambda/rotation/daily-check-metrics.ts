/**
 * Metrics of a daily check in CloudWatch's embedded metric format: one log line, from which
 * CloudWatch creates metrics. It makes no call, so it cannot fail.
 *
 * "Specification: Embedded metric format" in the CloudWatch user guide.
 */

import { DAILY_CHECK_METRIC, type DailyCheckReport } from '../../contract/daily-check';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = DAY_MS / 24;

export interface MetricSettings {
  readonly replicationGroupId: string;
  readonly rotationDays: number;
}

/** A log line with ages and counts only. */
export function dailyCheckMetrics(report: DailyCheckReport, settings: MetricSettings): object {
  const { age, overdue, pending, previous, refused, succeeded } = DAILY_CHECK_METRIC;
  const now = Date.parse(report.at);
  const since = (iso: string | undefined, unitMs: number) =>
    iso === undefined ? 0 : Math.max(0, (now - Date.parse(iso)) / unitMs);
  const ageDays = since(report.current?.createdAt, DAY_MS);
  const isRefused = (node: DailyCheckReport['nodes'][number]) =>
    // Clients with an edited secret are refused by every node, although the password is valid.
    report.edited !== undefined ||
    node.current === 'refused' ||
    node.noPassword === 'accepted' ||
    node.plaintext === 'accepted';
  const isAnswered = (node: DailyCheckReport['nodes'][number]) =>
    node.current !== 'unreachable' && node.noPassword !== 'unreachable';
  // A password without a label cannot be tried: it counts as accepted until revoked.
  const isPreviousAccepted =
    report.others === 'unknown' || report.nodes.some((node) => node.previous === 'accepted');
  const values = {
    [age]: ageDays,
    // One day of tolerance: the rotation starts within a window, and Secrets Manager retries.
    [overdue]: ageDays > settings.rotationDays + 1 ? 1 : 0,
    [pending]: report.pending ? since(report.pending.createdAt, HOUR_MS) : 0,
    [previous]: isPreviousAccepted ? since(report.graceEndsAt, DAY_MS) : 0,
    [refused]: report.nodes.filter(isRefused).length,
    [succeeded]: report.nodes.length > 0 && report.nodes.every(isAnswered) ? 1 : 0,
  };
  return embedded(now, settings, values);
}

/** Metrics of a failed daily check: all other values are unknown. */
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
