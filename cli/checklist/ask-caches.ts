/** Asks AWS when the passwords of the caches of a stage were rotated. Read-only. */

import type { DailyCheckReport } from '../../contract/daily-check';
import { CliError, type Cloud } from '../aws/cloud';
import { type FoundCache, findCache, hasUsers, someSecretOf, withLogin } from '../rotation/cache';
import { look } from '../rotation/commands';
import { reportOfUsers } from '../rotation/users-status';
import { checkAccount, regionIn, stagePlaceOf } from '../template/stage-place';
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

export interface Asking {
  readonly cloudIn: (region: string | undefined) => Cloud;
  /** `--region`. */
  readonly region?: string;
  readonly screen: Screen;
  /** Where `config/` is. */
  readonly folder?: string;
}

const PACE = { pollMs: 2_000, timeoutMs: 60_000 };
const LOOKS_MAX = 15;

/** @throws CliError if account or region are not those of the stage file, or AWS fails */
export async function askCaches(
  names: readonly string[],
  asking: Asking,
): Promise<Readonly<Record<string, AskedCache>>> {
  const asked: Record<string, AskedCache> = {};
  for (const name of names) {
    asking.screen.tell(`asking ${name}`);
    asked[name] = await askCache(name, names, asking);
  }
  return asked;
}

async function askCache(
  name: string,
  names: readonly string[],
  { cloudIn, region, screen, folder }: Asking,
): Promise<AskedCache> {
  const place = stagePlaceOf(name, folder);
  const cloud = cloudIn(regionIn(place, region));
  const cache = await foundOr(cloud, name);
  if (typeof cache === 'string') return { reports: {}, firing: [], problem: cache };
  checkAccount(place, someSecretOf(cache));
  const firing = await firingOf(cloud, cache, names);
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

/** The cache, or why it cannot be asked. One cache must not end the checklist of the others. */
async function foundOr(cloud: Cloud, name: string): Promise<FoundCache | string> {
  const published = await cloud.published(`/${name}`);
  if (Object.keys(published).length === 0) return 'not deployed in this account and region';
  try {
    return await findCache({ ...cloud, published: async () => published }, name);
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}

/** Names of alarms of this cache, and not of one whose longer name begins the same. */
async function firingOf(
  cloud: Cloud,
  { alarmPrefix }: FoundCache,
  names: readonly string[],
): Promise<readonly string[]> {
  const longer = names
    .map(alarmPrefixOf)
    .filter((each) => each.length > alarmPrefix.length && each.startsWith(alarmPrefix));
  const firing = await cloud.firing(alarmPrefix);
  return firing
    .map(({ name }) => name)
    .filter((name) => !longer.some((prefix) => name.startsWith(prefix)));
}

function alarmPrefixOf(name: string): string {
  const [stack = '', ...ids] = name.split('/');
  return `${stack}-${ids.join('').replaceAll(/[^A-Za-z0-9]/g, '')}`;
}
