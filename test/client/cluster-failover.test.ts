/**
 * Failover on a real cluster: clients continue when a primary becomes a replica and keeps its
 * connections; keys are redirected, a write without a key recovers, a lost login is repeated, and a
 * reconnect to a node opens one connection.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { createCluster } from 'redis';
import { connectIoredis } from '../../client/connect-ioredis';
import { connectNodeRedis } from '../../client/connect-node-redis';
import type { RedisClientEvent } from '../../client/connect-options';
import { RedisCredentials } from '../../client/redis-credentials';
import type { RedisNode } from '../../rehearsal/redis/redis-node';
import { type LocalDeployment, startLocally } from '../support/local-deployment';

const TIMEOUT_MS = 60_000;
const KEYS = Array.from({ length: 40 }, (_, index) => `key-${index}`);

let local: LocalDeployment;
const ends: (() => void)[] = [];

beforeAll(async () => {
  local = await startLocally({
    topology: { isSharded: true, shards: 2, replicas: 1 },
    parameters: { 'cluster-enabled': 'yes' },
  });
  await local.deployment.service.rotate();
}, TIMEOUT_MS);

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

afterAll(() => local.deployment.stop());

const credentials = () =>
  new RedisCredentials({ read: async () => local.deployment.secretString(), now: () => 0 });

const options = () => ({ ca: local.deployment.certificates.caPem });

const isPrimary = async (node: RedisNode) =>
  String(await node.admin('INFO', 'replication')).includes('role:master');

/** The replica of the first shard that is one becomes its primary, and all nodes know it. */
async function failOver(): Promise<void> {
  const [first, second] = local.deployment.nodes as [RedisNode, RedisNode, ...RedisNode[]];
  const [demoted, promoted] = (await isPrimary(first)) ? [first, second] : [second, first];
  await promoted.admin('CLUSTER', 'FAILOVER', 'TAKEOVER');
  for (let look = 0; look < 1_000; look++) {
    if ((await isPrimary(promoted)) && !(await isPrimary(demoted))) return;
    await sleep(10);
  }
  throw new Error('the shard does not fail over');
}

async function nodeRedis(log: (event: RedisClientEvent) => void = () => undefined) {
  const client = await connectNodeRedis(credentials(), { ...options(), createCluster, log });
  ends.push(() => client.destroy());
  return client;
}

describe('node-redis, when a shard fails over', () => {
  test('no write with a key fails', async () => {
    const client = await nodeRedis();
    for (const key of KEYS) await client.set(key, 'before');
    await failOver();
    for (const key of KEYS) expect(await client.set(key, 'after')).toBe('OK');
  });

  test('a write without a key is refused until the slots are read anew, at once', async () => {
    const client = await nodeRedis();
    const write = () => client.sendCommand(undefined, false, ['FUNCTION', 'FLUSH']);
    await write();
    await failOver();
    const startMs = performance.now();
    const failures = new Set<string>();
    for (let inARow = 0; inARow < 10 && performance.now() - startMs < 20_000; ) {
      const isDone = await write().then(
        () => true,
        (error: Error) => failures.add(error.message.split(' ')[0] ?? '') === undefined,
      );
      inARow = isDone ? inARow + 1 : 0;
    }
    expect(performance.now() - startMs).toBeLessThan(15_000);
    expect(failures).toContain('READONLY');
    // One more may be on its way when the library drops the node.
    failures.delete('Disconnects');
    expect(failures).toEqual(new Set(['READONLY']));
  });

  test('a node that does not know the login is left, and no command fails', async () => {
    const events: RedisClientEvent[] = [];
    const client = await nodeRedis((event) => events.push(event));
    for (const master of client.masters) {
      const node = await client.nodeClient(master);
      await node.sendCommand(['RESET']);
    }
    for (const key of KEYS) expect(await client.set(key, 'again')).toBe('OK');
    const left = events.filter(({ event }) => event === 'node-left');
    expect(left).toHaveLength(2);
    expect(new Set(left.map(({ code }) => code))).toEqual(new Set(['authentication-failed']));
  });

  test('a reconnect to each node opens one connection, that of a subscriber too', async () => {
    const client = await nodeRedis();
    for (const key of KEYS) await client.set(key, 'x');
    const heard: string[] = [];
    await client.subscribe('news', (message) => heard.push(message));
    const before = await accepted();
    const kills = local.deployment.nodes.map(async (node) => {
      await node.admin('CLIENT', 'KILL', 'USER', 'default');
    });
    await Promise.all(kills);
    await sleep(1_500);
    for (const key of KEYS) await client.set(key, 'y');
    // The administrator has killed and looks again.
    const others = 2 * local.deployment.nodes.length;
    // Two primaries and the subscription.
    expect((await accepted()) - before - others).toBe(3);
    await client.publish('news', 'hello');
    for (let look = 0; look < 100 && heard.length === 0; look++) await sleep(10);
    expect(heard).toEqual(['hello']);
  });
});

describe('ioredis, when a shard fails over', () => {
  test('no write with a key fails', async () => {
    const client = await connectIoredis(credentials(), { ...options(), Cluster });
    ends.push(() => client.disconnect());
    for (const key of KEYS) await client.set(key, 'before');
    await failOver();
    for (const key of KEYS) expect(await client.set(key, 'after')).toBe('OK');
  });
});

/** Connections that the nodes have accepted; this look is one per node. */
async function accepted(): Promise<number> {
  const infos = await Promise.all(
    local.deployment.nodes.map((node) => node.admin('INFO', 'stats')),
  );
  return infos
    .map((info) => Number(/total_connections_received:(\d+)/.exec(String(info))?.[1]))
    .reduce((sum, count) => sum + count, 0);
}
