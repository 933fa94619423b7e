/**
 * Plays Secrets Manager, the operator and a stack update around the rotation of a user, on the
 * model of AWS. Throws a `Violation` where what must hold does not.
 */

import { ROTATION_STEPS, type RotationStep } from '../../contract/rotation';
import { runDailyCheck } from '../../lambda/rotation/daily-check';
import type { Ports, UserCache } from '../../lambda/rotation/ports';
import { RotationError } from '../../lambda/rotation/rotation-error';
import { run } from '../../lambda/rotation/run';
import { USER, USER_CHECK } from '../../lambda/rotation/strategy';
import type { Choices } from './choices';
import { CRASH } from './faults';
import type { UserWorld } from './user-world';
import { Violation } from './violation';
import { TIMING } from './world-options';

/** Attempts at one rotation: more than any number of faults that is tried here. */
const ATTEMPTS_MAX = 12;

/** How often the operator takes a rotation back. */
const CANCELLATIONS_MAX = 1;

/** Far beyond what any schedule lasts: nothing is due by itself. */
const GRACE_DAYS = 7;

/** A change that is slow, or never comes, is met by another daily check on the next day. */
const DAILY_CHECKS_AT_LAST = 3;

export type UserPlanner = typeof USER.decide;
export type UserCheckPlanner = typeof USER_CHECK.decide;

/** A rotation function that may be wrong on purpose. */
export interface UserCandidate {
  readonly planner?: UserPlanner;
  readonly checkPlanner?: UserCheckPlanner;
  /** Made anew for each attempt and daily check: what it remembers ends with them. */
  readonly ports?: (world: UserWorld) => Ports<UserCache>;
  /** Whether these ports remember nothing, so that each step may share what comes after it. */
  readonly remembersNothing?: boolean;
}

/** What a schedule is played with. */
export interface UserStage extends Choices {
  readonly world: UserWorld;
  readonly candidate: UserCandidate;
  /** Takes what Secrets Manager and the operator do, for the trace of one schedule. */
  readonly tell?: (what: string) => void;
}

/**
 * One rotation with faults, then another without if no stack update may come, and daily checks at
 * last. At the end each node accepts the current password alone.
 */
export async function playUser(stage: UserStage, isStackUpdated: boolean): Promise<void> {
  const { world, tell } = stage;
  await rotate(stage, ['v1', 'v2']);
  if (!isStackUpdated) {
    world.endFaults();
    await rotate(stage, ['w1', 'w2']);
  }
  stage.reached(`last;${world.stateFor('')}`, world.calls);
  world.passTimeBetween();
  await checkAsOwed(stage);
  world.endFaults();
  stage.reached(`daily;${world.stateFor('')}`, world.calls);
  // In its grace period: it must not revoke, and leaves nobody locked out.
  await check(stage, 'daily');
  if (world.outages.isOpen && world.user.isSettled) {
    throw new Violation('I1: a node refuses AWSCURRENT after the daily check');
  }
  world.endGrace();
  if (stage.pick(2) === 1) {
    tell?.('a rotation begins, and nothing comes of it');
    world.setPending('x1');
  }
  for (let tries = 0; tries < DAILY_CHECKS_AT_LAST; tries++) {
    stage.reached(`revoke,${tries};${world.stateFor('')}`, world.calls);
    await checkAsOwed(stage);
    const outcome = await check(stage, 'revoke');
    if (world.isRevoked && (outcome === 'revoked' || outcome === 'nothing-to-revoke')) return;
    world.finishChange();
  }
  throw new Violation('I3: after revocation more than one password is accepted');
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
async function rotate(stage: UserStage, ids: readonly string[]): Promise<void> {
  const { world, tell } = stage;
  let cancellations = 0;
  let versionId = ids[0] ?? '';
  world.setPending(versionId);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    tell?.(`attempt ${attempt} at version ${versionId}`);
    const [faultsBefore, beganSettled] = [world.faults, world.user.isSettled];
    const position = { ids, attempt, cancellations, versionId, faultsBefore, beganSettled };
    const failure = await attemptOnce(stage, position);
    if (!failure) {
      if (world.labels.current !== versionId)
        throw new Violation('I4: done, but AWSCURRENT did not move');
      return;
    }
    tell?.(`the attempt ends in ${failure}`);
    if (failure === 'CurrentRefused' && !world.isCurrentRefused) {
      throw new Violation('I6: an error says what is not so');
    }
    if (beganSettled && world.faults === faultsBefore && !world.outages.isOpen) {
      throw new Violation(`I4: without a fault, an attempt ended in ${failure}`);
    }
    // He has done half of it where he took the rotation back while it was running.
    const isHalfDone = world.secret.takenBack === versionId;
    const mayCancel = cancellations < CANCELLATIONS_MAX && world.labels.current !== versionId;
    if (isHalfDone || (mayCancel && stage.pick(2) === 1)) {
      tell?.(`the operator takes version ${versionId} back and starts anew`);
      cancellations += 1;
      versionId = ids[cancellations] ?? `${versionId}'`;
      world.setPending(undefined);
      await mayCheckDaily(stage);
      world.setPending(versionId);
    }
    world.passTimeBetween();
  }
  throw new Violation(`I4: not finished after ${ATTEMPTS_MAX} attempts`);
}

