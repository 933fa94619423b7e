/**
 * BullMQ on ioredis: each command adds a job and waits until the worker has completed it.
 *
 * The worker has a blocking connection, so there are three connections to lose.
 */

import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { Connections } from '../connections';
import { driver } from '../driver';
import type { TrafficClient } from '../traffic-client';
import {
  adaptedIoredis,
  connectOnce,
  ioredisOf,
  onConnect,
  type RedisOrCluster,
  Refusals,
} from './ioredis';

/** After a failure; BullMQ's own 15 seconds are longer than a rehearsal. */
const RETRY_MS = 50;

/** Required by BullMQ; a command that waits for a connection is not abandoned. */
const OPTIONS = { maxRetriesPerRequest: null };

export const BULLMQ = driver({
  name: 'bullmq',
  connect: async (url, access) => {
    const connections = new Connections();
    const client = ioredisOf(url, access, OPTIONS);
    countAll(client, connections);
    await connectOnce(client, url, access);
    return BullmqTraffic.begin(client, connections);
  },
  reread: async (credentials, access) => {
    const connections = new Connections();
    const client = await adaptedIoredis(credentials, access, connections, OPTIONS);
    return BullmqTraffic.begin(client, connections);
  },
});

/** Counts duplicates of the client too, which BullMQ creates. */
function countAll(client: RedisOrCluster, connections: Connections): void {
  const count = () => connections.take();
  onConnect(client, count);
  const duplicate = client.duplicate.bind(client) as (...args: unknown[]) => RedisOrCluster;
  Object.assign(client, {
    duplicate: (...args: unknown[]) => {
      const copy = duplicate(...args);
      onConnect(copy, count);
      return copy;
    },
  });
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

class BullmqTraffic implements TrafficClient {
  static async begin(client: RedisOrCluster, connections: Connections): Promise<BullmqTraffic> {
    const traffic = new BullmqTraffic(client, connections);
    await traffic.#begin();
    return traffic;
  }

  readonly #waiting = new Map<string, Waiting>();
  readonly #refusals = new Refusals();
  #queue: Queue | undefined;
  #worker: Worker | undefined;

  private constructor(
    private readonly client: RedisOrCluster,
    private readonly connections: Connections,
  ) {
    this.#refusals.watch(client);
  }

  get connects(): number {
    return this.connections.count;
  }

  async command(_: string, value: string): Promise<void> {
    const jobId = randomUUID();
    const done = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(jobId, { resolve, reject });
    });
    try {
      const result = await this.#refusals.within(async () => {
        // The application sees the first failure.
        const [seen] = await Promise.all([done, this.#queue?.add('rehearsal', value, { jobId })]);
        return seen;
      });
      if (result !== value) throw new Error('wrong answer');
    } finally {
      this.#waiting.delete(jobId);
    }
  }

  async close(): Promise<void> {
    // Forced: a worker without a connection could wait forever for its last job.
    await Promise.all([this.#worker?.close(true), this.#queue?.close()]);
    this.client.disconnect();
  }

  async #begin(): Promise<void> {
    // The prefix has braces because all keys of a queue must be in one slot of a cluster.
    const name = `rehearsal-${randomUUID()}`;
    const common = {
      connection: this.client,
      prefix: '{rehearsal}',
      // BullMQ would print a warning for each cache that is not a queue.
      skipVersionCheck: true,
    };
    const takeError = (error: Error) => this.#refusals.take(error);
    this.#queue = new Queue(name, { ...common, defaultJobOptions: { removeOnComplete: true } });
    this.#queue.on('error', takeError);
    this.#worker = new Worker(name, async ({ data }) => data, {
      ...common,
      runRetryDelay: RETRY_MS,
    });
    this.#worker.on('error', takeError);
    this.#worker.on('completed', ({ id = '' }, result) => this.#waiting.get(id)?.resolve(result));
    this.#worker.on('failed', (job, error) => this.#waiting.get(job?.id ?? '')?.reject(error));
    await this.#worker.waitUntilReady();
  }
}
