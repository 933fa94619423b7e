/**
 * Benchmarks of the client: a connection string, credentials from memory, and a connection with
 * each adapter relative to the bare library, to the same server in turn.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { makeCertificates } from '../cli/server/certificates';
import { ensureRedisServer } from '../cli/server/redis-binary';
import { connectIoredis, connectNodeRedis, RedisCredentials, redisUrl } from '../client';
import { Password } from '../contract/password';
import { printCredentials } from '../contract/secret-json';
import { RedisNode } from '../rehearsal/redis/redis-node';
import { median, type Row } from './measure';

const USERNAME = 'default';
const PASSWORD = 'a-password-for-a-bench-of-64-characters-which-is-what-we-make-0';
const BATCHES = 15;
const CALLS = 20_000;
/** Rounds, since a single connection takes milliseconds and is easily disturbed. */
const CONNECTIONS = 200;
/** Time for a client to reconnect. */
const RECONNECT_MS = 1_500;

/**
 * CPU time as a ratio to the least that could do the same, in turn: Node's own parser of URLs, and
 * a function that returns at once. A connection takes a thousand times as long.
 */
export async function measureClient(): Promise<readonly Row[]> {
  const at = { host: 'cache.example', readerHost: 'reader.example', port: 6380 };
  const read = async () => printCredentials(USERNAME, Password.of(PASSWORD), at);
  const credentials = new RedisCredentials({ read });
  await credentials.get();
  const url = `rediss://${USERNAME}:${PASSWORD}@cache.example:6380/0`;
  const parts = redisUrl.parse(url);
  return [
    await overPeer(
      'redisUrl.parse over new URL',
      () => redisUrl.parse(url),
      () => new URL(url),
      5,
    ),
    await overPeer(
      'redisUrl.build over new URL',
      () => redisUrl.build(parts),
      () => new URL(url),
      5,
    ),
    await overPeer(
      'credentials from memory over a constant',
      () => credentials.get(),
      () => at,
      5,
    ),
    ...(await measureConnections()),
  ];
}

async function overPeer(
  what: string,
  ours: () => unknown,
  peer: () => unknown,
  bound: number,
): Promise<Row> {
  const cpuOf = async (call: () => unknown): Promise<number> => {
    const before = process.cpuUsage();
    for (let count = 0; count < CALLS; count++) await call();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await cpuOf(ours);
  await cpuOf(peer);
  const ratios: number[] = [];
  for (let count = 0; count < BATCHES; count++)
    ratios.push((await cpuOf(ours)) / (await cpuOf(peer)));
  return { what, value: median(ratios), bound, unit: 'x' };
}

async function measureConnections(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'secure-redis-bench-'));
  const certificates = await makeCertificates();
  const password = Password.of(PASSWORD);
  const node = await RedisNode.start({
    binaryPath: ensureRedisServer((notice) => console.error(notice)).path,
    folder,
    id: '001',
    certificates,
    parameters: {},
    passwords: [password],
  });
  try {
    return await measureAdapters(node, certificates.caPem);
  } finally {
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each connects and sends PING, which the adapters do by themselves. */
async function measureAdapters(node: RedisNode, ca: string): Promise<readonly Row[]> {
  const { host, port } = node;
  const at = { host, readerHost: host, port };
  const credentials = new RedisCredentials({
    read: async () => printCredentials(USERNAME, Password.of(PASSWORD), at),
  });
  const login = { username: USERNAME, password: PASSWORD };
  const bareIoredis = async () => {
    const client = new Redis({ host, port, ...login, tls: { ca }, lazyConnect: true });
    await client.connect();
    await client.ping();
    return () => client.disconnect();
  };
  const ourIoredis = async () => {
    const client = await connectIoredis(credentials, { Redis, ca });
    return () => client.disconnect();
  };
  const bareNodeRedis = async () => {
    const socket = { host, port, tls: true, ca } as const;
    const client = createClient({ socket, ...login });
    client.on('error', () => undefined);
    await client.connect();
    await client.ping();
    return () => client.destroy();
  };
  const ourNodeRedis = async () => {
    const client = await connectNodeRedis(credentials, { createClient, ca });
    return () => client.destroy();
  };
  return [
    await compare('ioredis', ourIoredis, bareIoredis),
    await compare('node-redis', ourNodeRedis, bareNodeRedis),
    await reconnects('ioredis', node, ourIoredis),
    await reconnects('node-redis', node, ourNodeRedis),
  ];
}

type Connect = () => Promise<() => void>;

/** CPU time of this process; both take turns, so that a busy machine slows both equally. */
async function compare(library: string, ours: Connect, bare: Connect): Promise<Row> {
  const cpuOf = async (connect: Connect): Promise<number> => {
    // node-redis caches a class for the last options; an application has one set of options.
    (await connect())();
    const before = process.cpuUsage();
    const end = await connect();
    const { user, system } = process.cpuUsage(before);
    end();
    // Collect garbage, so that one round does not disturb the next.
    await new Promise((resolve) => setTimeout(resolve, 2));
    return (user + system) / 1_000;
  };
  const pairs: { readonly ours: number; readonly bare: number }[] = [];
  for (let count = 0; count < CONNECTIONS; count++) {
    // The order alternates too.
    const first = await cpuOf(count % 2 === 0 ? ours : bare);
    const second = await cpuOf(count % 2 === 0 ? bare : ours);
    pairs.push(count % 2 === 0 ? { ours: first, bare: second } : { ours: second, bare: first });
  }
  const counted = pairs.slice(CONNECTIONS / 10);
  const [ourMs, bareMs] = [
    median(counted.map((each) => each.ours)),
    median(counted.map((each) => each.bare)),
  ];
  const cpu = `${ourMs.toFixed(2)} ms of CPU, bare ${bareMs.toFixed(2)} ms`;
  console.log(`connection with ${library} ${cpu}`);
  const value = median(counted.map((each) => each.ours / each.bare));
  return { what: `a connection with ${library} over the bare one`, value, bound: 1.05, unit: 'x' };
}

/** Connections counted by the server, after the client's connection was ended. */
async function reconnects(library: string, node: RedisNode, connect: Connect): Promise<Row> {
  const end = await connect();
  const accepted = async () => {
    const stats = String(await node.admin('INFO', 'stats'));
    return Number(/total_connections_received:(\d+)/.exec(stats)?.[1]);
  };
  const before = await accepted();
  await node.admin('CLIENT', 'KILL', 'USER', USERNAME);
  await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  // Each administrator command is a connection: the kill, and the second count.
  const value = (await accepted()) - before - 2;
  end();
  return { what: `connections of a reconnect with ${library}`, value, bound: 1, unit: '' };
}
