/**
 * Runs a rotation under every schedule of faults, and says how the schedules ended.
 *
 * Schedules that reach the same state share what comes after it: it is run once and counted for
 * each, so that millions of schedules take seconds.
 */

import { type Choices, type End, type Ending, everyPath, type Pick } from './choices';
import { type Candidate, GivenUp, play } from './played-rotation';
import { Violation } from './violation';
import { World } from './world';

/** What may happen in a schedule. */
export interface ScheduleOptions {
  readonly faultsMax: number;
  readonly crashAtReads?: boolean;
  readonly searchLogs?: boolean;
  readonly dailyChecksMax?: number;
  readonly foreign?: boolean;
  readonly takenBack?: boolean;
  /** Whether somebody edits the secret after one rotation, before all others are revoked. */
  readonly edited?: boolean;
}

export interface ExploreOptions extends ScheduleOptions {
  readonly candidate?: Candidate;
  /** Stop at the first violation: enough to know that a wrong planner is caught. */
  readonly stopAtFirst?: boolean;
  /** Run each schedule from its beginning to its end, to compare with. */
  readonly sharesNothing?: boolean;
}

export interface Exploration {
  readonly schedules: number;
  readonly calls: number;
  /** By violation. */
  readonly violations: ReadonlyMap<string, End>;
  /** Schedules that ended as they had to: what a change by hand did cannot be helped. */
  readonly givenUp: ReadonlyMap<string, End>;
}

const GIVEN_UP = 'given up: ';

export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { candidate = {}, stopAtFirst = false, sharesNothing = false } = options;
  const { paths, calls, ends } = await everyPath(
    ({ pick, reached }) =>
      playOnce(options, { pick, reached: sharesNothing ? () => undefined : reached }, candidate),
    ({ end }) => stopAtFirst && end !== undefined && !end.startsWith(GIVEN_UP),
  );
  const isGivenUp = ([end]: readonly [string, End]) => end.startsWith(GIVEN_UP);
  const all = Array.from(ends);
  return {
    schedules: paths,
    calls,
    violations: new Map(all.filter((each) => !isGivenUp(each))),
    givenUp: new Map(
      all.filter(isGivenUp).map(([end, value]) => [end.slice(GIVEN_UP.length), value]),
    ),
  };
}

/** Plays one schedule in a world of its own. */
export async function playOnce(
  options: ScheduleOptions,
  choices: Choices,
  candidate: Candidate,
  tell?: (what: string) => void,
): Promise<Ending> {
  const { edited = false, dailyChecksMax = 0 } = options;
  const world = worldOf(options, choices.pick);
  try {
    const stage = { ...choices, world, candidate, tell };
    await play(stage, { edited, revokes: dailyChecksMax > 0 });
    return { calls: world.calls };
  } catch (error) {
    const unseen = error instanceof Violation && unseenIn(world, edited);
    if (error instanceof GivenUp || unseen) {
      return { calls: world.calls, end: `${GIVEN_UP}${unseen || (error as Error).message}` };
    }
    if (error instanceof Violation) return { calls: world.calls, end: error.message };
    throw error;
  }
}

function worldOf(options: ScheduleOptions, pick: Pick): World {
  const { faultsMax, crashAtReads = true, searchLogs = false, dailyChecksMax = 0 } = options;
  const { foreign = false, takenBack = false } = options;
  const what = { faultsMax, crashAtReads, searchLogs, dailyChecksMax, foreign, takenBack };
  return new World({ ...what, pick });
}

/** What cannot be seen, and therefore not helped. */
function unseenIn(world: World, edited: boolean): string | undefined {
  if (world.changedUnseen) return 'a change by hand before the first rotation';
  // Of a password that a label names, a login tells whether it is refused.
  const isUnseen = edited && world.cache.setCameToNothing;
  return isUnseen ? 'AWS took a SET and did nothing, against a password that is lost' : undefined;
}
