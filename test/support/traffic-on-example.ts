/**
 * Requests to an example's service, several at a time and without a pause, until it is told to
 * stop. Nothing is tried twice, so that no failure is hidden.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, ExampleService } from './example-service';

export interface RequestResult {
  readonly requests: number;
  /** What was answered in the place of what was expected, each once. */
  readonly failures: readonly string[];
}

/** Enough to make a pool open connections when its own are lost. */
const AT_A_TIME = 8;

/** Writes and reads back. */
export class RequestTraffic {
  readonly #loops: Promise<void>[];
  readonly #failures = new Set<string>();
  #requests = 0;
  #isRunning = true;

  constructor(private readonly service: ExampleService) {
    this.#loops = Array.from({ length: AT_A_TIME }, (_, index) => this.#loop(index));
  }

  /** Ends when so many more were answered: by then its connections are made. */
  async answers(more: number): Promise<void> {
    const wanted = this.#requests + more;
    while (this.#requests < wanted) await sleep(10);
  }

  async stop(): Promise<RequestResult> {
    this.#isRunning = false;
    await Promise.all(this.#loops);
    return { requests: this.#requests, failures: Array.from(this.#failures) };
  }

  async #loop(index: number): Promise<void> {
    for (let count = 0; this.#isRunning; count++) {
      const value = `${index}-${count}`;
      await this.#expect(204, '', 'PUT', `/cache/traffic-${index}`, value);
      await this.#expect(200, value, 'GET', `/cache/traffic-${index}`);
    }
  }

  async #expect(status: number, body: string, ...request: Request): Promise<void> {
    this.#requests += 1;
    const answer: Answer = await this.service
      .request(...request)
      .catch((error) => ({ status: 0, body: String(error) }));
    if (answer.status === status && answer.body === body) return;
    this.#failures.add(`${request[0]}: ${answer.status} ${answer.body}`);
  }
}

type Request = readonly [method: string, path: string, body?: string];
