/**
 * Plays Secrets Manager, which repeats a failed rotation, and the operator, who may take it back
 * and start anew, on the model of AWS. Throws a `Violation` where what must hold does not.
 */

import { ROTATION_STEPS, type RotationStep } from '../../contract/rotation';
import { runDailyCheck } from '../../lambda/rotation/daily-check';
import type { Ports } from '../../lambda/rotation/ports';
import { RotationError } from '../../lambda/rotation/rotation-error';
import { run } from '../../lambda/rotation/run';
import { TOKEN, TOKEN_CHECK } from '../../lambda/rotation/strategy';
import type { Choices } from './choices';
import { CRASH } from './faults';
import { Violation } from './violation';
import type { World } from './world';
import { TIMING } from './world-options';

/** Attempts at one rotation: more than any number of faults that is tried here. */
const ATTEMPTS_MAX = 12;

/** How often the operator takes a rotation back. */
const CANCELLATIONS_MAX = 2;

/** Far beyond what any schedule lasts: nothing is due by itself. */
const GRACE_DAYS = 7;

/** A change that is slow, or never comes, is met by another daily check on the next day. */
const DAILY_CHECKS_AT_LAST = 4;

export type Planner = typeof TOKEN.decide;
export type DailyCheckPlanner = typeof TOKEN_CHECK.decide;

/** A rotation function that may be wrong on purpose. */
export interface Candidate {
  readonly planner?: Planner;
  /** Made anew for each attempt and daily check: what it remembers ends with them. */
  readonly ports?: (world: World) => Ports;
  readonly dailyCheckPlanner?: DailyCheckPlanner;
}

/** Ends a schedule in which the function must refuse to continue. */
export class GivenUp extends Error {}

/** What a schedule is played with. */
export interface Stage extends Choices {
  readonly world: World;
  readonly candidate: Candidate;
  /** Takes what Secrets Manager and the operator do, for the trace of one schedule. */
  readonly tell?: (what: string) => void;
}

/** Two rotations, and what comes between and after them. */
export async function play(
  stage: Stage,
  { edited, revokes }: { readonly edited: boolean; readonly revokes: boolean },
): Promise<void> {
  await rotate(stage, ['v1', 'v2', 'v3']);
  if (edited) return editAndRevoke(stage);
  // What that rotation left behind must not trip the next one.
  stage.world.endFaults();
  await rotate(stage, ['w1', 'w2', 'w3']);
  if (revokes) await revokeAtLast(stage, () => stage.world.passTimeBetween());
}

/** What is still to come depends on this and the world alone. */
interface Attempt {
  readonly ids: readonly string[];
  readonly attempt: number;
  readonly cancellations: number;
  readonly versionId: string;
  readonly faultsBefore: number;
  readonly beganSettled: boolean;
}

