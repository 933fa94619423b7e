/**
 * Proves when the daily check of a cache runs: in its quiet hour, at a minute of its own that never
 * moves, and so that the caches of a large fleet do not call AWS at the same time.
 */

import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { SecureRedis } from '../../lib';
import { DailyCheckSchedule } from '../../lib/rotation/daily-check-schedule';

const HOUR = 12;
const FLEET = 100;
/** Counted in the rehearsal, of a cache that is not sharded and has nothing to revoke. */
const CALLS_OF_AN_AUDIT = 6;

interface Time {
  readonly minute: number;
  readonly hour: number;
}

function timeOf(stack: Stack): Time {
  const [schedule] = Object.values(Template.fromStack(stack).findResources(SCHEDULE));
  const { ScheduleExpression: text, FlexibleTimeWindow: window } = schedule?.Properties ?? {};
  expect(window).toStrictEqual({ Mode: 'OFF' });
  const [, minute, hour] = /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(text) ?? [];
  return { minute: Number(minute), hour: Number(hour) };
}

const SCHEDULE = 'AWS::Scheduler::Schedule';

/** A fleet with nothing in it but its schedules. */
function fleet(names: readonly string[], stage = 'prod'): ReadonlyMap<string, Time> {
  const app = new App();
  const stacks = names.map((name) => {
    const stack = new Stack(app, `secure-redis-${stage}-${name}`);
    const checked = LambdaFunction.fromFunctionName(stack, 'Function', 'any');
    new DailyCheckSchedule(stack, 'DailyCheck', { function: checked, hour: HOUR });
    return [name, stack] as const;
  });
  return new Map(stacks.map(([name, stack]) => [name, timeOf(stack)]));
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `cache-${index}`);

describe('The daily checks of a fleet are spread over their hour', () => {
  const times = fleet(names(FLEET));

  test('each begins so early that it ends within the hour', () => {
    const late = [...times.values()].filter(({ minute, hour }) => minute > 44 || hour !== HOUR);
    expect(late).toStrictEqual([]);
  });

  test('no minute has more than 8 of 100, so 48 calls, less than one a second', () => {
    const counts = new Map<number, number>();
    for (const { minute } of times.values()) counts.set(minute, (counts.get(minute) ?? 0) + 1);
    const most = Math.max(...counts.values());
    expect(most).toBeLessThanOrEqual(8);
    expect(most * CALLS_OF_AN_AUDIT).toBeLessThanOrEqual(48);
    // Of 45 minutes; 100 draws leave about five without any.
    expect(counts.size).toBeGreaterThanOrEqual(36);
  });

  test('and stays where it is when others come, go, or are told in another order', () => {
    const some = fleet([...names(FLEET).slice(40, 60).reverse(), 'another']);
    const moved = names(FLEET)
      .slice(40, 60)
      .filter((name) => some.get(name)?.minute !== times.get(name)?.minute);
    expect(moved).toStrictEqual([]);
  });

  test('but the same names in another stage have other minutes', () => {
    const staging = fleet(names(20), 'staging');
    const same = names(20).filter((name) => staging.get(name)?.minute === times.get(name)?.minute);
    expect(same.length).toBeLessThan(5);
  });
});

describe('The daily check of a cache keeps out of its other windows', () => {
  test.each([
    ['by default', {}, 12],
    [
      'where noon is taken',
      { snapshotWindow: '11:30-12:30', maintenanceWindow: 'sun:13:00-sun:14:00' },
      14,
    ],
    ['with a long rotation window', { rotationWindow: Duration.hours(14) }, 14],
  ])('%s', (_, props, hour) => {
    const more = 'rotationWindow' in props ? { snapshotWindow: '20:00-21:00' } : {};
    const later = 'rotationWindow' in props ? { maintenanceWindow: 'sun:22:00-sun:23:00' } : {};
    const stack = new Stack(new App(), 'stack');
    new SecureRedis(stack, 'Cache', { ...props, ...more, ...later });
    const time = timeOf(stack);
    expect(time.hour).toBe(hour);
    expect(time.minute).toBeLessThanOrEqual(44);
  });
});
