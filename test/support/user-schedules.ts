/**
 * Runs the rotation of a user under every schedule of faults and at most one stack update, and
 * says how the schedules ended. As `schedules.ts`, for the other write strategy.
 */

import { type Choices, type End, type Ending, everyPath } from './choices';
import { playUser, type UserCandidate } from './played-user-rotation';
import type { Exploration } from './schedules';
import { UserWorld } from './user-world';
import { Violation } from './violation';

/** What may happen in a schedule. */
export interface UserScheduleOptions {
  readonly faultsMax: number;
  readonly crashAtReads?: boolean;
  readonly searchLogs?: boolean;
  readonly dailyChecksMax?: number;
  readonly foreign?: boolean;
  readonly takenBack?: boolean;
  readonly stackUpdate?: boolean;
  readonly checkedAfterUpdate?: boolean;
}

export interface UserExploreOptions extends UserScheduleOptions {
  readonly candidate?: UserCandidate;
  /** Stop at the first violation: enough to know that a wrong planner is caught. */
  readonly stopAtFirst?: boolean;
  /** Run each schedule from its beginning to its end, to compare with. */
  readonly sharesNothing?: boolean;
}

const OUTAGE = 'outage by ';

/** Outages that the function did not cause are in `givenUp`. */
export async function exploreUser(options: UserExploreOptions): Promise<Exploration> {
  const { candidate = {}, stopAtFirst = false, sharesNothing = false } = options;
  const { paths, calls, ends } = await everyPath(
    ({ pick, reached }) =>
      playUserOnce(
        options,
        { pick, reached: sharesNothing ? () => undefined : reached },
        candidate,
      ),
    ({ end }) => stopAtFirst && end !== undefined && !end.startsWith(OUTAGE),
  );
  const isOutage = ([end]: readonly [string, End]) => end.startsWith(OUTAGE);
  const all = Array.from(ends);
  return {
    schedules: paths,
    calls,
    violations: new Map(all.filter((each) => !isOutage(each))),
    givenUp: new Map(all.filter(isOutage)),
  };
}

/** Plays one schedule in a world of its own. */
export async function playUserOnce(
  options: UserScheduleOptions,
  { pick, reached }: Choices,
  candidate: UserCandidate,
  tell?: (what: string) => void,
): Promise<Ending> {
  const { stackUpdate = false, checkedAfterUpdate = false, crashAtReads = true } = options;
  const { searchLogs = false, dailyChecksMax = 0, foreign = false, takenBack = false } = options;
  const what = { searchLogs, dailyChecksMax, foreign, takenBack, stackUpdate, checkedAfterUpdate };
  const { faultsMax } = options;
  const world = new UserWorld({ ...what, faultsMax, crashAtReads, pick });
  try {
    await playUser({ pick, reached, world, candidate, tell }, stackUpdate);
    const { told } = world.outages;
    return { calls: world.calls, end: told && OUTAGE + told };
  } catch (error) {
    if (error instanceof Violation) return { calls: world.calls, end: error.message };
    throw error;
  }
}
