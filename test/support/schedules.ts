/**
 * Runs a rotation under every schedule of faults: plays Secrets Manager, which repeats a failed
 * rotation, and the operator, who may take it back and start anew.
 */

import { ROTATION_STEPS, type RotationStep } from '../../contract/rotation';
import { type DailyCheckPlanner, runDailyCheck } from '../../lambda/rotation/daily-check';
import { decide } from '../../lambda/rotation/plan';
import type { Ports } from '../../lambda/rotation/ports';
import { RotationError } from '../../lambda/rotation/rotation-error';
import { type Planner, run } from '../../lambda/rotation/run';
import { everyPath, type Pick } from './choices';
import { CRASH } from './faults';
import { Violation } from './violation';
import { TIMING, World } from './world';

/** Attempts at one rotation: more than any number of faults that is tried here. */
const ATTEMPTS_MAX = 12;

/** How often the operator takes a rotation back. */
const CANCELLATIONS_MAX = 2;

/** A rotation function that may be wrong on purpose. */
export interface Candidate {
  readonly planner?: Planner;
  readonly ports?: (world: World) => Ports;
  readonly dailyCheckPlanner?: DailyCheckPlanner;
}

export interface Exploration {
  readonly schedules: number;
  readonly calls: number;
  /** The first violation and how often each kind came. */
  readonly violations: ReadonlyMap<string, number>;
  /** Schedules that ended as they had to: what a change by hand did cannot be helped. */
  readonly givenUp: ReadonlyMap<string, number>;
}

export interface ExploreOptions {
  readonly faultsMax: number;
  readonly crashAtReads?: boolean;
  readonly searchLogs?: boolean;
  readonly dailyChecksMax?: number;
  readonly foreign?: boolean;
  readonly takenBack?: boolean;
  /** Whether somebody edits the secret after one rotation, before all others are revoked. */
  readonly edited?: boolean;
  readonly candidate?: Candidate;
  /** Stop at the first violation: enough to know that a wrong planner is caught. */
  readonly stopAtFirst?: boolean;
}

class Stop extends Error {}

/** Nothing of ours could go on, and rightly so. */
class GivenUp extends Error {}

export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { faultsMax, crashAtReads = true, searchLogs = false } = options;
  const { candidate = {}, stopAtFirst = false, dailyChecksMax = 0 } = options;
  const { foreign = false, takenBack = false, edited = false } = options;
  const givenUp = new Map<string, number>();
  const violations = new Map<string, number>();
  let calls = 0;
  const body = async (pick: Pick) => {
    const settings = {
      pick,
      faultsMax,
      crashAtReads,
      searchLogs,
      dailyChecksMax,
      foreign,
      takenBack,
    };
    const world = new World(settings);
    try {
      await rotate(world, pick, candidate, ['v1', 'v2', 'v3']);
      if (edited) return await editAndRevoke(world, pick, candidate);
      // What that rotation left behind must not trip the next one.
      world.endFaults();
      await rotate(world, pick, candidate, ['w1', 'w2', 'w3']);
      if (dailyChecksMax > 0) await revokeAtLast(world, candidate);
    } catch (error) {
      const unseen = error instanceof Violation && unseenIn(world, edited);
      if (error instanceof GivenUp || unseen) {
        const why = unseen || (error as Error).message;
        givenUp.set(why, (givenUp.get(why) ?? 0) + 1);
        return;
      }
      if (!(error instanceof Violation)) throw error;
      violations.set(error.message, (violations.get(error.message) ?? 0) + 1);
      if (stopAtFirst) throw new Stop();
    } finally {
      calls += world.calls;
    }
  };
  try {
    return { schedules: await everyPath(body), calls, violations, givenUp };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { schedules: 0, calls, violations, givenUp };
  }
}

/** What cannot be seen, and therefore not helped. */
function unseenIn(world: World, edited: boolean): string | undefined {
  if (world.changedUnseen) return 'a change by hand before the first rotation';
  // Of a password that a label names, a login tells whether it is refused.
  const isUnseen = edited && world.cache.setCameToNothing;
  return isUnseen ? 'AWS took a SET and did nothing, against a password that is lost' : undefined;
}