/** The four steps in order. Says how it failed, or nothing. */
async function attemptOnce(stage: UserStage, position: Attempt): Promise<string | undefined> {
  const { world, candidate } = stage;
  const { versionId } = position;
  const { planner = USER.decide, ports = (any: UserWorld) => any.ports() } = candidate;
  reachedAttempt(stage, position, 0);
  const built = ports(world);
  try {
    for (const [index, step] of ROTATION_STEPS.entries()) {
      // Ports that are wrong on purpose may remember something, which no state names.
      const shares = !candidate.ports || candidate.remembersNothing;
      if (index > 0 && shares) reachedAttempt(stage, position, index);
      await checkAsOwed(stage);
      await mayCheckDaily(stage);
      world.mayChangeByHand();
      world.startInvocation('rotation');
      const asked = { step, versionId, ports: built, timing: TIMING };
      const end = await run(asked, { ...USER, decide: planner });
      if (end === 'not-proven-yet') mayEndUnproven(world, step);
      if (step === 'finishSecret') world.endWell();
    }
    return undefined;
  } catch (error) {
    if (error === CRASH) return 'a crash';
    if (error instanceof RotationError) return error.code;
    throw error;
  }
}

function reachedAttempt({ world, reached }: UserStage, position: Attempt, step: number): void {
  const { ids, attempt, cancellations, versionId, faultsBefore, beganSettled } = position;
  const isFaultless = world.faults === faultsBefore;
  const where = [ids.join('.'), attempt, cancellations, versionId, isFaultless, beganSettled, step];
  reached(`${where.join()};${world.stateFor(versionId)}`, world.calls);
}

/** A step may leave the proof to a later one only while the user is being changed. */
function mayEndUnproven(world: UserWorld, step: RotationStep): void {
  if (step === 'testSecret' && !world.user.looksActive) return;
  throw new Violation('I6: an end says what is not so');
}

/** The update of the user sets off two checks, which wait for the one function to be free. */
async function checkAsOwed(stage: UserStage): Promise<void> {
  const { world } = stage;
  while (world.checksOwed > 0) {
    world.checksOwed -= 1;
    await check(stage, 'updated', 'check after the update');
  }
}

/** A daily check within the grace period may come before any invocation, and die at any call. */
async function mayCheckDaily(stage: UserStage): Promise<void> {
  const { world } = stage;
  if (world.dailyChecksLeft === 0) return;
  const way = stage.pick(3);
  if (way === 0) return;
  world.dailyChecksLeft -= 1;
  if (way === 2) world.endGrace();
  await check(stage, way === 2 ? 'revoke' : 'daily');
}

async function check(
  { world, candidate, tell }: UserStage,
  kind: 'daily' | 'updated' | 'revoke',
  why: 'daily check' | 'check after the update' = 'daily check',
): Promise<string> {
  tell?.(`a ${why}: ${kind}`);
  world.startInvocation(why);
  const built = candidate.ports?.(world) ?? world.ports();
  const decide = candidate.checkPlanner ?? USER_CHECK.decide;
  const timing = { ...TIMING, graceDays: GRACE_DAYS };
  try {
    return (await runDailyCheck(kind, built, timing, { ...USER_CHECK, decide })).outcome;
  } catch (error) {
    if (error === CRASH) return 'a crash';
    if (error instanceof RotationError) return error.code;
    throw error;
  }
}
