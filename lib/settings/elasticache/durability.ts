/**
 * Durability of ElastiCache for Valkey: writes also go to a Multi-AZ transaction log.
 *
 * AWS's sources disagree about an existing cluster: since 27 October 2026 the guide changes
 * durability in place, as a separate modification; the CloudFormation reference and older pages say
 * that it is set at creation, and that changing it is an error.
 */

import { isAtLeast } from '../../../contract/is-at-least';
import type { EngineRow } from './engine-versions';
import { nodeTypeOf } from './node-types';
import type { SourceName } from './sources';

export const DURABILITY_SOURCES: readonly SourceName[] = ['durability', 'durabilityPrices'];

/** `sync`: no acknowledged write is lost. `async`: up to ten seconds of writes may be lost. */
export const DURABILITY_MODES = ['sync', 'async'] as const;
export type DurabilityMode = (typeof DURABILITY_MODES)[number];

/** The first Valkey version with durability. */
export const DURABILITY_SINCE = '9.0';

/**
 * R8g, M8g and C8gn are in translated pages of the guide and in AWS's price list, but not yet in
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
  /** Per primary. */
  readonly replicas: number;
  readonly nodeType: string;
}

/** Missing requirements of durability, as text; empty if the cache can be durable. */
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
