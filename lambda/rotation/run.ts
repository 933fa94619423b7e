/**
 * The rotation loop: observe, decide, perform one effect, repeat.
 *
 * It has no catch and no cleanup, so that an error and a crash are the same event: the next
 * invocation observes again.
 */

import type { Run } from './effects';
import type { Decision, Done, Effect, StepFacts } from './planner-parts';
import { startWaitMs } from './poll-wait';
import type { CachePort } from './ports';
import { RotationError } from './rotation-error';
import { labelsMoved, newStepMemory, type StepSight } from './step';
import type { WriteStrategy } from './strategy';

/** More iterations than fit into 15 minutes. Reached only by a defect. */
const ITERATIONS_MAX = 200;

/**
 * Runs one rotation step to its end, and returns how it ended.
 *
 * @throws RotationError if it cannot continue safely now.
 */
export async function run<
  Cache extends CachePort,
  Facts extends StepFacts,
  Sight extends StepSight<Facts>,
  Does extends Effect,
>(asked: Run<Cache>, strategy: WriteStrategy<Cache, Facts, Sight, Does>): Promise<Done> {
  const { step, versionId, ports, timing } = asked;
  const memory = newStepMemory();
  const reader = strategy.reader(ports, memory, timing);
  let told: Sight | undefined;
  for (let iteration = 1; iteration <= ITERATIONS_MAX; iteration++) {
    const sight = told ?? (await reader.observe(step, versionId));
    const decision = strategy.decide(step, sight.facts);
    const { unreachableWhy, facts } = sight;
    ports.log({ step, versionId, iteration, facts, unreachableWhy, decision });
    if (decision.kind === 'done') return decision.why;
    told = undefined;
    if (!isWait(decision) && (await labelsMoved(ports, memory))) continue;
    if (decision.kind === 'refuse') {
      throw new RotationError(decision.code, { step, versionId, detail: unreachableWhy });
    }
    told = await strategy.perform(decision.effect, { asked, sight, memory });
  }
  throw new RotationError('StillSettling', {
    step,
    versionId,
    detail: `${ITERATIONS_MAX} iterations`,
  });
}

/** Delays the first call of a rotation, so that many rotations do not start at once. */
export function waitToStart({
  step,
  versionId,
  ports,
  timing,
}: Run<CachePort>): Promise<void> | undefined {
  if (step !== 'createSecret') return undefined;
  return ports.clock.wait(startWaitMs(timing.pollIntervalMs, versionId));
}

function isWait(decision: Decision): boolean {
  return decision.kind === 'do' && (decision.effect === 'wait' || decision.effect === 'rest');
}
