/**
 * The rotation loop: observe, decide, perform one effect, repeat.
 *
 * It has no catch and no cleanup, so that an error and a crash are the same event: the next
 * invocation observes again.
 */

import type { Password } from '../../contract/password';
import type { RotationStep } from '../../contract/rotation';
import { type Decision, type Done, decide, type Effect, type Facts } from './plan';
import { pollWaitMs, startWaitMs } from './poll-wait';
import type { Labels, Ports } from './ports';
import { known, RotationError } from './rotation-error';
import { RotationFacts, type RotationMemory, type Sight, type Timing } from './rotation-facts';

/** More iterations than fit into 15 minutes. Reached only by a defect. */
const ITERATIONS_MAX = 200;

export interface RunTiming extends Timing {
  /** Milliseconds of the first wait between two reads of a changing cache. */
  readonly pollIntervalMs: number;
}

/** Decides an iteration. Tests pass deliberately broken planners. */
export type Planner = (step: RotationStep, facts: Facts) => Decision;

/** The step to run; the version also seeds the jitter of waits. */
export interface Run {
  readonly step: RotationStep;
  readonly versionId: string;
  readonly ports: Ports;
  readonly timing: RunTiming;
  readonly planner?: Planner;
}

/**
 * Runs one rotation step to its end, and returns how it ended.
 *
 * @throws RotationError if it cannot continue safely now.
 */
export async function run(asked: Run): Promise<Done> {
  const { step, versionId, ports, timing, planner = decide } = asked;
  const memory: RotationMemory = {
    values: new Map(),
    labelsAreFresh: false,
    justMarked: false,
    asked: false,
    waits: 0,
    waitsInARow: 0,
  };
  const observed = new RotationFacts(ports, memory, timing);
  let told: Sight | undefined;
  for (let iteration = 1; iteration <= ITERATIONS_MAX; iteration++) {
    const sight = told ?? (await observed.observe(step, versionId));
    const decision = planner(step, sight.facts);
    const { unreachableWhy, facts } = sight;
    ports.log({ step, versionId, iteration, facts, unreachableWhy, decision });
    if (decision.kind === 'done') return decision.why;
    told = undefined;
    if (!isWait(decision) && (await observed.labelsMoved())) continue;
    if (decision.kind === 'refuse') {
      throw new RotationError(decision.code, { step, versionId, detail: unreachableWhy });
    }
    told = await perform(decision.effect, { asked, sight, memory });
  }
  throw new RotationError('StillSettling', {
    step,
    versionId,
    detail: `${ITERATIONS_MAX} iterations`,
  });
}

/** Delays the first call of a rotation, so that many rotations do not start at once. */
export function waitToStart({ step, versionId, ports, timing }: Run): Promise<void> | undefined {
  if (step !== 'createSecret') return undefined;
  return ports.clock.wait(startWaitMs(timing.pollIntervalMs, versionId));
}

function isWait(decision: Decision): boolean {
  return decision.kind === 'do' && decision.effect === 'wait';
}

interface Iteration {
  readonly asked: Run;
  readonly sight: Sight;
  readonly memory: RotationMemory;
}

/** Performs an effect. Returns what is known afterwards, to save an observation. */
async function perform(effect: Effect, iteration: Iteration): Promise<Sight | undefined> {
  const { asked, sight, memory } = iteration;
  const { versionId, ports } = asked;
  switch (effect) {
    case 'make':
      return put(iteration, ports.newPassword());
    case 'adopt':
      return put(iteration, known(sight.abandoned));
    case 'mark':
      await ports.secrets.move('newest', sight.labels.newest, versionId);
      memory.justMarked = true;
      return moved(iteration, { newest: versionId }, { newest: 'this', justMarked: true });
    case 'ask':
      // Reset before the call: if its answer is lost, the request may still have been executed.
      memory.justMarked = false;
      memory.settledSinceMs = undefined;
      memory.waitsInARow = 0;
      memory.asked = (await ports.cache.ask(known(sight.pending))) === 'asked';
      // The status shows a request only after a delay, so wait before observing.
      return wait(iteration);
    case 'promote':
      await ports.secrets.move('current', sight.labels.current, versionId);
      return moved(iteration, { current: versionId }, { stage: 'current' });
    case 'wait':
      memory.waits += 1;
      return wait(iteration);
  }
}

async function wait({ asked, memory }: Iteration): Promise<undefined> {
  const { step, versionId, ports, timing } = asked;
  const { clock } = ports;
  const ms = pollWaitMs(timing.pollIntervalMs, memory.waitsInARow, `${versionId} ${step}`);
  memory.waitsInARow += 1;
  memory.labelsAreFresh = false;
  // Keeps enough time for the next iteration.
  await clock.wait(Math.max(0, Math.min(ms, clock.remainingMs() - timing.iterationMsMax)));
}

async function put(iteration: Iteration, password: Password): Promise<Sight | undefined> {
  const { asked, sight, memory } = iteration;
  const { versionId, ports } = asked;
  const { username } = ports.cache;
  const credentials = { username, password, endpoints: known(sight.endpoints) };
  if ((await ports.secrets.put(versionId, credentials)) !== 'stored') return undefined;
  memory.values.set(versionId, credentials);
  return moved(iteration, {}, { hasPassword: true });
}

/** The state after a confirmed write: the observation with the write applied. */
function moved(
  { sight, memory }: Iteration,
  labels: Partial<Labels>,
  facts: Partial<Facts>,
): Sight {
  memory.labels = { ...sight.labels, ...labels };
  return { ...sight, labels: memory.labels, facts: { ...sight.facts, ...facts } };
}
