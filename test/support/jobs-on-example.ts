/** Jobs of an example's service: adds some, and waits until they are done. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ExampleService } from './example-service';

export interface JobCounts {
  readonly completed: number;
  readonly failed: number;
}

const TRIES_MAX = 100;
const POLL_MS = 50;

/** The statuses that were answered. */
export async function addJobs(
  service: ExampleService,
  count: number,
): Promise<ReadonlySet<number>> {
  const adding = Array.from({ length: count }, () => service.request('POST', '/jobs'));
  return new Set((await Promise.all(adding)).map(({ status }) => status));
}

/** What is said when so many are done, or what is still said after a while. */
export async function jobsDone(service: ExampleService, count: number): Promise<JobCounts> {
  for (let tries = 1; ; tries++) {
    const { body } = await service.request('GET', '/jobs');
    const counts = JSON.parse(body) as JobCounts;
    if (counts.completed + counts.failed >= count || tries === TRIES_MAX) return counts;
    await sleep(POLL_MS);
  }
}
