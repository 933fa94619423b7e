/**
 * The weekly and daily windows of a cache, checked before AWS would refuse them.
 *
 * ElastiCache wants at least 60 minutes each, in UTC, and a snapshot never during maintenance.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
 */

import { WINDOW_MINUTES_MIN } from './limits';
import { SettingError } from './setting-error';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
const WEEK_MINUTES = 7 * DAY_MINUTES;

const TIME = '([01]\\d|2[0-3]):([0-5]\\d)';
const SNAPSHOT = new RegExp(`^${TIME}-${TIME}$`);
const MAINTENANCE = new RegExp(`^(${DAYS.join('|')}):${TIME}-(${DAYS.join('|')}):${TIME}$`);

interface Window {
  /** Minutes after Sunday, 00:00 UTC. */
  readonly startMinute: number;
  readonly lengthMinutes: number;
}

/** @throws SettingError if a window is malformed or too short, or if the two overlap. */
export function checkWindows(snapshotWindow: string, maintenanceWindow: string): void {
  const snapshot = parseSnapshot(snapshotWindow);
  const maintenance = parseMaintenance(maintenanceWindow);
  checkLength('snapshotWindow', snapshotWindow, snapshot);
  checkLength('maintenanceWindow', maintenanceWindow, maintenance);
  const daily = DAYS.map((_, day) => ({
    ...snapshot,
    startMinute: snapshot.startMinute + day * DAY_MINUTES,
  }));
  if (daily.some((each) => overlap(each, maintenance))) {
    throw new SettingError(
      `\`snapshotWindow\` ${snapshotWindow} overlaps \`maintenanceWindow\` ` +
        `${maintenanceWindow}; a snapshot must not run during maintenance; move one of them`,
    );
  }
}

function parseSnapshot(window: string): Window {
  const [, startHour, startMinute, endHour, endMinute] = SNAPSHOT.exec(window) ?? [];
  if (startHour === undefined) throw malformed('snapshotWindow', window, '02:00-03:00');
  return span(minutes(startHour, startMinute), minutes(endHour, endMinute), DAY_MINUTES);
}

function parseMaintenance(window: string): Window {
  const [, startDay, startHour, startMinute, endDay, endHour, endMinute] =
    MAINTENANCE.exec(window) ?? [];
  if (startDay === undefined || endDay === undefined) {
    throw malformed('maintenanceWindow', window, 'sun:04:00-sun:05:00');
  }
  const start = DAYS.indexOf(startDay) * DAY_MINUTES + minutes(startHour, startMinute);
  const end = DAYS.indexOf(endDay) * DAY_MINUTES + minutes(endHour, endMinute);
  return span(start, end, WEEK_MINUTES);
}

function minutes(hour: string | undefined, minute: string | undefined): number {
  return Number(hour) * HOUR_MINUTES + Number(minute);
}

/** A window may end after midnight, or after Saturday. */
function span(startMinute: number, endMinute: number, cycleMinutes: number): Window {
  const lengthMinutes = (endMinute - startMinute + cycleMinutes) % cycleMinutes;
  return { startMinute, lengthMinutes };
}

function overlap(one: Window, other: Window): boolean {
  const gap = (from: Window, to: Window) =>
    (to.startMinute - from.startMinute + WEEK_MINUTES) % WEEK_MINUTES;
  return gap(one, other) < one.lengthMinutes || gap(other, one) < other.lengthMinutes;
}

function checkLength(name: string, given: string, { lengthMinutes }: Window): void {
  if (lengthMinutes >= WINDOW_MINUTES_MIN) return;
  throw new SettingError(
    `\`${name}\` ${given} lasts ${lengthMinutes} minutes; allowed are ${WINDOW_MINUTES_MIN} ` +
      'or more; make it longer',
  );
}

function malformed(name: string, given: string, example: string): SettingError {
  return new SettingError(
    `\`${name}\` is ${JSON.stringify(given)}; allowed is a time span in UTC like ${example}; ` +
      'write it that way',
  );
}
