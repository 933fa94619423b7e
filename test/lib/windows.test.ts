/**
 * The windows of ElastiCache: what AWS refuses of them, when two overlap, and the hour that is left
 * for a daily check.
 */

import {
  DAYS,
  MAINTENANCE_WINDOW,
  overlap,
  parseMaintenance,
  parseSnapshot,
  SNAPSHOT_WINDOW,
  windowProblem,
} from '../../lib/settings/elasticache/windows';
import { checkOverlaps, parseWindows, quietHour, type Windows } from '../../lib/settings/windows';
import { Problems } from '../../lib/validation/setting-error';

const WEEK = 10_080;

const problemsOf = (act: (problems: Problems) => unknown) => {
  const problems = new Problems();
  act(problems);
  return problems.found.map((each) => Object.values(each));
};

describe('A window is read', () => {
  test.each([
    ['02:00-03:00', 120, 60],
    ['23:30-00:45', 1410, 75],
    ['00:00-23:59', 0, 1439],
    ['19:59-21:00', 1199, 61],
  ])('%s', (window, startMinute, lengthMinutes) => {
    const parsed = parseSnapshot(new Problems(), window);
    expect(parsed).toStrictEqual({ startMinute, lengthMinutes });
  });

  test.each([
    ['sun:04:00-sun:05:00', 240, 60],
    ['sat:23:00-sun:01:00', 10_020, 120],
    ['tue:10:15-wed:10:15', 3_495, 1_440],
  ])('%s', (window, startMinute, lengthMinutes) => {
    const parsed = parseMaintenance(new Problems(), window);
    expect(parsed).toStrictEqual({ startMinute, lengthMinutes });
  });

  test('on seven days', () => {
    expect(DAYS).toStrictEqual(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']);
    expect(SNAPSHOT_WINDOW.allowed).toBe('a time span in UTC like "02:00-03:00"');
    expect(MAINTENANCE_WINDOW.allowed).toBe('a time span in UTC like "sun:04:00-sun:05:00"');
  });
});

describe('AWS refuses a window', () => {
  const shape = 'Not a time span in UTC of 60 minutes or more.';
  const maintenance = 'sun:04:00-sun:05:00';
  test.each<[unknown, unknown, string | undefined]>([
    ['02:00-03:00', maintenance, undefined],
    [{ Ref: 'Window' }, maintenance, undefined],
    ['02:00-03:00', undefined, undefined],
    [undefined, undefined, undefined],
    ['03:00-04:00', maintenance, undefined],
    ['05:00-06:00', maintenance, undefined],
    ['02:00-02:59', maintenance, `SnapshotWindow: ${shape}`],
    ['24:00-01:00', maintenance, `SnapshotWindow: ${shape}`],
    ['2:00-3:00', maintenance, `SnapshotWindow: ${shape}`],
    ['x02:00-03:00', maintenance, `SnapshotWindow: ${shape}`],
    ['02:00-03:00x', maintenance, `SnapshotWindow: ${shape}`],
    ['02:60-03:60', maintenance, `SnapshotWindow: ${shape}`],
    ['02:00-03:00', 'sun:04:00-sun:04:59', `PreferredMaintenanceWindow: ${shape}`],
    ['02:00-03:00', '04:00-05:00', `PreferredMaintenanceWindow: ${shape}`],
    [undefined, 'xsun:04:00-sun:05:00', `PreferredMaintenanceWindow: ${shape}`],
    [{ Ref: 'Window' }, 'sun:04:00-sun:05:00x', `PreferredMaintenanceWindow: ${shape}`],
    [
      '04:59-05:59',
      maintenance,
      'SnapshotWindow: The snapshot window overlaps the maintenance window sun:04:00-sun:05:00.',
    ],
  ])('%p and %p', (snapshot, weekly, refusal) => {
    const problem = windowProblem(snapshot, weekly);
    expect(problem && `${problem.property}: ${problem.message}`).toBe(refusal);
  });
});

describe('Two windows overlap', () => {
  const at = (startMinute: number, lengthMinutes: number) => ({ startMinute, lengthMinutes });
  test.each([
    [at(0, 60), at(60, 60), false],
    [at(0, 61), at(60, 60), true],
    [at(60, 60), at(0, 60), false],
    [at(60, 60), at(0, 61), true],
    [at(1_410, 60), at(0, 60), true],
    [at(1_410, 30), at(0, 60), false],
    // A daily window, and a weekly one of Tuesday.
    [at(600, 60), at(3_480, 60), true],
    [at(660, 60), at(3_480, 60), false],
  ])('%j and %j each day: %p', (one, other, overlaps) => {
    expect(overlap(one, other)).toBe(overlaps);
  });

  test('in a week', () => {
    expect(overlap(at(600, 60), at(3_480, 60), WEEK)).toBe(false);
    expect(overlap(at(WEEK - 30, 60), at(0, 60), WEEK)).toBe(true);
  });
});

const WINDOWS: Windows = {
  snapshotWindow: '02:00-03:00',
  maintenanceWindow: 'tue:10:00-tue:11:00',
  rotationWindowHours: 2,
  rotationHour: 4,
  rotationDay: undefined,
};
const checked = (changed: Partial<Windows>) =>
  problemsOf((problems) => {
    const windows = { ...WINDOWS, ...changed };
    checkOverlaps(problems, windows, parseWindows(problems, windows));
  });

describe('The windows of a cache', () => {
  const rotation = "a time outside of the rotation's, the 2 hours from";
  const move = 'move it, or shorten `rotationWindow`: a rotation waits';
  test.each<[Partial<Windows>, readonly unknown[][]]>([
    [{}, []],
    [{ rotationHour: 9, rotationDay: 1 }, []],
    [{ rotationHour: 12, rotationDay: 2 }, []],
    [
      { snapshotWindow: '10:30-11:30' },
      [
        [
          'snapshotWindow',
          '"10:30-11:30"',
          'a time outside of `maintenanceWindow` tue:10:00-tue:11:00',
          'move one of them',
        ],
      ],
    ],
    [
      { rotationHour: 1 },
      [
        [
          'snapshotWindow',
          '"02:00-03:00"',
          `${rotation} 01:00 UTC`,
          `${move} while a snapshot is taken`,
        ],
      ],
    ],
    [
      { rotationHour: 9 },
      [
        [
          'maintenanceWindow',
          '"tue:10:00-tue:11:00"',
          `${rotation} 09:00 UTC`,
          `${move} during maintenance`,
        ],
      ],
    ],
    [
      { rotationHour: 10, rotationDay: 2 },
      [
        [
          'maintenanceWindow',
          '"tue:10:00-tue:11:00"',
          `${rotation} 10:00 UTC`,
          `${move} during maintenance`,
        ],
      ],
    ],
    [
      { snapshotWindow: '02:00-02:30' },
      [
        [
          'snapshotWindow',
          '"02:00-02:30"',
          'a window of 60 minutes or more, which this is not with 30',
          'make it longer',
        ],
      ],
    ],
  ])('%j', (changed, problems) => {
    expect(checked(changed)).toStrictEqual(problems);
  });

  test.each<[Partial<Windows>, hour: number]>([
    [{}, 12],
    [{ rotationHour: 12 }, 14],
    [{ rotationHour: 11 }, 13],
    [{ snapshotWindow: '12:00-23:30', rotationHour: 0 }, 2],
    // Too long a window for a rotation is a problem of its own.
    [{ rotationHour: 12, rotationWindowHours: 25 }, 12],
    [{ snapshotWindow: '00:00-23:59' }, 12],
  ])('%j leave the hour %p', (changed, hour) => {
    expect(quietHour(parseWindows(new Problems(), { ...WINDOWS, ...changed }))).toBe(hour);
  });
});
