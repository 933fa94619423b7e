/**
 * Forms a cluster of nodes in cluster mode: introduces the nodes, assigns slots and replicas, and
 * waits until every node reports the complete cluster.
 *
 * It uses only the administrators' unix sockets and no password.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { RespReply } from '../../contract/resp';
import type { RedisNode } from './redis-node';

/** A primary and its replicas, in this order. */
export type Shard = readonly RedisNode[];

export const SLOTS = 16_384;

/** Nodes ping each other within half of this timeout; a short one spreads changes faster. */
const FORMING_TIMEOUT_MS = 1_000;
/** Redis's default, set after the cluster has formed. */
const NODE_TIMEOUT_MS = 15_000;
/** A primary accepts writes two seconds after its start at the earliest. */
const TRIES_MAX = 1_500;
const POLL_MS = 20;

/** @throws Error naming the nodes that disagree, with their reports. */
export async function formCluster(shards: readonly Shard[]): Promise<void> {
  const nodes = shards.flat();
  await setNodeTimeout(nodes, FORMING_TIMEOUT_MS);
  await Promise.all(shards.map(([primary], index) => own(primary, index, shards.length)));
  await introduce(nodes);
  await until(nodes, (node) => strangersOf(node, nodes.length));
  for (const [primary, ...replicas] of shards) {
    const id = String(await primary?.admin('CLUSTER', 'MYID'));
    await Promise.all(replicas.map((each) => each.admin('CLUSTER', 'REPLICATE', id)));
  }
  const replicas = nodes.length / shards.length - 1;
  await until(nodes, (node) => faultOf(node, { shards: shards.length, replicas }));
  await setNodeTimeout(nodes, NODE_TIMEOUT_MS);
}

/** The fault that a node reports, or `undefined` for a complete cluster. */
export async function faultOf(
  node: Pick<RedisNode, 'admin'>,
  wanted: { readonly shards: number; readonly replicas: number },
): Promise<string | undefined> {
  const state = /cluster_state:(\w+)/.exec(String(await node.admin('CLUSTER', 'INFO')))?.[1];
  if (state !== 'ok') return `cluster_state ${state}`;
  const { slots, replicasByPrimary } = layoutOf(await node.admin('CLUSTER', 'SLOTS'));
  if (slots !== SLOTS) return `${slots} of ${SLOTS} slots assigned`;
  const shards = Array.from(replicasByPrimary.values());
  if (shards.length !== wanted.shards) return `${shards.length} shards`;
  const short = shards.find((replicas) => replicas.size !== wanted.replicas);
  if (short) return `a shard with ${short.size} replicas`;
  const replication = String(await node.admin('INFO', 'replication'));
  return /role:master|master_link_status:up/.test(replication) ? undefined : 'replication is down';
}

/**
 * Slot ranges of CLUSTER SLOTS, each with its primary and its replicas.
 *
 * Nodes are identified by id, not by port: over a unix socket Valkey 8 reports port 0 for TLS-only
 * nodes, Redis 7.0 the TLS port.
 */
function layoutOf(reply: RespReply) {
  const ranges = reply as readonly (readonly [number, number, ...(readonly RespReply[])[]])[];
  const replicasByPrimary = new Map<string, Set<string>>();
  let slots = 0;
  for (const [first, last, ...nodes] of ranges) {
    slots += last - first + 1;
    const [primary = '', ...replicas] = nodes.map(([, , id]) => String(id));
    const known = replicasByPrimary.get(primary) ?? [];
    replicasByPrimary.set(primary, new Set([...known, ...replicas]));
  }
  return { slots, replicasByPrimary };
}

async function setNodeTimeout(nodes: readonly RedisNode[], ms: number): Promise<void> {
  const name = 'cluster-node-timeout';
  await Promise.all(nodes.map((node) => node.admin('CONFIG', 'SET', name, String(ms))));
}

/** The first and the last slot of a shard, counted from 0. */
export function slotsOf(shard: number, shards: number): readonly [first: number, last: number] {
  const boundary = (index: number) => Math.floor((index * SLOTS) / shards);
  return [boundary(shard), boundary(shard + 1) - 1];
}

async function own(primary: RedisNode | undefined, shard: number, shards: number): Promise<void> {
  const [first, last] = slotsOf(shard, shards);
  const slots = Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
  // One by one, since ADDSLOTSRANGE exists only since Redis 7.0.
  await primary?.admin('CLUSTER', 'ADDSLOTS', ...slots);
  // Otherwise two primaries have the same epoch, which the cluster resolves slowly.
  await primary?.admin('CLUSTER', 'SET-CONFIG-EPOCH', String(shard + 1));
}

/** Introduces every node to every other, since gossip alone takes seconds. */
async function introduce(nodes: readonly RedisNode[]): Promise<void> {
  for (const [index, node] of nodes.entries()) {
    for (const other of nodes.slice(index + 1)) {
      await node.admin('CLUSTER', 'MEET', '127.0.0.1', String(other.port));
    }
  }
}

async function strangersOf(node: RedisNode, count: number): Promise<string | undefined> {
  const lines = String(await node.admin('CLUSTER', 'NODES'))
    .trim()
    .split('\n');
  const known = lines.filter((line) => !line.includes('handshake'));
  return known.length === count ? undefined : `knows ${known.length} of ${count} nodes`;
}

async function until(
  nodes: readonly RedisNode[],
  seeFault: (node: RedisNode) => Promise<string | undefined>,
): Promise<void> {
  let faults: readonly string[] = [];
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const seen = await Promise.all(nodes.map(seeFault));
    faults = nodes.flatMap(({ id }, index) => (seen[index] ? [`${id} ${seen[index]}`] : []));
    if (faults.length === 0) return;
    await sleep(POLL_MS);
  }
  throw new Error(
    `the nodes form no cluster in ${(TRIES_MAX * POLL_MS) / 1000} s: ${faults.join('; ')}; check ` +
      'that this machine lets them connect to 127.0.0.1',
  );
}
