/** Starts the nodes of a blueprint, and further ones with the same parameters. */

import type { Certificates } from '../../cli/server/certificates';
import type { Password } from '../../contract/password';
import { formCluster, type Shard } from '../redis/redis-cluster';
import { RedisNode } from '../redis/redis-node';
import { blockedCommandsOf, knownParameters } from '../redis/redis-parameters';
import type { Blueprint } from './blueprint';

export interface NodesOptions {
  readonly blueprint: Blueprint;
  readonly binaryPath: string;
  /** A folder that only this user can read. */
  readonly folder: string;
  readonly certificates: Certificates;
  /** Receives each node as soon as it runs. */
  readonly started: RedisNode[];
}

export type StartNode = (id: string, passwords: readonly Password[]) => Promise<RedisNode>;

/** Finds out what the server knows, once for all nodes. */
export async function nodeStarter(options: NodesOptions): Promise<StartNode> {
  const { blueprint, binaryPath, folder, certificates, started } = options;
  const { topology, parameters } = blueprint;
  const { isSharded } = topology;
  const blockedCommands = blockedCommandsOf(parameters);
  const common = { binaryPath, folder, certificates, isSharded, blockedCommands };
  const known = await knownParameters({ ...common, parameters });
  return (id, passwords) =>
    RedisNode.start({ ...common, id, parameters: known, passwords, first: started[0] });
}

/** Starts every node; a sharded group forms its cluster. */
export async function startNodes(
  { blueprint: { topology }, started }: NodesOptions,
  startNode: StartNode,
  passwords: readonly Password[],
): Promise<readonly Shard[]> {
  const { isSharded } = topology;
  const shards: RedisNode[][] = [];
  for (let shard = 1; shard <= topology.shards; shard++) {
    const nodes: RedisNode[] = [];
    for (let node = 1; node <= 1 + topology.replicas; node++) {
      // Member names end as in ElastiCache.
      const id = isSharded ? `${digits(shard, 4)}-${digits(node, 3)}` : digits(node, 3);
      const fresh = await startNode(id, passwords);
      started.push(fresh);
      nodes.push(fresh);
    }
    shards.push(nodes);
  }
  if (isSharded) await formCluster(shards);
  return shards;
}

function digits(number: number, count: number): string {
  return String(number).padStart(count, '0');
}
