/**
 * What follows from the name of a node type, and which node types cannot carry a cache of ours.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
 */

import type { Problems } from './setting-error';

const NAME = /^cache\.([a-z][a-z0-9]*)\.(micro|small|medium|large|xlarge|\d{1,2}xlarge)$/;

/** The same pattern, as a stage file's schema has it. */
export const NODE_TYPE_PATTERN = NAME.source;

/** Older generations cannot encrypt in transit or at rest. */
const WITHOUT_ENCRYPTION = ['t1', 'm1', 'm2', 'c1'];

/** Node types whose disks hold what does not fit into memory. */
const WITH_DATA_TIERING = 'r6gd';

/** `maxclients` of a node. It cannot be changed. */
const CLIENTS_MAX = 65_000;

/** Of the smallest node types. For some of them this is what people report, not a document. */
const CLIENTS_MAX_SMALL = 20_000;

/** Adds a problem unless it is a node type that ElastiCache offers for an encrypted cache. */
export function checkNodeType(problems: Problems, nodeType: string): void {
  const family = NAME.exec(nodeType)?.[1];
  if (family === undefined) {
    problems.add(
      'nodeType',
      nodeType,
      'a node type like "cache.r7g.large"',
      'choose one that ElastiCache offers in the region',
    );
  } else if (WITHOUT_ENCRYPTION.includes(family)) {
    problems.add(
      'nodeType',
      nodeType,
      'a node type that can encrypt, which t1, m1, m2 and c1 cannot',
      'choose a newer generation, for example cache.t4g.small',
    );
  }
}

/** Virtual processors of a node, by the name of its type. */
export function vcpusOf(nodeType: string): number {
  const [, family = '', size = ''] = NAME.exec(nodeType) ?? [];
  const multiple = /^(\d*)xlarge$/.exec(size);
  if (multiple) return 4 * Number(multiple[1] || 1);
  const isSingle = nodeType === 'cache.m3.medium' || (family === 't2' && size !== 'medium');
  return isSingle ? 1 : 2;
}

/** Connections that a node takes at most. */
export function clientsMaxOf(nodeType: string): number {
  const [, family = '', size = ''] = NAME.exec(nodeType) ?? [];
  return family === 't2' || size === 'micro' ? CLIENTS_MAX_SMALL : CLIENTS_MAX;
}

/** Whether ElastiCache must be told that the nodes spill to disks. It cannot be changed later. */
export function hasDataTiering(nodeType: string): boolean {
  return NAME.exec(nodeType)?.[1] === WITH_DATA_TIERING;
}
