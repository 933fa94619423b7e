/**
 * The effects of a rotation step that do not depend on which password it rotates: it stores a
 * password, and waits.
 */

import type { Password } from '../../contract/password';
import type { RotationStep } from '../../contract/rotation';
import type { StepFacts } from './planner-parts';
import { pollWaitMs } from './poll-wait';
import type { CachePort, Labels, Ports, TokenCache } from './ports';
import { known } from './rotation-error';
import type { StepMemory, StepSight, Timing } from './step';

export interface RunTiming extends Timing {
  /** Milliseconds of the first wait between two reads of a changing cache. */
  readonly pollIntervalMs: number;
}

/** The step to run; the version also seeds the jitter of waits. */
export interface Run<Cache extends CachePort = TokenCache> {
  readonly step: RotationStep;
  readonly versionId: string;
  readonly ports: Ports<Cache>;
  readonly timing: RunTiming;
}

export interface Iteration<Cache extends CachePort, Sight extends StepSight> {
  readonly asked: Run<Cache>;
  readonly sight: Sight;
  readonly memory: StepMemory;
}

export async function waitOnce(
  { asked, memory }: Pick<Iteration<CachePort, StepSight>, 'asked' | 'memory'>,
  atLeastMs = 0,
): Promise<undefined> {
  const { step, versionId, ports, timing } = asked;
  const { clock } = ports;
  const ms = pollWaitMs(timing.pollIntervalMs, memory.waitsInARow, `${versionId} ${step}`);
  memory.waitsInARow += 1;
  memory.labelsAreFresh = false;
  // Keeps enough time for the next iteration.
  const leftMs = clock.remainingMs() - timing.iterationMsMax;
  await clock.wait(Math.max(0, Math.min(Math.max(ms, atLeastMs), leftMs)));
}

/** Reset before the request: if its answer is lost, it may still have been executed. */
export function noteRequest(memory: StepMemory): void {
  memory.justMarked = false;
  memory.settledSinceMs = undefined;
  memory.waitsInARow = 0;
  memory.disturbed = true;
}

/** Stores a password in the pending version, unless it has one. */
export async function store(
  { asked, sight, memory }: Iteration<CachePort, StepSight>,
  password: Password,
): Promise<'stored' | 'has-value'> {
  const { versionId, ports } = asked;
  const { username } = ports.cache;
  const credentials = { username, password, endpoints: known(sight.endpoints) };
  const answer = await ports.secrets.put(versionId, credentials);
  if (answer === 'stored') memory.values.set(versionId, credentials);
  return answer;
}

/** The state after a confirmed write: the observation with the write applied. */
export function moved<Facts extends StepFacts, Sight extends StepSight<Facts>>(
  { sight, memory }: Pick<Iteration<CachePort, Sight>, 'sight' | 'memory'>,
  labels: Partial<Labels>,
  facts: Partial<Facts>,
): Sight {
  memory.labels = { ...sight.labels, ...labels };
  return { ...sight, labels: memory.labels, facts: { ...sight.facts, ...facts } };
}
