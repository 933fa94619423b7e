/**
 * The windows of snapshots and maintenance in ElastiCache: at least 60 minutes each, in UTC,
 * without overlap. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
 */

import { WINDOW_MINUTES_MIN } from '../../validation/limits';
import { Problems } from '../../validation/setting-error';

export const DAYS: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 24 * HOUR_MINUTES;
export const WEEK_MINUTES = 7 * DAY_MINUTES;

const TIME = '([01]\\d|2[0-3]):([0-5]\\d)';
const SNAPSHOT = new RegExp(`^${TIME}-${TIME}$`);
const MAINTENANCE = new RegExp(`^(${DAYS.join('|')}):${TIME}-(${DAYS.join('|')}):${TIME}$`);

/** The patterns with their descriptions, for a stage file's schema. */
export const SNAPSHOT_WINDOW = {
  pattern: SNAPSHOT.source,
  allowed: 'a time span in UTC like "02:00-03:00"',
};
export const MAINTENANCE_WINDOW = {
  pattern: MAINTENANCE.source,
  allowed: 'a time span in UTC like "sun:04:00-sun:05:00"',
};

export interface Span {
  /** Minutes after Sunday, 00:00 UTC. */
  readonly startMinute: number;
  readonly lengthMinutes: number;
}

/** What AWS rejects about the windows of a template. Values known only at deploy pass. */
export function windowProblem(
  snapshotWindow: unknown,
  maintenanceWindow: unknown,
): { readonly property: string; readonly message: string } | undefined {
  const problems = new Problems();
  const snapshot =
    typeof snapshotWindow === 'string' ? parseSnapshot(problems, snapshotWindow) : undefined;
  const maintenance =
    typeof maintenanceWindow === 'string'
      ? parseMaintenance(problems, maintenanceWindow)
      : undefined;
  if (problems.found.length > 0) {
    const isSnapshot = typeof snapshotWindow === 'string' && snapshot === undefined;
    const property = isSnapshot ? 'SnapshotWindow' : 'PreferredMaintenanceWindow';
    return { property, message: 'Not a time span in UTC of 60 minutes or more.' };
  }
  if (!snapshot || !maintenance || !overlap(snapshot, maintenance)) return undefined;
  const message = `The snapshot window overlaps the maintenance window ${maintenanceWindow}.`;
  return { property: 'SnapshotWindow', message };
}

/**
 * Whether a daily window shares a minute with another window, of any day; or two weekly windows.
 */
export function overlap(daily: Span, other: Span, cycleMinutes = DAY_MINUTES): boolean {
  const gap = (from: Span, to: Span) =>
    (((to.startMinute - from.startMinute) % cycleMinutes) + cycleMinutes) % cycleMinutes;
  return gap(daily, other) < daily.lengthMinutes || gap(other, daily) < other.lengthMinutes;
}

export function parseSnapshot(problems: Problems, window: string): Span | undefined {
  const [, startHour, startMinute, endHour, endMinute] = SNAPSHOT.exec(window) ?? [];
  if (startHour === undefined) {
    problems.add('snapshotWindow', window, SNAPSHOT_WINDOW.allowed);
    return undefined;
  }
  const parsed = span(minutes(startHour, startMinute), minutes(endHour, endMinute), DAY_MINUTES);
  return longEnough(problems, 'snapshotWindow', window, parsed);
}

export function parseMaintenance(problems: Problems, window: string): Span | undefined {
  const [, startDay, startHour, startMinute, endDay, endHour, endMinute] =
    MAINTENANCE.exec(window) ?? [];
  if (startDay === undefined || endDay === undefined) {
    problems.add('maintenanceWindow', window, MAINTENANCE_WINDOW.allowed);
    return undefined;
  }
  const start = DAYS.indexOf(startDay) * DAY_MINUTES + minutes(startHour, startMinute);
  const end = DAYS.indexOf(endDay) * DAY_MINUTES + minutes(endHour, endMinute);
  const parsed = span(start, end, WEEK_MINUTES);
  return longEnough(problems, 'maintenanceWindow', window, parsed);
}

function minutes(hour: string | undefined, minute: string | undefined): number {
  return Number(hour) * HOUR_MINUTES + Number(minute);
}

/** A window may end after midnight, or after Saturday. */
function span(startMinute: number, endMinute: number, cycleMinutes: number): Span {
  const lengthMinutes = (endMinute - startMinute + cycleMinutes) % cycleMinutes;
  return { startMinute, lengthMinutes };
}

function longEnough(problems: Problems, setting: string, given: string, parsed: Span) {
  if (parsed.lengthMinutes >= WINDOW_MINUTES_MIN) return parsed;
  const { lengthMinutes } = parsed;
  problems.add(
    setting,
    given,
    `a window of ${WINDOW_MINUTES_MIN} minutes or more, which this is not with ${lengthMinutes}`,
    'make it longer',
  );
  return undefined;
}
