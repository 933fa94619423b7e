/** Until when releases of Redis and Valkey get security updates, with the source and its date. */

import type { ServerEngine } from './redis-binary';

/**
 * `undefined`: supported, with no end announced. Read on 2026-08-22 from endoflife.date, which
 * follows redis.io (version management) and valkey.io/topics/releases.
 */
export const SUPPORT_ENDS: Readonly<Record<ServerEngine, Readonly<Record<string, string>>>> = {
  redis: {
    '8.2': '2030-09-01',
    '8.0': '2026-12-01',
    '7.4': '2029-12-01',
    '7.2': '2029-12-01',
    '7.0': '2024-07-29',
    '6.2': '2027-04-01',
    '6.0': '2022-05-31',
    '5.0': '2022-04-27',
  },
  valkey: {
    '9.0': '2028-10-21',
    '8.1': '2030-03-31',
    '8.0': '2027-09-15',
    '7.2': '2029-04-16',
  },
};

/** Releases older than the first of the table. */
const OLDEST: Readonly<Record<ServerEngine, number>> = { redis: 5, valkey: 7.2 };

export interface EndOfSupport {
  /** `7.0`. */
  readonly release: string;
  /** The day after which there are no security updates, such as `2024-07-29`. */
  readonly date?: string;
  readonly isOver: boolean;
}

/**
 * The end of support of a version such as `7.0.15`, `7.0` or `7`, which means the newest 7.x that
 * is known. `undefined` for a text that is no version.
 */
export function endOfSupport(
  engine: ServerEngine,
  version: string,
  today: Date,
): EndOfSupport | undefined {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (major === undefined) return undefined;
  const release = minor === undefined ? newestOf(engine, major) : `${major}.${minor}`;
  if (Number(release) < OLDEST[engine]) return { release, isOver: true };
  const date = SUPPORT_ENDS[engine][release];
  if (date === undefined) return { release, isOver: false };
  return { release, date, isOver: today.toISOString().slice(0, 10) > date };
}

function newestOf(engine: ServerEngine, major: string): string {
  const known = Object.keys(SUPPORT_ENDS[engine]).filter((each) => each.startsWith(`${major}.`));
  const minors = known.map((each) => Number(each.split('.')[1]));
  return `${major}.${Math.max(0, ...minors)}`;
}
