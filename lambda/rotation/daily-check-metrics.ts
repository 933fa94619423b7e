/**
 * Metrics of a daily check in CloudWatch's embedded metric format: one log line, from which
 * CloudWatch creates metrics. It makes no call, so it cannot fail.
 *
 * "Specification: Embedded metric format" in the CloudWatch user guide.
 */

import type { AccessReport, FailedAccessReport } from '../../contract/access-report';
import {
  DAILY_CHECK_METRIC,
  type DailyCheckReport,
  type FailedUserReport,
  type NodeReport,
  type UsersReport,
} from '../../contract/daily-check';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = DAY_MS / 24;

export interface MetricSettings {
  readonly replicationGroupId: string;
  readonly rotationDays: number;
}

/** A log line with ages and counts only: of several reports the worst of each value. */
export function dailyCheckMetrics(
  reports: readonly (DailyCheckReport | FailedUserReport)[],
  settings: MetricSettings,
  access?: UsersReport['access'],
): object {
  const { refused, succeeded } = DAILY_CHECK_METRIC;
  const checked = reports.flatMap(seenIn);
  const all = reports.map((report): Record<string, number> => {
    const [seen] = seenIn(report);
    const values = seen && valuesOf(seen, settings);
    return 'error' in report ? { ...values, [succeeded]: 0 } : { ...values };
  });
  if (access !== undefined) all.push(valuesOfAccess(access));
  const names = Array.from(new Set(all.flatMap((values) => Object.keys(values))));
  const worst = names.map((name) => {
    const each = all.flatMap((values) => values[name] ?? []);
    return [name, name === succeeded ? Math.min(...each) : Math.max(...each)];
  });
  const values = Object.fromEntries(worst);
  // Each node once, however many users it refuses.
  if (refused in values) values[refused] = refusedOf(checked, nodesIn(access));
  return embedded(atOf([...checked, ...inForm(access)]), settings, values);
}

function inForm(access: UsersReport['access']): readonly AccessReport[] {
  return access === undefined || 'error' in access ? [] : [access];
}

const nodesIn = (access: UsersReport['access']) => inForm(access).flatMap(({ nodes }) => nodes);

/** Where all users log in by IAM, these are all metrics of the cache. */
function valuesOfAccess(access: AccessReport | FailedAccessReport): Record<string, number> {
  const { drift, refused, succeeded } = DAILY_CHECK_METRIC;
  if ('error' in access) return { [succeeded]: 0 };
  const { drifts, isSettled, unchecked = [], nodes } = access;
  const isAnswered = nodes.every(({ noPassword }) => noPassword !== 'unreachable');
  const isChecked = unchecked.length === 0;
  // Of users that were not compared, nobody knows: a 0 would clear the alarm.
  const isUpdating = drifts.some(({ kind }) => kind === 'secret-newer');
  const isKnown = !isUpdating && (drifts.length > 0 || (isSettled && isChecked));
  return {
    ...(isKnown && { [drift]: drifts.length }),
    [refused]: 0,
    [succeeded]: isAnswered && isChecked ? 1 : 0,
  };
}

/** The report of a user, or what was seen before its check failed. */
function seenIn(report: DailyCheckReport | FailedUserReport): readonly DailyCheckReport[] {
  if (!('error' in report)) return [report];
  return report.seen === undefined ? [] : [report.seen];
}

/** The number of nodes that a report finds wrong. A repaired node has refused a user, too. */
function refusedOf(
  reports: readonly DailyCheckReport[],
  doors: AccessReport['nodes'] = [],
): number {
  const refusing = reports.flatMap((report) =>
    report.nodes.filter((node) => isRefused(report, node)),
  );
  const nodes = [...refusing, ...doors.filter(isOpen)].map(({ host, port }) => `${host}:${port}`);
  const isRepaired = reports.some(({ repaired }) => repaired);
  return Math.max(new Set(nodes).size, isRepaired ? 1 : 0);
}

function isRefused({ edited, authentication }: DailyCheckReport, node: NodeReport): boolean {
  // Clients with an edited secret are refused by every node, although the password is valid.
  return (
    edited !== undefined ||
    authentication !== undefined ||
    node.current === 'refused' ||
    isOpen(node)
  );
}

function isOpen({ noPassword, plaintext }: AccessReport['nodes'][number]): boolean {
  return noPassword === 'accepted' || plaintext === 'accepted';
}

function atOf(reports: readonly { readonly at: string }[]): number {
  const times = reports.map(({ at }) => Date.parse(at));
  return times.length > 0 ? Math.max(...times) : Date.now();
}

function valuesOf(report: DailyCheckReport, settings: MetricSettings): Record<string, number> {
  const { age, overdue, pending, previous, refused, succeeded } = DAILY_CHECK_METRIC;
  const now = Date.parse(report.at);
  const since = (iso: string | undefined, unitMs: number) =>
    iso === undefined ? 0 : Math.max(0, (now - Date.parse(iso)) / unitMs);
  const ageDays = since(report.current?.createdAt, DAY_MS);
  const isAnswered = (node: NodeReport) =>
    node.current !== 'unreachable' && node.noPassword !== 'unreachable';
  // A password without a label cannot be tried: it counts as accepted until revoked.
  const isPreviousAccepted =
    report.others === 'unknown' || report.nodes.some((node) => node.previous === 'accepted');
  return {
    [age]: ageDays,
    // One day of tolerance: the rotation starts within a window, and Secrets Manager retries.
    [overdue]: ageDays > settings.rotationDays + 1 ? 1 : 0,
    [pending]: report.pending ? since(report.pending.createdAt, HOUR_MS) : 0,
    [previous]: isPreviousAccepted ? since(report.graceEndsAt, DAY_MS) : 0,
    [refused]: refusedOf([report]),
    [succeeded]: report.nodes.length > 0 && report.nodes.every(isAnswered) ? 1 : 0,
  };
}

/** Metrics of a failed daily check: all other values are unknown. */
export function failedDailyCheckMetrics(nowMs: number, settings: MetricSettings): object {
  return embedded(nowMs, settings, { [DAILY_CHECK_METRIC.succeeded]: 0 });
}

const UNITS: Readonly<Record<string, string>> = {
  [DAILY_CHECK_METRIC.refused]: 'Count',
  [DAILY_CHECK_METRIC.drift]: 'Count',
};

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
