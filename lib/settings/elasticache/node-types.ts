/**
 * Node types of ElastiCache: families with their sizes and supported engines.
 *
 * Sizes that are not listed do not exist. A family of a newer generation than the table is accepted
 * with a warning, so that an old table does not block new node types.
 */

import type { SourceName } from './sources';

type EngineName = 'redis' | 'valkey';

/**
 * Whether AWS creates new clusters of a family: not of a `closed` family, whose clusters continue
 * to run. A `plaintext` family cannot encrypt.
 */
export type NodeStatus = 'open' | 'closed' | 'plaintext';

export interface NodeFamily {
  readonly family: string;
  readonly sizes: readonly string[];
  /** The first version of each engine that runs on it, or `undefined` if none does. */
  readonly since: Readonly<Record<EngineName, string | undefined>>;
  readonly status: NodeStatus;
  readonly source: SourceName;
}

const BURSTABLE = ['micro', 'small', 'medium'];
const GRAVITON = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'];
const INTEL_5 = ['large', 'xlarge', '2xlarge', '4xlarge', '12xlarge', '24xlarge'];

const EVERY = { redis: '4.0.10', valkey: '7.2' };
const SINCE_5 = { redis: '5.0.6', valkey: '7.2' };
const SINCE_6 = { redis: '6.2', valkey: '7.2' };
const VALKEY_ONLY = { redis: undefined, valkey: '7.2' };
const REDIS_ONLY = { redis: '3.2.6', valkey: undefined };

const row = (
  family: string,
  sizes: readonly string[],
  since: NodeFamily['since'],
  status: NodeStatus = 'open',
  source: SourceName = 'nodeTypes',
): NodeFamily => ({ family, sizes, since, status, source });

const previous = (family: string, status: NodeStatus, ...sizes: readonly string[]): NodeFamily =>
  row(family, sizes, REDIS_ONLY, status, 'cacheNode');

export const NODE_FAMILIES: readonly NodeFamily[] = [
  row('t4g', BURSTABLE, SINCE_5),
  row('t3', BURSTABLE, EVERY),
  row('t2', BURSTABLE, EVERY, 'closed'),
  row('m8g', GRAVITON, VALKEY_ONLY),
  row('m7g', GRAVITON, SINCE_6),
  row('m6g', GRAVITON, SINCE_5),
  row('m5', INTEL_5, EVERY),
  row('m4', ['large', 'xlarge', '2xlarge', '4xlarge', '10xlarge'], EVERY),
  row('r8g', GRAVITON, VALKEY_ONLY),
  row('r7g', GRAVITON, SINCE_6),
  row('r6g', GRAVITON, SINCE_5),
  row('r6gd', GRAVITON.slice(1), SINCE_6),
  row('r5', INTEL_5, EVERY),
  row('r4', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge'], EVERY),
  row('c8gn', GRAVITON, VALKEY_ONLY),
  row('c7gn', GRAVITON, SINCE_6),
  previous('m3', 'closed', 'medium', 'large', 'xlarge', '2xlarge'),
  previous('r3', 'closed', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge'),
  previous('t1', 'plaintext', 'micro'),
  previous('m1', 'plaintext', 'small', 'medium', 'large', 'xlarge'),
  previous('m2', 'plaintext', 'xlarge', '2xlarge', '4xlarge'),
  previous('c1', 'plaintext', 'xlarge'),
];

export const DATA_TIERING_SOURCE: SourceName = 'dataTiering';

/** The family with data tiering. The property DataTieringEnabled must be set for it. */
export const DATA_TIERING_FAMILY = 'r6gd';

/**
 * The eviction policies of data tiering, by AWS's guide. A newer page of AWS also names the two lfu
 * policies: sources disagree, so only the common policies are accepted.
 */
export const DATA_TIERING_POLICIES = ['volatile-lru', 'allkeys-lru', 'noeviction'];

const NAME = /^cache\.([a-z]+)(\d+)([a-z]*)\.(micro|small|medium|large|\d{0,2}xlarge)$/;

/** The pattern of a node type, for a stage file's schema. */
export const NODE_TYPE_PATTERN = NAME.source;

/** All node types with new clusters, for completion in editors. */
export const NODE_TYPES: readonly string[] = NODE_FAMILIES.filter(
  ({ status }) => status === 'open',
).flatMap(({ family, sizes }) => sizes.map((size) => `cache.${family}.${size}`));

/** The parts of a node type's name; `undefined` for another format. */
export interface NodeType {
  readonly family: string;
  readonly size: string;
  /** `undefined` if the table does not know the family. */
  readonly row: NodeFamily | undefined;
  /** Whether its family is of a later generation than the table. */
  readonly isNewer: boolean;
}

/** The highest generation per kind of family: 8 for `r`. */
const NEWEST = new Map<string, number>();
const BY_FAMILY = new Map(NODE_FAMILIES.map((each) => [each.family, each] as const));
for (const { family } of NODE_FAMILIES) {
  const [, kind = '', generation] = /^([a-z]+)(\d+)/.exec(family) ?? [];
  NEWEST.set(kind, Math.max(NEWEST.get(kind) ?? 0, Number(generation)));
}

export function nodeTypeOf(name: unknown): NodeType | undefined {
  const [, kind, generation, rest, size] = NAME.exec(`${name}`) ?? [];
  if (kind === undefined || size === undefined) return undefined;
  const family = `${kind}${generation}${rest}`;
  return {
    family,
    size,
    row: BY_FAMILY.get(family),
    isNewer: Number(generation) > (NEWEST.get(kind) ?? Number.POSITIVE_INFINITY),
  };
}

/** Why AWS does not run the engine on a node type; `undefined` if it may. */
export function whyNoNodeType(name: unknown, engine: EngineName): string | undefined {
  const type = nodeTypeOf(name);
  if (type === undefined) return `${name} is no node type`;
  const { family, row: found, size } = type;
  if (found === undefined) {
    return type.isNewer ? undefined : `ElastiCache has no node family ${family}`;
  }
  if (!found.sizes.includes(size)) return `ElastiCache has no size ${size} of ${family}`;
  if (found.status === 'plaintext') return `${family} cannot encrypt`;
  if (found.since[engine] !== undefined) return undefined;
  return `${engine === 'redis' ? 'Redis OSS' : 'Valkey'} does not run on ${family}`;
}
