/**
 * The number of nodes of a cache, and how keys are spread over them.
 *
 * A single value, so that endpoints, failover, parameters, node ids and alarms always agree.
 */

import { checkKinds, type Kinds } from '../validation/kinds';
import { isWithin, NODES_MAX, REPLICAS, SHARDS, wholeNumber } from '../validation/limits';
import type { Problems } from '../validation/setting-error';
import { DEFAULTS } from './defaults';
import { FLAG, NUMBER, required } from './value-kinds';

export interface ReplicatedProps {
  /**
   * Replicas of the primary, 0 to 5, in other availability zones.
   *
   * With 0, there is no failover: losing or replacing the node is an outage.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Whether a replica takes over when the primary fails, in another availability zone.
   *
   * Set false in the first of the two deploys that add the first replica to a cache without
   * replicas: AWS rejects failover in the deploy that adds the replica.
   *
   * @default true
   */
  readonly failover?: boolean;
}

export interface ShardedProps {
  /**
   * The number of shards, 1 to 90, each with its own primary.
   *
   * A change reshards online. When removing shards, AWS chooses the remaining ids; the alarms
   * expect the lowest ids.
   */
  readonly shards: number;

  /**
   * Replicas per primary, 0 to 5.
   *
   * With 0, a later update of the cache may fail, including the update that adds the first replica
   * (aws-cloudformation/cloudformation-coverage-roadmap#1275). AWS's sources disagree whether a
   * change replaces the cache (docs/operate.md, Changes).
   *
   * @default 1
   */
  readonly replicasPerShard?: number;
}

const REPLICATED_KINDS: Kinds<ReplicatedProps> = { replicas: NUMBER, failover: FLAG };

const SHARDED_KINDS: Kinds<ShardedProps> = {
  shards: required({ ...NUMBER, words: 'a number of shards' }),
  replicasPerShard: NUMBER,
};

export class Topology {
  /** One primary with replicas: every key on every node, for any client library. */
  static replicated(props: ReplicatedProps = {}): Topology {
    checkKinds('Topology.replicated', props, REPLICATED_KINDS);
    return new Topology(false, 1, props.replicas ?? DEFAULTS.replicas, props.failover);
  }

  /**
   * Several primaries with replicas (cluster mode enabled): needs a client with cluster support.
   */
  static sharded(props: ShardedProps): Topology {
    checkKinds('Topology.sharded', props, SHARDED_KINDS);
    return new Topology(true, props.shards, props.replicasPerShard ?? DEFAULTS.replicas);
  }

  private constructor(
    readonly isSharded: boolean,
    readonly shards: number,
    /** Per primary. */
    readonly replicas: number,
    /** Whether replicas, if any, take over. */
    readonly failover = true,
  ) {}

  /** Total number of nodes. */
  get nodeCount(): number {
    return this.shards * (this.replicas + 1);
  }

  /**
   * The node ids, for the id of a replication group: values of the dimension `CacheClusterId` of
   * ElastiCache's metrics.
   */
  nodeIds(replicationGroupId: string): string[] {
    const nodes = Array.from({ length: this.replicas + 1 }, (_, node) => padded(node + 1, 3));
    if (!this.isSharded) return nodes.map((node) => `${replicationGroupId}-${node}`);
    const shards = Array.from({ length: this.shards }, (_, shard) => padded(shard + 1, 4));
    return shards.flatMap((shard) => nodes.map((node) => `${replicationGroupId}-${shard}-${node}`));
  }
}

/** Adds a problem per number out of bounds. */
export function checkTopology(problems: Problems, { isSharded, shards, replicas }: Topology): void {
  const name = isSharded ? 'topology.replicasPerShard' : 'topology.replicas';
  if (!isWithin(replicas, REPLICAS)) {
    problems.add(name, replicas, wholeNumber(REPLICAS, 'replicas'));
  } else if (!isWithin(shards, SHARDS)) {
    problems.add('topology.shards', shards, wholeNumber(SHARDS, 'shards'));
  } else if (shards * (replicas + 1) > NODES_MAX) {
    problems.add(
      'topology',
      `${shards} shards of ${replicas + 1} nodes`,
      `${NODES_MAX} nodes in all`,
      'take fewer shards or fewer replicas',
    );
  }
}

function padded(index: number, digits: number): string {
  return String(index).padStart(digits, '0');
}
