/**
 * The windows in which a cache is backed up, maintained and rotated, checked before AWS would
 * refuse them, or would let one disturb another.
 *
 * ElastiCache wants at least 60 minutes each, in UTC, and a snapshot never during maintenance.
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
  /** Hours from `rotationHour` on in which a rotation may start. */
  readonly rotationWindowHours: number;
  /** UTC. */
  readonly rotationHour: number;
  /** From Sunday, 0, to Saturday; any day without it. */
  readonly rotationDay: number | undefined;
}

/** The windows of a cache, without those that are malformed. */
export interface Spans {
  readonly snapshot: Span | undefined;
  readonly maintenance: Span | undefined;
  readonly rotation: Span | undefined;
}

/** Adds a problem for each window that is malformed or too short. */
export function parseWindows(problems: Problems, windows: Windows): Spans {
  const { snapshotWindow, maintenanceWindow, rotationWindowHours, rotationHour } = windows;
  const lengthMinutes = rotationWindowHours * HOUR_MINUTES;
  const startMinute = (windows.rotationDay ?? 0) * DAY_MINUTES + rotationHour * HOUR_MINUTES;
  return {
    snapshot: parseSnapshot(problems, snapshotWindow),
    maintenance: parseMaintenance(problems, maintenanceWindow),
    // A window that is too long is one problem, not one for each window that it overlaps.
    rotation: isWithin(rotationWindowHours, ROTATION_WINDOW_HOURS)
      ? { startMinute, lengthMinutes }
      : undefined,
  };
}

/** Adds a problem for each two windows that overlap. */
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

/** A full hour, UTC, of which no window has a minute on any day: noon if that is free. */
export function quietHour({ snapshot, maintenance, rotation }: Spans): number {
  const spans = [snapshot, maintenance, rotation].filter((each) => each !== undefined);
  const hours = Array.from({ length: 24 }, (_, index) => (12 + index) % 24);
  const isFree = (hour: number) => {
    const within = { startMinute: hour * HOUR_MINUTES, lengthMinutes: HOUR_MINUTES };
    return !spans.some((each) => overlap(within, each));
  };
  return hours.find(isFree) ?? 12;
}
