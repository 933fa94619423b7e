/** A drill: a scripted failure, with the reports, diagnosis and repair that must follow. */

import type { DiagnosisId } from '../../cli/rotation/diagnoses';
import type { AccessBlueprint } from '../aws/access-blueprint';
import type { Blueprint } from '../aws/blueprint';
import { nodeCountOf } from '../aws/blueprint';
import type { CacheGroupTiming } from '../aws/cache-group';
import type { HabitOptions } from '../traffic/habits';
import { alarm, type Scene } from './scene';

export interface Drill {
  readonly name: string;
  readonly broke: string;
  /** Error codes and alarms (by metric) that must report the failure. Others fail the drill. */
  readonly noticed: readonly string[];
  /** Reports that are allowed too, on a busy machine. */
  readonly mayNotice?: readonly string[];
  /** The diagnosis that `npx secure-redis status` prints before the repair. */
  readonly diagnosis?: DiagnosisId;
  readonly repair: string;
  /** Why commands must fail, where that is impossible to avoid. */
  readonly whyFailed?: string;
  /** Maximum of failed commands, if commands may but need not fail. */
  readonly failedMax?: (blueprint: Blueprint) => number;
  readonly pace?: DrillPace;
  /** Whether it is about users, or about one password for all clients. @default - one password */
  readonly access?: AccessBlueprint['kind'];
  /** Access of a second cache, which the drill deploys beside the first with `startBeside`. */
  readonly beside?: AccessBlueprint['kind'];
  /** Whether `run` sends the traffic itself, and counts it in `others`. */
  readonly isTrafficOwn?: boolean;
  /** The reason, if the drill is impossible on this cache. */
  readonly impossible?: (blueprint: Blueprint) => string | undefined;
  /** Breaks, waits for the reports, repairs. */
  readonly run: (scene: Scene) => Promise<void>;
}

/** Timing of a drill, where it differs from the other drills. */
export interface DrillPace {
  readonly timing?: CacheGroupTiming;
  readonly pollIntervalMs?: number;
  readonly quietMs?: number;
  readonly timeoutMs?: number;
  readonly traffic?: HabitOptions;
}

/** With less than 140 s left the function starts no iteration, so it waits only 300 ms. */
export const SHORT_LIFE_MS = 140_300;

export const FAILED_STEP = [alarm('Errors')];

export function needsReplica({ topology }: Blueprint): string | undefined {
  return topology.replicas > 0 ? undefined : 'the cache has no replica';
}

export function needsTwoNodes({ topology }: Blueprint): string | undefined {
  return nodeCountOf(topology) > 1 ? undefined : 'the cache has one node';
}

export function needsPlainReplica(blueprint: Blueprint): string | undefined {
  if (blueprint.topology.isSharded) return 'replacing a node of a shard is not rehearsed';
  return needsReplica(blueprint);
}
