/** What a drill is: a failure that is scripted, and what must come of it. */

import type { DiagnosisId } from '../../cli/rotation/diagnoses';
import type { Blueprint } from '../aws/blueprint';
import { nodeCountOf } from '../aws/blueprint';
import type { CacheGroupTiming } from '../aws/cache-group';
import type { HabitOptions } from '../traffic/habits';
import { alarm, type Scene } from './scene';

export interface Drill {
  readonly name: string;
  readonly broke: string;
  /** All who must notice, and nobody else but those below: error codes, alarms by metric. */
  readonly noticed: readonly string[];
  /** Who may notice on a machine that is busy. */
  readonly mayNotice?: readonly string[];
  /** What the operator is told before the repair, where there is one to ask for. */
  readonly diagnosis?: DiagnosisId;
  readonly repair: string;
  /** Why commands must fail, where that is impossible to avoid. */
  readonly whyFailed?: string;
  /** How many commands may fail at the most, where some may and none must. */
  readonly failedMax?: (blueprint: Blueprint) => number;
  readonly pace?: DrillPace;
  /** Why this cache cannot play it, if so. */
  readonly impossible?: (blueprint: Blueprint) => string | undefined;
  /** Breaks, lets notice, repairs. */
  readonly run: (scene: Scene) => Promise<void>;
}

/** How fast the world goes, where it differs from that of the other drills. */
export interface DrillPace {
  readonly timing?: CacheGroupTiming;
  readonly pollIntervalMs?: number;
  readonly quietMs?: number;
  readonly timeoutMs?: number;
  readonly traffic?: HabitOptions;
}

/** With less than 140 s left the function begins no iteration: what is above is for its waits. */
export const SHORT_LIFE_MS = 140_300;

export const FAILED_STEP = [alarm('Errors')];

export function needsReplica({ topology }: Blueprint): string | undefined {
  return topology.replicas > 0 ? undefined : 'the cache has no replica';
}

export function needsTwoNodes({ topology }: Blueprint): string | undefined {
  return nodeCountOf(topology) > 1 ? undefined : 'the cache has one node';
}

export function needsPlainReplica(blueprint: Blueprint): string | undefined {
  if (blueprint.topology.isSharded) return 'a shard with a fresh node is not rehearsed';
  return needsReplica(blueprint);
}
