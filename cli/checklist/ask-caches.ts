/** Asks AWS when the passwords of the caches of a stage were rotated. Read-only. */

import type { DailyCheckReport } from '../../contract/daily-check';
import type { Cloud } from '../aws/cloud';
import { findCache, hasUsers, withLogin } from '../rotation/cache';
import { look } from '../rotation/commands';
import { reportOfUsers } from '../rotation/users-status';
import type { Screen } from '../terminal/screen';

/** What the rotation function and the alarms of one cache say. */
export interface AskedCache {
  /** By the name of the user; that of the only password is the empty text. */
  readonly reports: Readonly<Record<string, DailyCheckReport>>;
  /** Names of alarms in ALARM state. */
  readonly firing: readonly string[];
  /** Why there are no reports. */
  readonly problem?: string;
}

const PACE = { pollMs: 2_000, timeoutMs: 60_000 };
const LOOKS_MAX = 15;

export async function askCaches(
  cloud: Cloud,
  names: readonly string[],
  screen: Screen,
): Promise<Readonly<Record<string, AskedCache>>> {
  const asked: Record<string, AskedCache> = {};
  for (const name of names) {
    screen.tell(`asking ${name}`);
    asked[name] = await askCache(cloud, name, screen);
  }
  return asked;
}

async function askCache(cloud: Cloud, name: string, screen: Screen): Promise<AskedCache> {
  const cache = await findCache(cloud, name);
  const firing = (await cloud.firing(cache.alarmPrefix)).map((each) => each.name);
  const common = { cloud, screen, pace: PACE, isYes: false };
  if (!hasUsers(cache)) {
    const { answered, diagnosis } = await look({ ...common, cache: withLogin(cache, undefined) });
    if (answered.kind !== 'report') return { reports: {}, firing, problem: diagnosis.id };
    return { reports: { '': answered.report }, firing };
  }
  const answered = await reportOfUsers({ ...common, cache }, LOOKS_MAX);
  if (answered.kind !== 'users') return { reports: {}, firing, problem: answered.kind };
  const reports = answered.users.flatMap((each) =>
    'error' in each ? [] : [[each.user ?? '', each] as const],
  );
  return { reports: Object.fromEntries(reports), firing };
}
