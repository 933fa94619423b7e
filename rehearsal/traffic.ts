/**
 * The application during a rotation, with the client library that applications use.
 *
 * Three habits: one connection held for ever; a connection made anew with the password that the
 * client started with; and one made anew after reading the secret again. Nothing is retried, so
 * that no failure is hidden.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import Redis from 'ioredis';

export type Habit = 'hold' | 'reconnect' | 're-read';

export const HABITS: readonly Habit[] = ['hold', 'reconnect', 're-read'];

export interface TrafficResult {
  readonly commands: number;
  readonly failed: number;
  readonly reconnects: number;
  readonly p99Ms: number;
  /** The kinds of failure, by name only. */
  readonly failures: readonly string[];
}

export interface TrafficOptions {
  /** Reads the connection string as the application does. */
  readonly readUrl: () => string;
  readonly ca: string;
}

/** Commands between two connections of a client that reconnects. */
const COMMANDS_PER_CONNECTION = 25;
const PAUSE_MS = 1;

export class Traffic {
  readonly #options: TrafficOptions;
  readonly #latenciesMs: number[] = [];
  readonly #failures: string[] = [];
  #commands = 0;
  #reconnects = 0;
  #running = true;
  readonly #clients: Promise<void>[];

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#clients = HABITS.map((habit) => this.#live(habit));
  }

  get commands(): number {
    return this.#commands;
  }

  async stop(): Promise<TrafficResult> {
    this.#running = false;
    await Promise.all(this.#clients);
    const sorted = this.#latenciesMs.sort((a, b) => a - b);
    return {
      commands: this.#commands,
      failed: this.#failures.length,
      reconnects: this.#reconnects,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
      failures: this.#failures,
    };
  }

  async #live(habit: Habit): Promise<void> {
    const firstUrl = this.#options.readUrl();
    let client = await this.#open(firstUrl);
    for (let count = 1; this.#running; count++) {
      await this.#command(client, `${habit}:${count}`);
      if (habit !== 'hold' && count % COMMANDS_PER_CONNECTION === 0) {
        client.disconnect();
        client = await this.#open(habit === 're-read' ? this.#options.readUrl() : firstUrl);
        this.#reconnects += 1;
      }
      await sleep(PAUSE_MS);
    }
    client.disconnect();
  }

  async #open(url: string): Promise<Redis> {
    const client = new Redis(url, {
      tls: { ca: this.#options.ca },
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    let why = '';
    client.on('error', (error) => {
      why = error.message.split(' ')[0] ?? '';
    });
    try {
      await client.connect();
    } catch (error) {
      this.#failures.push(why || (error as Error).name);
    }
    return client;
  }

  async #command(client: Redis, value: string): Promise<void> {
    const startMs = performance.now();
    this.#commands += 1;
    try {
      const key = `rehearsal:${value.split(':')[0]}`;
      const [[, set], [, got]] = (await client.multi().set(key, value).get(key).exec()) as [
        [Error | null, unknown],
        [Error | null, unknown],
      ];
      if (set !== 'OK' || got !== value) this.#failures.push('wrong answer');
    } catch (error) {
      this.#failures.push((error as Error).message.split(' ')[0] ?? 'error');
    }
    this.#latenciesMs.push(performance.now() - startMs);
  }
}
