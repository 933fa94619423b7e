/**
 * Checks the windows for snapshots, maintenance and rotation, which AWS would reject late, or which
 * would disturb each other.
 *
 * ElastiCache requires at least 60 minutes each, in UTC, and no snapshot during maintenance.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
 */

import { isWithin, ROTATION_WINDOW_HOURS } from '../validation/limits';
import type { Problems } from '../validation/setting-error';
import {
  DAY_MINUTES,
  HOUR_MINUTES,
  overlap,
  parseMaintenance,
  parseSnapshot,
  type Span,
  WEEK_MINUTES,
} from './elasticache/windows';

export interface Windows {
  /** Daily. */
  readonly snapshotWindow: string;
  /** Weekly. */
  readonly maintenanceWindow: string;
  /** Length of the rotation window from `rotationHour`, in hours. */
  readonly rotationWindowHours: number;
  /** UTC. */
  readonly rotationHour: number;
  /** From Sunday, 0, to Saturday; `undefined` for any day. */
  readonly rotationDay: number | undefined;
}

/** The parsed windows of a cache; `undefined` if malformed. */
export interface Spans {
  readonly snapshot: Span | undefined;
  readonly maintenance: Span | undefined;
  readonly rotation: Span | undefined;
}

/** Adds a problem per window that is malformed or too short. */
export function parseWindows(problems: Problems, windows: Windows): Spans {
  const { snapshotWindow, maintenanceWindow, rotationWindowHours, rotationHour } = windows;
  const lengthMinutes = rotationWindowHours * HOUR_MINUTES;
  const startMinute = (windows.rotationDay ?? 0) * DAY_MINUTES + rotationHour * HOUR_MINUTES;
  return {
    snapshot: parseSnapshot(problems, snapshotWindow),
    maintenance: parseMaintenance(problems, maintenanceWindow),
    // Too long a window is one problem, not one problem per overlap.
    rotation: isWithin(rotationWindowHours, ROTATION_WINDOW_HOURS)
      ? { startMinute, lengthMinutes }
      : undefined,
  };
}

/** Adds a problem per pair of overlapping windows. */
export function checkOverlaps(problems: Problems, windows: Windows, spans: Spans): void {
  const { snapshotWindow, maintenanceWindow, rotationWindowHours, rotationDay } = windows;
  const from = `${String(windows.rotationHour).padStart(2, '0')}:00 UTC`;
  const ofRotation = `the rotation's, the ${rotationWindowHours} hours from ${from}`;
  const cycle = rotationDay === undefined ? DAY_MINUTES : WEEK_MINUTES;
  const { snapshot, maintenance, rotation } = spans;
  if (snapshot && maintenance && overlap(snapshot, maintenance)) {
    problems.add(
      'snapshotWindow',
      snapshotWindow,
      `a time outside of \`maintenanceWindow\` ${maintenanceWindow}`,
      'move one of them',
    );
  }
  if (snapshot && rotation && overlap(snapshot, rotation)) {
    problems.add(
      'snapshotWindow',
      snapshotWindow,
      `a time outside of ${ofRotation}`,
      'move it, or shorten `rotationWindow`: a rotation waits while a snapshot is taken',
    );
  }
  if (maintenance && rotation && overlap(rotation, maintenance, cycle)) {
    problems.add(
      'maintenanceWindow',
      maintenanceWindow,
      `a time outside of ${ofRotation}`,
      'move it, or shorten `rotationWindow`: a rotation waits during maintenance',
    );
  }
}

/** A full hour in UTC outside of all windows on every day: noon if free. */
export function quietHour({ snapshot, maintenance, rotation }: Spans): number {
  const spans = [snapshot, maintenance, rotation].filter((each) => each !== undefined);
  const hours = Array.from({ length: 24 }, (_, index) => (12 + index) % 24);
  const isFree = (hour: number) => {
    const within = { startMinute: hour * HOUR_MINUTES, lengthMinutes: HOUR_MINUTES };
    return !spans.some((each) => overlap(within, each));
  };
  return hours.find(isFree) ?? 12;
}
