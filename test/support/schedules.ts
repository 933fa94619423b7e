/**
 * Runs a rotation under every schedule of faults: plays Secrets Manager, which repeats a failed
 * rotation, and the operator, who may take it back and start anew.
 */

import { ROTATION_STEPS } from '../../contract/rotation';
import { decide } from '../../lambda/rotation/plan';
import type { Ports } from '../../lambda/rotation/ports';
import { RotationError } from '../../lambda/rotation/rotation-error';
import { type Planner, run } from '../../lambda/rotation/run';
import { everyPath, type Pick } from './choices';
import { CRASH, TIMING, Violation, World } from './world';

/** Attempts at one rotation: more than any number of faults that is tried here. */
const ATTEMPTS_MAX = 12;

/** How often the operator takes a rotation back. */
const CANCELLATIONS_MAX = 2;

/** A rotation function that may be wrong on purpose. */
export interface Candidate {
  readonly planner?: Planner;
  readonly ports?: (world: World) => Ports;
}

export interface Exploration {
  readonly schedules: number;
  readonly calls: number;
  /** The first violation and how often each kind came. */
  readonly violations: ReadonlyMap<string, number>;
}

export interface ExploreOptions {
  readonly faultsMax: number;
  readonly crashAtReads?: boolean;
  readonly searchLogs?: boolean;
  readonly candidate?: Candidate;
  /** Stop at the first violation: enough to know that a wrong planner is caught. */
  readonly stopAtFirst?: boolean;
}

class Stop extends Error {}

export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { faultsMax, crashAtReads = true, searchLogs = false } = options;
  const { candidate = {}, stopAtFirst = false } = options;
  const violations = new Map<string, number>();
  let calls = 0;
  const body = async (pick: Pick) => {
    const world = new World({ pick, faultsMax, crashAtReads, searchLogs });
    try {
      await rotate(world, pick, candidate, ['v1', 'v2', 'v3']);
      // What that rotation left behind must not trip the next one.
      world.endFaults();
      await rotate(world, pick, candidate, ['w1', 'w2', 'w3']);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      violations.set(error.message, (violations.get(error.message) ?? 0) + 1);
      if (stopAtFirst) throw new Stop();
    } finally {
      calls += world.calls;
    }
  };
  try {
    return { schedules: await everyPath(body), calls, violations };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { schedules: 0, calls, violations };
  }
}

/** One rotation to its end, with as many attempts and cancellations as the faults cause. */
async function rotate(world: World, pick: Pick, candidate: Candidate, ids: readonly string[]) {
  let cancellations = 0;
  let versionId = ids[0] ?? '';
  world.startRotation(versionId);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const faultsBefore = world.faults;
    const beganSettled = world.isSettled;
    const failure = await attemptOnce(world, versionId, candidate);
    if (!failure) {
      if (world.labels.current !== versionId)
        throw new Violation('I4: done, but AWSCURRENT did not move');
      return;
    }
    // The world keeps AWSCURRENT accepted, so to say that it is refused is always wrong.
    if (failure === 'CurrentRefused') throw new Violation('I6: an error says what is not so');
    const isLive = failure === 'AbandonedPasswordLive';
    if (beganSettled && world.faults === faultsBefore && !isLive) {
      throw new Violation(`I4: without a fault, an attempt ended in ${failure}`);
    }
    // That code asks the operator to start anew, so he does.
    const mayCancel = cancellations < CANCELLATIONS_MAX;
    if (isLive || (mayCancel && world.labels.current !== versionId && pick(2) === 1)) {
      cancellations += 1;
      versionId = ids[cancellations] ?? `${versionId}'`;
      world.cancelRotation();
      world.startRotation(versionId);
    }
    world.passTimeBetween();
  }
  throw new Violation(`I4: not finished after ${ATTEMPTS_MAX} attempts`);
}

/** The four steps in order. Says how it failed, or nothing. */
async function attemptOnce(world: World, versionId: string, candidate: Candidate) {
  const { planner = decide, ports = (any) => any.ports() } = candidate;
  const built = ports(world);
  try {
    for (const step of ROTATION_STEPS) {
      world.startInvocation();
      await run(step, versionId, built, TIMING, planner);
    }
    return undefined;
  } catch (error) {
    if (error === CRASH) return 'a crash';
    if (error instanceof RotationError) return error.code;
    throw error;
  }
}
