/** Checks whether a cache supports the chosen durability. */

import type { Problems } from '../validation/setting-error';
import {
  DURABILITY_MODES,
  type DurabilityMode,
  lacksForDurability,
} from './elasticache/durability';
import type { Engine } from './engine';
import type { Topology } from './topology';

/** The settings on which durability depends. */
export interface Durable {
  readonly engine: Engine;
  readonly topology: Topology;
  readonly nodeType: string;
}

/** Missing requirements of durability, as text; empty if it is supported. */
export function lacksOf({ engine, topology, nodeType }: Durable): readonly string[] {
  const { isSharded, replicas } = topology;
  return lacksForDurability({ engine, isSharded, replicas, nodeType });
}

/** Adds a problem unless AWS supports durability for such a cache. */
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