/** One rotation to its end, with as many attempts and cancellations as the faults cause. */
async function rotate(stage: Stage, ids: readonly string[]): Promise<void> {
  const { world, tell } = stage;
  let cancellations = 0;
  let versionId = ids[0] ?? '';
  world.startRotation(versionId);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    tell?.(`attempt ${attempt} at version ${versionId}`);
    const [faultsBefore, beganSettled] = [world.faults, world.isSettled];
    const position = { ids, attempt, cancellations, versionId, faultsBefore, beganSettled };
    const failure = await attemptOnce(stage, position);
    if (!failure) {
      if (world.labels.current !== versionId)
        throw new Violation('I4: done, but AWSCURRENT did not move');
      return;
    }
    tell?.(`the attempt ends in ${failure}`);
    // The world keeps AWSCURRENT accepted, so to say that it is refused is always wrong.
    if (world.lockedOutByHand) throw new GivenUp('a change by hand pushed out AWSCURRENT');
    if (failure === 'OutOfBandChange' && world.faults > 0) {
      await revokeOutOfBand(stage);
      continue;
    }
    if (failure === 'CurrentRefused') throw new Violation('I6: an error says what is not so');
    const isLive = failure === 'AbandonedPasswordLive';
    if (beganSettled && world.faults === faultsBefore && !isLive) {
      throw new Violation(`I4: without a fault, an attempt ended in ${failure}`);
    }
    // That code asks the operator to start anew, so he does; and he has done half of it where he
    // took the rotation back while it was running.
    const isHalfDone = world.secret.takenBack === versionId;
    const mayCancel = cancellations < CANCELLATIONS_MAX;
    if (
      isHalfDone ||
      isLive ||
      (mayCancel && world.labels.current !== versionId && stage.pick(2) === 1)
    ) {
      tell?.(`the operator takes version ${versionId} back and starts anew`);
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
async function attemptOnce(stage: Stage, position: Attempt): Promise<string | undefined> {
  const { world, candidate } = stage;
  const { versionId } = position;
  const { planner = TOKEN.decide, ports = (any) => any.ports() } = candidate;
  reachedAttempt(stage, position, 0);
  const built = ports(world);
  try {
    for (const [index, step] of ROTATION_STEPS.entries()) {
      // Ports that are wrong on purpose may remember something, which no state names.
      if (index > 0 && !candidate.ports) reachedAttempt(stage, position, index);
      await mayCheckDaily(stage);
      world.mayRotateByHand();
      if (world.lockedOutByHand) return 'CurrentRefused';
      world.startInvocation();
      const asked = { step, versionId, ports: built, timing: TIMING };
      const end = await run(asked, { ...TOKEN, decide: planner });
      if (end === 'not-proven-yet') mayEndUnproven(world, step, versionId);
    }
    return undefined;
  } catch (error) {
    if (error === CRASH) return 'a crash';
    if (error instanceof RotationError) return error.code;
    throw error;
  }
}

function reachedAttempt({ world, reached }: Stage, position: Attempt, step: number): void {
  const { ids, attempt, cancellations, versionId, faultsBefore, beganSettled } = position;
  const isFaultless = world.faults === faultsBefore;
  const where = [ids.join('.'), attempt, cancellations, versionId, isFaultless, beganSettled, step];
  reached(`${where.join()};${world.stateFor(versionId)}`, world.calls);
}

/** A step may leave the proof to a later one only while the cache is being changed for it. */
function mayEndUnproven(world: World, step: RotationStep, versionId: string): void {
  const isAsked = step === 'setSecret' && world.askedFor.has(versionId);
  if (!(isAsked || (step === 'testSecret' && !world.looksSettled))) {
    throw new Violation('I6: an end says what is not so');
  }
}

/**
 * A daily check may come before any invocation, die at any call, and leave a change under way.
 * Within the grace period it must revoke nothing.
 */
async function mayCheckDaily(stage: Stage): Promise<void> {
  const { world } = stage;
  if (world.dailyChecksLeft === 0) return;
  const way = stage.pick(3);
  if (way === 0) return;
  world.dailyChecksLeft -= 1;
  if (way === 2) world.endGrace();
  await dailyCheck(stage, way === 2 ? 'revoke' : 'daily');
}

async function dailyCheck(stage: Stage, kind: 'daily' | 'revoke'): Promise<string> {
  const { world, tell } = stage;
  const { ports, dailyCheckPlanner: decide = TOKEN_CHECK.decide } = stage.candidate;
  tell?.(`a daily check: ${kind}`);
  world.startInvocation();
  const built = ports?.(world) ?? world.ports();
  const timing = { ...TIMING, graceDays: GRACE_DAYS };
  try {
    return (await runDailyCheck(kind, built, timing, { ...TOKEN_CHECK, decide })).outcome;
  } catch (error) {
    if (error === CRASH) return 'a crash';
    if (error instanceof RotationError) return error.code;
    throw error;
  }
}

/** Checks after an edit of the secret: daily checks revoke to one password, and not too soon. */
async function editAndRevoke(stage: Stage): Promise<void> {
  const { world, tell } = stage;
  const pending = world.labels.pending ?? '';
  const way = stage.pick(3);
  tell?.(way === 2 ? 'AWSPREVIOUS is taken off its version' : 'somebody edits the secret');
  if (way === 2) world.secret.takePreviousOff();
  else world.secret.edit('e1');
  // AWS attempts the version again that is pending: its steps find all done, and promote it.
  if (way === 0) await rotate(stage, [pending]);
  else await mayCheckDaily(stage);
  world.endFaults();
  // A node may lag behind the status, and of a password that is lost no login tells: in time it
  // is refused there, too.
  await revokeAtLast(stage, () => world.finishChange());
}

/** What the error of a rotation asks for. It may fail only as AWS's documents let it fail. */
async function revokeOutOfBand(stage: Stage): Promise<void> {
  stage.world.endGrace();
  const outcome = await dailyCheck(stage, 'revoke');
  if (outcome === 'out-of-band-change')
    throw new GivenUp('AWS takes no repair of a change by hand');
}

/** Once faults have stopped, a daily check leaves exactly one password. */
async function revokeAtLast(stage: Stage, passTime: () => void): Promise<void> {
  const { world, reached } = stage;
  world.endGrace();
  for (let tries = 0; tries < DAILY_CHECKS_AT_LAST; tries++) {
    reached(`revoke,${tries};${world.stateFor('')}`, world.calls);
    const outcome = await dailyCheck(stage, 'revoke');
    if (outcome === 'revoked' && world.isRevoked) return;
    if (outcome === 'out-of-band-change')
      throw new GivenUp('AWS takes no repair of a change by hand');
    passTime();
  }
  throw new Violation('I3: after revocation more than one password is accepted');
}
