/**
 * A queue and its worker, with BullMQ.
 *
 * A job contains an id and no personal data: jobs are kept, shown by tools and copied to
 * dashboards. A job may run twice, so it must be idempotent.
 */

import { Queue, Worker } from 'bullmq';
import type { Client } from './connections';
import { log, nameOf } from './log';

const NAME = 'jobs';
/** In braces, so that all keys of the queue are in one slot, which BullMQ's scripts need. */
const PREFIX = '{secure-cache}';
const KEPT_S = 3_600;
const KEPT_MAX = 10_000;
const ATTEMPTS = 5;
const RETRY_DELAY_MS = 200;

export interface JobCounts {
  readonly completed: number;
  readonly failed: number;
}

export class Jobs {
  readonly #queue: Queue;
  readonly #worker: Worker;

  /** BullMQ requires a client that waits forever (`maxRetriesPerRequest: null`). */
  constructor(forRequests: Client, forWorker: Client, work: (id: string) => Promise<void>) {
    this.#queue = new Queue(NAME, { connection: forRequests, prefix: PREFIX });
    this.#worker = new Worker(NAME, ({ id = '' }) => work(id), {
      connection: forWorker,
      prefix: PREFIX,
    });
    // Without a listener BullMQ prints the whole error.
    this.#queue.on('error', (error) => log({ event: 'queue-failed', error: nameOf(error) }));
    this.#worker.on('error', (error) => log({ event: 'worker-failed', error: nameOf(error) }));
    this.#worker.on('failed', (job, error) =>
      log({ event: 'job-failed', job: job?.id, error: nameOf(error) }),
    );
  }

  async add(): Promise<void> {
    await this.#queue.add(NAME, null, {
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: RETRY_DELAY_MS, jitter: 0.5 },
      removeOnComplete: { age: KEPT_S, count: KEPT_MAX },
      removeOnFail: { age: KEPT_S, count: KEPT_MAX },
    });
  }

  async counts(): Promise<JobCounts> {
    const { completed = 0, failed = 0 } = await this.#queue.getJobCounts('completed', 'failed');
    return { completed, failed };
  }

  /**
   * Waits for running jobs; waiting jobs stay in the queue. Without the cache running jobs cannot
   * complete, and another worker runs them again.
   */
  async close(isCacheThere: boolean): Promise<void> {
    await this.#worker.close(!isCacheThere);
    await this.#queue.close();
  }
}
