/**
 * A queue and its worker, with BullMQ.
 *
 * A job carries an id and no data of a person: jobs are kept, shown by tools and copied to
 * dashboards. Its work may be done twice, so it must bear that.
 */

import { Queue, Worker } from 'bullmq';
import type { Client } from './connections';
import { log, nameOf } from './log';

const NAME = 'jobs';
/** In braces, so that all keys of the queue are in one slot: BullMQ's scripts need that. */
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

  /** The worker's client must wait for ever (`maxRetriesPerRequest: null`); BullMQ checks it. */
  constructor(forRequests: Client, forWorker: Client, work: (id: string) => Promise<void>) {
    this.#queue = new Queue(NAME, { connection: forRequests, prefix: PREFIX });
    this.#worker = new Worker(NAME, ({ id = '' }) => work(id), {
      connection: forWorker,
      prefix: PREFIX,
    });
    // Without a listener BullMQ prints the error as a whole.
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
   * Ends the jobs that were begun; the others stay in the queue. Without the cache none can end:
   * another worker does them again.
   */
  async close(isCacheThere: boolean): Promise<void> {
    await this.#worker.close(!isCacheThere);
    await this.#queue.close();
  }
}
