/**
 * A step of a rotation: what its iterations remember and see, whichever password it rotates.
 */

import type { Endpoints } from '../../contract/secret-json';
import type { Memory } from './observe';
import type { StepFacts } from './planner-parts';
import type { CachePort, Labels, Ports, Unreachable } from './ports';

/** State between iterations of a rotation step. Losing it in a crash is safe. */
export interface StepMemory extends Memory {
  /** The labels as last read, updated by this invocation's own moves. */
  labels?: Labels;
  /** Whether this invocation has not waited since it read them. */
  labelsAreFresh: boolean;
  justMarked: boolean;
  asked: boolean;
  /** Whether this invocation saw a change in progress, or sent a request. */
  disturbed: boolean;
  /** Quiet times that this invocation has waited for. */
  rests: number;
  waits: number;
}

export function newStepMemory(): StepMemory {
  return {
    values: new Map(),
    labelsAreFresh: false,
    justMarked: false,
    asked: false,
    disturbed: false,
    rests: 0,
    waits: 0,
    waitsInARow: 0,
  };
}

/** Input of effects besides the facts. Holds passwords: never log it. */
export interface StepSight<Facts extends StepFacts = StepFacts> {
  readonly facts: Facts;
  readonly labels: Labels;
  readonly endpoints?: Endpoints;
  /** The reason of the first unreachable node. */
  readonly unreachableWhy?: Unreachable;
}

export interface Timing {
  /** Milliseconds of being settled that count as quiet. */
  readonly quietMs: number;
  /** With less time left, in milliseconds, no further iteration begins. */
  readonly iterationMsMax: number;
}

export async function readLabels(ports: Ports<CachePort>, memory: StepMemory): Promise<Labels> {
  const labels = await ports.secrets.labels();
  Object.assign(memory, { labels, labelsAreFresh: true });
  return labels;
}

/**
 * Whether a label has moved while this invocation waited: the rotation may have been abandoned.
 * Checked before every effect and every error.
 */
export async function labelsMoved(ports: Ports<CachePort>, memory: StepMemory): Promise<boolean> {
  const { labels, labelsAreFresh } = memory;
  if (labelsAreFresh) return false;
  return JSON.stringify(labels) !== JSON.stringify(await readLabels(ports, memory));
}

export function stageOf(labels: Labels, versionId: string): StepFacts['stage'] {
  if (labels.current === versionId) return 'current';
  return labels.pending === versionId ? 'pending' : 'unstaged';
}
