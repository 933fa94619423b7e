/** Whether a cache can have the durability that is asked for. */

import type { Problems } from '../validation/setting-error';
import {
  DURABILITY_MODES,
  type DurabilityMode,
  lacksForDurability,
} from './elasticache/durability';
import type { Engine } from './engine';
import type { Topology } from './topology';

/** What durability depends on. */
export interface Durable {
  readonly engine: Engine;
  readonly topology: Topology;
  readonly nodeType: string;
}

/** What the cache lacks for durability, in words; empty if AWS makes it durable. */
export function lacksOf({ engine, topology, nodeType }: Durable): readonly string[] {
  const { isSharded, replicas } = topology;
  return lacksForDurability({ engine, isSharded, replicas, nodeType });
}

/** Adds a problem unless AWS makes a cache like this durable. */
export function checkDurability(
  problems: Problems,
  durability: DurabilityMode | undefined,
  cache: Durable,
): void {
  if (durability === undefined) return;
  if (!DURABILITY_MODES.includes(durability)) {
    const allowed = DURABILITY_MODES.map((mode) => `"${mode}"`).join(' or ');
    problems.add('durability', durability, allowed);
    return;
  }
  const lacks = lacksOf(cache);
  if (lacks.length === 0) return;
  const allowed = `nothing here: durability needs ${lacks.join(', and ')}`;
  problems.add('durability', durability, allowed, 'remove it, or change the cache');
}
