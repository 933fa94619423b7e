/** Properties derived from a node type's name, and unsuitable node types. */

import type { Problems } from '../validation/setting-error';
import type { EngineRow } from './elasticache/engine-versions';
import {
  DATA_TIERING_FAMILY,
  NODE_FAMILIES,
  nodeTypeOf,
  whyNoNodeType,
} from './elasticache/node-types';
import { TABLE_DATE } from './elasticache/sources';

/**
 * `maxclients` per node, from the table of engine parameters. It cannot be changed.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
 */
const CLIENTS_MAX = 65_000;
const CLIENTS_MAX_MICRO_OR_T2 = 20_000;
const CLIENTS_MAX_T3 = 46_000;

/** Adds a problem unless AWS runs encrypted caches of this engine on this node type. */
export function checkNodeType(
  problems: Problems,
  nodeType: string,
  { name }: Pick<EngineRow, 'name'>,
): void {
  const why = whyNoNodeType(nodeType, name);
  if (why === undefined) return;
  const type = nodeTypeOf(nodeType);
  if (type === undefined) {
    const advice = 'choose one that ElastiCache offers in the region';
    problems.add('nodeType', nodeType, 'a node type like "cache.r7g.large"', advice);
    return;
  }
  const isRunning = type.row?.status !== 'plaintext' && type.row?.since[name] !== undefined;
  const allowed = isRunning
    ? `a size of ${type.row?.sizes.join(', ')}`
    : `a node type of ${familiesFor(name).join(', ')}`;
  const known = `${allowed}, by AWS's table of ${TABLE_DATE}`;
  problems.add('nodeType', nodeType, `${known}: ${why}`, 'choose another one');
}

/** Families with new clusters for an engine. */
function familiesFor(engine: EngineRow['name']): readonly string[] {
  const open = NODE_FAMILIES.filter(
    ({ status, since }) => status === 'open' && since[engine] !== undefined,
  );
  return open.map(({ family }) => family);
}

/** Number of virtual CPUs of a node type. */
export function vcpusOf(nodeType: string): number {
  const { family = '', size = '' } = nodeTypeOf(nodeType) ?? {};
  const multiple = /^(\d*)xlarge$/.exec(size);
  if (multiple) return 4 * Number(multiple[1] || 1);
  const isSingle = nodeType === 'cache.m3.medium' || (family === 't2' && size !== 'medium');
  return isSingle ? 1 : 2;
}

/** Maximum connections of a node. */
export function clientsMaxOf(nodeType: string): number {
  const { family, size } = nodeTypeOf(nodeType) ?? {};
  if (family === 't2' || size === 'micro') return CLIENTS_MAX_MICRO_OR_T2;
  return family === 't3' ? CLIENTS_MAX_T3 : CLIENTS_MAX;
}

/** Whether the property DataTieringEnabled must be set. It cannot be changed later. */
export function hasDataTiering(nodeType: string): boolean {
  return nodeTypeOf(nodeType)?.family === DATA_TIERING_FAMILY;
}
