/**
 * The only loop: observe, decide, perform one effect, observe again.
 *
 * It has no catch and no cleanup, so that an error and a crash are the same event: whatever
 * happens, the next invocation observes anew.
 */

import type { Password } from '../../contract/password';
import type { RotationStep } from '../../contract/rotation';
import { type Memory, Observer, type Sight, type Timing } from './observe';
import { type Decision, decide, type Effect, type Facts } from './plan';
import type { Ports } from './ports';
import { known, RotationError } from './rotation-error';

/** More turns than 15 minutes of polling every second take. Reached only by a defect. */
const TURNS_MAX = 1000;

export interface RunTiming extends Timing {
  /** Milliseconds between two looks at a cache that is being changed. */
  readonly pollIntervalMs: number;
}

/** Decides a turn. The tests pass planners that are wrong on purpose. */
export type Planner = (step: RotationStep, facts: Facts) => Decision;

/**
 * Runs one step of a rotation to its end.
 *
 * @throws RotationError when it cannot go on, safely, now.
 */
export async function run(
  step: RotationStep,
  versionId: string,
  ports: Ports,
  timing: RunTiming,
  planner: Planner = decide,
): Promise<void> {
  const memory: Memory = { values: new Map(), justMarked: false, waits: 0 };
  const observer = new Observer(ports, memory, timing);
  for (let turn = 1; turn <= TURNS_MAX; turn++) {
    const sight = await observer.observe(step, versionId);
    const decision = planner(step, sight.facts);
    const { unreachableWhy, facts } = sight;
    ports.log({ step, versionId, turn, facts, unreachableWhy, decision });
    if (decision.kind === 'done') return;
    if (decision.kind === 'refuse') {
      throw new RotationError(decision.code, { step, versionId, detail: unreachableWhy });
    }
    await perform(decision.effect, { versionId, sight, memory, ports, timing });
  }
  throw new RotationError('StillSettling', { step, versionId, detail: `${TURNS_MAX} turns` });
}

interface Turn {
  readonly versionId: string;
  readonly sight: Sight;
  readonly memory: Memory;
  readonly ports: Ports;
  readonly timing: RunTiming;
}

async function perform(effect: Effect, turn: Turn): Promise<void> {
  const { versionId, sight, memory, ports, timing } = turn;
  switch (effect) {
    case 'make':
      return put(turn, ports.newPassword());
    case 'adopt':
      return put(turn, known(sight.abandoned));
    case 'mark':
      await ports.secrets.move('newest', sight.labels.newest, versionId);
      memory.justMarked = true;
      return;
    case 'ask':
      // Forgotten before the call: if its answer is lost, it may have happened all the same.
      memory.justMarked = false;
      memory.settledSinceMs = undefined;
      await ports.cache.ask(known(sight.pending));
      // The status does not show a request at once: looking now would tell nothing.
      return ports.clock.wait(timing.pollIntervalMs);
    case 'promote':
      return ports.secrets.move('current', sight.labels.current, versionId);
    case 'wait':
      memory.waits += 1;
      return ports.clock.wait(timing.pollIntervalMs);
  }
}

async function put({ versionId, sight, memory, ports }: Turn, password: Password): Promise<void> {
  const username = known(sight.username);
  const credentials = { username, password, endpoints: known(sight.endpoints) };
  const answer = await ports.secrets.put(versionId, credentials);
  if (answer === 'stored') memory.values.set(versionId, credentials);
}
