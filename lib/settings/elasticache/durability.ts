/**
 * Durability of ElastiCache for Valkey: writes go to a Multi-AZ transaction log, too.
 *
 * What AWS says of an existing cluster differs: since 27 October 2026 its guide changes durability
 * in place, as a modification of its own; the CloudFormation reference and older pages say that it
 * is chosen when the cluster is created, and that changing it is an error.
 */

import { type EngineRow, isAtLeast } from './engines';
import { nodeTypeOf } from './node-types';
import type { SourceName } from './sources';

export const DURABILITY_SOURCES: readonly SourceName[] = ['durability', 'durabilityPrices'];

/** `sync`: an acknowledged write is never lost. `async`: up to ten seconds of writes may be. */
export const DURABILITY_MODES = ['sync', 'async'] as const;
export type DurabilityMode = (typeof DURABILITY_MODES)[number];

/** Of Valkey. */
export const DURABILITY_SINCE = '9.0';

/**
 * R8g, M8g and C8gn are in translated pages of the guide and in AWS's price list, and not yet in
 * its English page.
 */
export const DURABILITY_NODE_FAMILIES = [
  'r6g',
  'r7g',
  'r8g',
  'm6g',
  'm7g',
  'm8g',
  'c7gn',
  'c8gn',
] as const;

export interface DurableCache {
  readonly engine: Pick<EngineRow, 'name' | 'version'>;
  readonly isSharded: boolean;
  /** Of each primary. */
  readonly replicas: number;
  readonly nodeType: string;
}

/** What durability needs and this cache has not, in words; empty if it can be durable. */
export function lacksForDurability(cache: DurableCache): readonly string[] {
  const { engine, isSharded, replicas, nodeType } = cache;
  const type = nodeTypeOf(nodeType);
  const families: readonly string[] = DURABILITY_NODE_FAMILIES;
  const isFamily = type !== undefined && (families.includes(type.family) || type.isNewer);
  return [
    engine.name === 'valkey' && isAtLeast(engine.version, DURABILITY_SINCE)
      ? ''
      : `Valkey ${DURABILITY_SINCE} or newer`,
    isSharded ? '' : 'a sharded topology',
    replicas > 0 ? '' : 'a replica for each primary',
    isFamily ? '' : `a node type of ${families.join(', ')}`,
  ].filter((each) => each !== '');
}