/** One rotation to its end, with as many attempts and cancellations as the faults cause. */
async function rotate(world: World, pick: Pick, candidate: Candidate, ids: readonly string[]) {
  let cancellations = 0;
  let versionId = ids[0] ?? '';
  world.startRotation(versionId);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const faultsBefore = world.faults;
    const beganSettled = world.isSettled;
    const failure = await attemptOnce(world, pick, versionId, candidate);
    if (!failure) {
      if (world.labels.current !== versionId)
        throw new Violation('I4: done, but AWSCURRENT did not move');
      return;
    }
    // The world keeps AWSCURRENT accepted, so to say that it is refused is always wrong.
    if (world.lockedOutByHand) throw new GivenUp('a change by hand pushed out AWSCURRENT');
    if (failure === 'OutOfBandChange' && world.faults > 0) {
      await revokeOutOfBand(world, candidate);
      continue;
    }
    if (failure === 'CurrentRefused') throw new Violation('I6: an error says what is not so');
    const isLive = failure === 'AbandonedPasswordLive';
    if (beganSettled && world.faults === faultsBefore && !isLive) {
      throw new Violation(`I4: without a fault, an attempt ended in ${failure}`);
    }
    // That code asks the operator to start anew, so he does; and he has done half of it where he
    // took the rotation back while it was running.
    const isHalfDone = world.takenBack === versionId;
    const mayCancel = cancellations < CANCELLATIONS_MAX;
    if (
      isHalfDone ||
      isLive ||
      (mayCancel && world.labels.current !== versionId && pick(2) === 1)
    ) {
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
async function attemptOnce(world: World, pick: Pick, versionId: string, candidate: Candidate) {
  const { planner = decide, ports = (any) => any.ports() } = candidate;
  const built = ports(world);
  try {
    for (const step of ROTATION_STEPS) {
      await mayCheckDaily(world, pick, candidate);
      world.mayRotateByHand();
      if (world.lockedOutByHand) return 'CurrentRefused';
      world.startInvocation();
      const end = await run({ step, versionId, ports: built, timing: TIMING, planner });
      if (end === 'not-proven-yet') mayEndUnproven(world, step, versionId);
    }
    return undefined;
  } catch (error) {
    if (error === CRASH) return 'a crash';
    if (error instanceof RotationError) return error.code;
    throw error;
  }
}

/** A step may leave the proof to a later one only while the cache is being changed for it. */
function mayEndUnproven(world: World, step: RotationStep, versionId: string): void {
  const isAsked = step === 'setSecret' && world.askedFor.has(versionId);
  if (!(isAsked || (step === 'testSecret' && !world.looksSettled))) {
    throw new Violation('I6: an end says what is not so');
  }
}

/** Far beyond what any schedule lasts: nothing is due by itself. */
const GRACE_DAYS = 7;

/**
 * A daily check may come before any invocation, die at any call, and leave a change under way.
 * Within the grace period it must revoke nothing.
 */
async function mayCheckDaily(world: World, pick: Pick, candidate: Candidate): Promise<void> {
  if (world.dailyChecksLeft === 0) return;
  const way = pick(3);
  if (way === 0) return;
  world.dailyChecksLeft -= 1;
  if (way === 2) world.endGrace();
  await dailyCheck(world, candidate, way === 2 ? 'revoke' : 'daily');
}

async function dailyCheck(
  world: World,
  { dailyCheckPlanner, ports }: Candidate,
  kind: 'daily' | 'revoke',
) {
  world.startInvocation();
  const built = ports?.(world) ?? world.ports();
  try {
    return (
      await runDailyCheck(kind, built, { ...TIMING, graceDays: GRACE_DAYS }, dailyCheckPlanner)
    ).outcome;
  } catch (error) {
    if (error === CRASH) return 'a crash';
    if (error instanceof RotationError) return error.code;
    throw error;
  }
}

/** After an edit of the secret, too, daily checks leave exactly one password, and none too soon. */
async function editAndRevoke(world: World, pick: Pick, candidate: Candidate): Promise<void> {
  const pending = world.labels.pending ?? '';
  const way = pick(3);
  if (way === 2) world.secret.takePreviousOff();
  else world.secret.edit('e1');
  // AWS attempts the version again that is pending: its steps find all done, and promote it.
  if (way === 0) await rotate(world, pick, candidate, [pending]);
  else await mayCheckDaily(world, pick, candidate);
  world.endFaults();
  // A node may lag behind the status, and of a password that is lost no login tells: in time it
  // is refused there, too.
  await revokeAtLast(world, candidate, () => world.finishChange());
}

/** What the error of a rotation asks for. It may fail only as AWS's documents let it fail. */
async function revokeOutOfBand(world: World, candidate: Candidate): Promise<void> {
  world.endGrace();
  const outcome = await dailyCheck(world, candidate, 'revoke');
  if (outcome === 'out-of-band-change')
    throw new GivenUp('AWS takes no repair of a change by hand');
}

/** Once faults have stopped, a daily check leaves exactly one password. */
async function revokeAtLast(
  world: World,
  candidate: Candidate,
  passTime = () => world.passTimeBetween(),
): Promise<void> {
  world.endGrace();
  for (let tries = 0; tries < DAILY_CHECKS_AT_LAST; tries++) {
    const outcome = await dailyCheck(world, candidate, 'revoke');
    if (outcome === 'revoked' && world.isRevoked) return;
    if (outcome === 'out-of-band-change')
      throw new GivenUp('AWS takes no repair of a change by hand');
    passTime();
  }
  throw new Violation('I3: after revocation more than one password is accepted');
}

/** A change that is slow, or never comes, is met by another daily check on the next day. */
const DAILY_CHECKS_AT_LAST = 4;
