/**
 * When the password rotates: at an interval of days from midnight UTC, or on the first weekday of
 * every month or every second month at an hour. Rotations are always at most 90 days apart.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */

import { checkLimit, type Limit } from '../validation/limits';
import type { Problems } from '../validation/setting-error';
import { DAYS } from './elasticache/windows';

export type Weekday = 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat';

export interface RotationSchedule {
  /** The first such weekday of the month: `sun`, `mon`, `tue`, `wed`, `thu`, `fri` or `sat`. */
  readonly weekday: Weekday;

  /**
   * The hour in UTC at which the rotation window opens, from 0 to 23. The window must end by
   * midnight.
   */
  readonly hour: number;

  /**
   * 1 for every month, 2 for January, March, May and so on. Every third month would exceed 90 days:
   * up to 98.
   *
   * @default 2
   */
  readonly everyMonths?: number;
}

export const HOUR: Limit = { min: 0, max: 23 };
export const EVERY_MONTHS: Limit = { min: 1, max: 2 };
export const EVERY_MONTHS_DEFAULT = 2;
const HOURS_PER_DAY = 24;

/**
 * Days between the first weekdays of consecutive months, 28 to 35; of every second month, 56 to 63.
 * `test/lib/rotation-schedule.test.ts` counts them in a calendar.
 */
const DAYS_APART: Readonly<Record<number, { readonly min: number; readonly max: number }>> = {
  1: { min: 28, max: 35 },
  2: { min: 56, max: 63 },
};

/** A schedule in AWS's format, with the days between rotations. */
export interface RotationTimes {
  readonly rotationExpression: string;
  /** Maximum days between rotations. */
  readonly rotationDays: number;
  /** Minimum days between rotations. */
  readonly rotationDaysMin: number;
  /** UTC. */
  readonly rotationHour: number;
  /** From Sunday, 0, to Saturday; `undefined` for any day. */
  readonly rotationDay: number | undefined;
}

/** A rotation window: when it opens, in AWS's format, and how long it is. */
interface RotationWindow {
  readonly expression: string;
  readonly hours: number;
}

/**
 * The window of one of several secrets of a cache: it ends with that of the cache, and opens in one
 * of its hours, by a number that stays the same. The window of an interval of days always opens at
 * midnight: in it Secrets Manager chooses the time.
 */
export function windowOf(
  times: Pick<RotationTimes, 'rotationExpression' | 'rotationHour'> & {
    readonly rotationWindowHours: number;
  },
  seed = 0,
): RotationWindow {
  const { rotationExpression, rotationHour, rotationWindowHours: hours } = times;
  const later = rotationExpression.startsWith('cron(0 ') ? seed % hours : 0;
  const expression = rotationExpression.replace(/^cron\(0 \d+ /, `cron(0 ${rotationHour + later} `);
  return { expression, hours: hours - later };
}

/** The schedule of an interval of days, starting at midnight UTC. */
export function everyDays(days: number): RotationTimes {
  return {
    rotationExpression: `rate(${days} ${days === 1 ? 'day' : 'days'})`,
    rotationDays: days,
    rotationDaysMin: days,
    rotationHour: 0,
    rotationDay: undefined,
  };
}

/** Resolves a schedule by weekday and adds a problem per invalid part. */
export function onWeekday(
  problems: Problems,
  { weekday, hour, everyMonths = EVERY_MONTHS_DEFAULT }: RotationSchedule,
  windowHours: number,
): RotationTimes {
  const day = DAYS.indexOf(weekday);
  if (day < 0) {
    const advice = 'use a weekday by three lower-case letters';
    problems.add('rotationSchedule.weekday', weekday, `one of ${DAYS.join(', ')}`, advice);
  }
  checkLimit(problems, 'rotationSchedule.hour', hour, HOUR, '', 'change it');
  checkLimit(problems, 'rotationSchedule.everyMonths', everyMonths, EVERY_MONTHS, 'months');
  if (hour + windowHours > HOURS_PER_DAY && hour <= HOUR.max && windowHours < HOURS_PER_DAY) {
    problems.add(
      'rotationSchedule.hour',
      hour,
      `at most ${HOURS_PER_DAY - windowHours} with a window of ${windowHours} hours: AWS takes ` +
        'no window that goes beyond midnight UTC',
      'choose an earlier hour, or shorten `rotationWindow`',
    );
  }
  const { min, max } = DAYS_APART[everyMonths] ?? { min: 1, max: 1 };
  const months = everyMonths === 1 ? '*' : '1,3,5,7,9,11';
  return {
    rotationExpression: `cron(0 ${hour} ? ${months} ${String(weekday).toUpperCase()}#1 *)`,
    rotationDays: max,
    rotationDaysMin: min,
    rotationHour: hour,
    rotationDay: day < 0 ? undefined : day,
  };
}
