/**
 * Benchmark of the time until a client writes again after a failover that keeps its connections:
 * the endpoint moves to the new primary, and the old primary answers READONLY.
 */

import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { connectIoredis, connectNodeRedis } from '../client';
import { TwoNodes } from '../test/support/two-nodes';
import { median, type Row } from './measure';

const FAILOVERS = 5;
const BOUND_MS = 2_000;

interface Writer {
  write(): Promise<unknown>;
  end(): void;
}

export async function measureFailovers(): Promise<readonly Row[]> {
  const nodes = await TwoNodes.start();
  try {
    const { ca } = nodes;
    const ioredis = await connectIoredis(nodes.credentials(), { Redis, ca });
    const nodeRedis = await connectNodeRedis(nodes.credentials(), { createClient, ca });
    return [
      await recovery('ioredis', nodes, {
        write: () => ioredis.incr('bench'),
        end: () => ioredis.disconnect(),
      }),
      await recovery('node-redis', nodes, {
        write: () => nodeRedis.incr('bench'),
        end: () => nodeRedis.destroy(),
      }),
    ];
  } finally {
    await nodes.stop();
  }
}

async function recovery(library: string, nodes: TwoNodes, client: Writer): Promise<Row> {
  const tookMs: number[] = [];
  for (let count = 0; count < FAILOVERS; count++) {
    await client.write();
    await nodes.inSync();
    await nodes.failOver();
    const startMs = performance.now();
    await client.write();
    tookMs.push(performance.now() - startMs);
  }
  client.end();
  const what = `a write with ${library} after a failover`;
  return { what, value: median(tookMs), bound: BOUND_MS, unit: 'ms' };
}
