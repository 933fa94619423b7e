/**
 * A rotation on a weekday is at most 90 days after the previous one, counted over 400 years; AWS
 * gets the requested schedule, and dependent settings follow it.
 */

import { Duration } from 'aws-cdk-lib/core';
import type { RotationSchedule, SecureRedisProps, Weekday } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { messageOf } from '../support/message-of';
import { makeStack, templateOf } from '../support/synth';
import { all } from './claims';

const WEEKDAYS: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY_MS = 86_400_000;
const YEARS = 400;

function rotationOf(props: SecureRedisProps) {
  const template = templateOf(makeStack(props));
  const [schedule] = all(template, 'AWS::SecretsManager::RotationSchedule');
  const environments = all(template, 'AWS::Lambda::Function').map(
    ({ Properties }) => (Properties.Environment as { Variables?: object } | undefined)?.Variables,
  );
  const variables = environments.find((each) => each && 'ROTATION_DAYS' in each);
  return { rules: schedule?.Properties.RotationRules, variables: { ...variables } };
}

/** The days on which a cron expression of Secrets Manager fires: `weekday#1` of the months. */
function daysOf(expression: string): readonly number[] {
  const [, months = '', weekday = ''] =
    /^cron\(0 \d+ \? (\S+) (\w{3})#1 \*\)$/.exec(expression) ?? [];
  const listed = months === '*' ? undefined : months.split(',').map(Number);
  const names = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
  const days: number[] = [];
  for (let month = 0; month < YEARS * 12; month++) {
    if (listed && !listed.includes((month % 12) + 1)) continue;
    for (let day = 1; day <= 7; day++) {
      const at = Date.UTC(2000, month, day);
      if (names[new Date(at).getUTCDay()] === weekday) days.push(at / DAY_MS);
    }
  }
  return days;
}

function gapsOf(schedule: RotationSchedule): readonly [min: number, max: number] {
  const { rules } = rotationOf({ rotationSchedule: schedule });
  const days = daysOf((rules as { ScheduleExpression: string }).ScheduleExpression);
  const gaps = days.slice(1).map((day, index) => day - (days[index] ?? 0));
  expect(gaps.length).toBeGreaterThan(YEARS * 5);
  return [Math.min(...gaps), Math.max(...gaps)];
}

describe('Rotations are at most 90 days apart', () => {
  test.each(WEEKDAYS)('on the first %s of every or every second month', (weekday) => {
    expect(gapsOf({ weekday, hour: 9, everyMonths: 1 })).toStrictEqual([28, 35]);
    expect(gapsOf({ weekday, hour: 9, everyMonths: 2 })).toStrictEqual([56, 63]);
  });

  test('every third month would not be, and is refused', () => {
    const days = daysOf('cron(0 9 ? 1,4,7,10 TUE#1 *)');
    const gaps = days.slice(1).map((day, index) => day - (days[index] ?? 0));
    expect(Math.max(...gaps)).toBe(98);
    const rotationSchedule = { weekday: 'tue', hour: 9, everyMonths: 3 } as const;
    expect(messageOf(() => makeStack({ rotationSchedule }))).toBe(
      'Test/Cache: `rotationSchedule.everyMonths` must be an integer from 1 to 2 months, got 3. ' +
        'Change it, or remove it for the default.',
    );
  });
});

describe('What is deployed', () => {
  test('every second month is the default, and the alarm follows the longest distance', () => {
    expect(rotationOf({ rotationSchedule: { weekday: 'tue', hour: 9 } })).toMatchObject({
      rules: { ScheduleExpression: 'cron(0 9 ? 1,3,5,7,9,11 TUE#1 *)', Duration: '2h' },
      variables: { ROTATION_DAYS: '63', GRACE_DAYS: '7' },
    });
  });

  test('every month, in a window of its own', () => {
    const rotationSchedule = { weekday: 'sat', hour: 0, everyMonths: 1 } as const;
    const rotationWindow = Duration.hours(1);
    expect(rotationOf({ rotationSchedule, rotationWindow })).toMatchObject({
      rules: { ScheduleExpression: 'cron(0 0 ? * SAT#1 *)', Duration: '1h' },
      variables: { ROTATION_DAYS: '35' },
    });
  });

  test('without it as before', () => {
    expect(rotationOf({})).toMatchObject({
      rules: { ScheduleExpression: 'rate(90 days)', Duration: '2h' },
      variables: { ROTATION_DAYS: '90' },
    });
  });

  test('the maintenance window of another weekday may be at the same hour', () => {
    const rotationSchedule = { weekday: 'tue', hour: 4 } as const;
    expect(messageOf(() => makeStack({ rotationSchedule }))).toBe('nothing was refused');
  });

  test('a schedule of the cache takes the place of the common days', () => {
    const config = checkedConfig('config/dev.json', 'dev', {
      defaults: { rotationDays: 30 },
      caches: { a: { rotationSchedule: { weekday: 'wed', hour: 9 } }, b: {} },
    });
    const [a, b] = config.caches.map(({ props }) => props);
    expect([a?.rotationInterval, b?.rotationInterval?.toDays()]).toStrictEqual([undefined, 30]);
    expect(a?.rotationSchedule).toStrictEqual({ weekday: 'wed', hour: 9 });
  });
});

describe('What cannot be is refused', () => {
  const TUE = { weekday: 'tue', hour: 9 } as const;

  test.each<[string, SecureRedisProps, string]>([
    [
      'days beside it',
      { rotationSchedule: TUE, rotationInterval: Duration.days(30) },
      'Test/Cache: `rotationInterval` must not be set beside `rotationSchedule`, got 30. Remove ' +
        'one of them.',
    ],
    [
      'a window beyond midnight',
      { rotationSchedule: { ...TUE, hour: 23 } },
      'Test/Cache: `rotationSchedule.hour` must be at most 22 with a window of 2 hours, got 23: ' +
        'AWS takes no window that goes beyond midnight UTC. Choose an earlier hour, or shorten ' +
        '`rotationWindow`.',
    ],
    [
      'an hour and a half',
      { rotationSchedule: { ...TUE, hour: 9.5 } },
      'Test/Cache: `rotationSchedule.hour` must be an integer from 0 to 23, got 9.5. Change it.',
    ],
    [
      'a weekday in full',
      { rotationSchedule: { weekday: 'Tuesday' as Weekday, hour: 9 } },
      'Test/Cache: `rotationSchedule.weekday` must be one of sun, mon, tue, wed, thu, fri, sat, ' +
        'got "Tuesday". Use a weekday by three lower-case letters.',
    ],
    [
      'an expression',
      { rotationSchedule: 'cron(0 9 ? * TUE#1 *)' as never },
      'Test/Cache: `rotationSchedule` must be an object with a weekday and an hour, got "cron(0 ' +
        '9 ? * TUE#1 *)". Use for example { weekday: "tue", hour: 9 }.',
    ],
    [
      'the snapshot window within it',
      { rotationSchedule: { ...TUE, hour: 1 } },
      "Test/Cache: `snapshotWindow` must be a time outside of the rotation's, the 2 " +
        'hours from 01:00 UTC, got "02:00-03:00". Move it, or shorten ' +
        '`rotationWindow`: a rotation waits while a snapshot is taken.',
    ],
    [
      'the maintenance window of that weekday within it',
      { rotationSchedule: { weekday: 'sun', hour: 4 } },
      "Test/Cache: `maintenanceWindow` must be a time outside of the rotation's, the 2 " +
        'hours from 04:00 UTC, got "sun:04:00-sun:05:00". Move it, or shorten ' +
        '`rotationWindow`: a rotation waits during maintenance.',
    ],
    [
      'a grace period longer than the shortest distance',
      { rotationSchedule: { ...TUE, everyMonths: 1 }, gracePeriod: Duration.days(30) },
      'Test/Cache: `gracePeriod` must be an integer from 0 to 28 days, got 30: two ' +
        'rotations may be 28 days apart, and a rotation ends it. Shorten it, or let more ' +
        'days pass between two rotations.',
    ],
  ])('%s', (_, props, line) => {
    expect(messageOf(() => makeStack(props))).toBe(line);
  });
});
