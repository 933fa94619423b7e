/**
 * Failover of a group without shards, as in ElastiCache: a replica becomes the primary, and the old
 * primary its replica. No connection is closed, which is the worst case for clients.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Endpoint } from '../redis/endpoint';
import type { RedisNode } from '../redis/redis-node';
import type { Deployment } from './deployment';

const LOOKS_MAX = 1_000;
const LOOK_PAUSE_MS = 10;
/** Longest pause of writes if something goes wrong; longer than all polls take. */
const PAUSE_MS = 15_000;

type Node = Pick<RedisNode, 'admin' | 'host' | 'port'>;

/** Gives the group a primary endpoint that can be moved. */
export async function openEndpoint(deployment: Deployment): Promise<void> {
  const [primary] = pairOf(deployment);
  deployment.group.primaryEndpoint = await Endpoint.start(primary);
}

/**
 * Makes the first replica the primary, then moves the endpoint.
 *
 * @throws Error for a group with shards or without a replica.
 */
export async function failOverDeployment(deployment: Deployment): Promise<void> {
  const { nodes, group } = deployment;
  const [primary, promoted] = pairOf(deployment);
  await failOver(primary, promoted, {
    others: nodes.slice(2),
    onPromoted: () => group.primaryEndpoint?.moveTo(promoted),
  });
  nodes.splice(0, 2, promoted, primary);
  group.promote(promoted);
}

/** The primary and its first replica. */
function pairOf({ nodes, group }: Deployment): readonly [RedisNode, RedisNode] {
  const [primary, replica] = nodes;
  if (group.isSharded || primary === undefined || replica === undefined) {
    throw new Error('a failover needs a group without shards that has a replica; start one');
  }
  return [primary, replica];
}

export interface FailoverOptions {
  /** Replicas that follow the new primary from then on. */
  readonly others?: readonly Node[];
  /** Called when the new primary is up and the old primary is not a replica yet. */
  readonly onPromoted?: () => void;
}

/**
 * Writes wait on the old primary meanwhile, so that the failover loses none.
 *
 * @throws Error if the replica does not catch up with the primary.
 */
export async function failOver(
  primary: Node,
  promoted: Node,
  { others = [], onPromoted }: FailoverOptions = {},
): Promise<void> {
  await inSync(promoted);
  await primary.admin('CLIENT', 'PAUSE', String(PAUSE_MS), 'WRITE');
  await caughtUp(primary, promoted);
  await promoted.admin('REPLICAOF', 'NO', 'ONE');
  onPromoted?.();
  for (const node of [primary, ...others]) {
    await node.admin('REPLICAOF', promoted.host, String(promoted.port));
  }
  await primary.admin('CLIENT', 'UNPAUSE');
}

/** Waits until the link to the primary is up. @throws Error if it does not come up. */
export function inSync(replica: Node): Promise<void> {
  return until(async () => (await replicationOf(replica)).includes('master_link_status:up'));
}

async function caughtUp(primary: Node, replica: Node): Promise<void> {
  const offset = Number(/master_repl_offset:(\d+)/.exec(await replicationOf(primary))?.[1]);
  await until(async () => {
    const [, seen] = /slave_repl_offset:(\d+)/.exec(await replicationOf(replica)) ?? [];
    return Number(seen) >= offset;
  });
}

async function replicationOf(node: Node): Promise<string> {
  return String(await node.admin('INFO', 'replication'));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    if (await isSo()) return;
    await sleep(LOOK_PAUSE_MS);
  }
  throw new Error('the replica does not follow its primary; look at its log');
}
