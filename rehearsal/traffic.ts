/**
 * The application during a rotation, with the client library that applications use.
 *
 * Three habits: one connection held for ever; a connection made anew with the password that the
 * client started with; and one made anew after reading the secret again. Nothing is retried, so
 * that no failure is hidden.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, clientOf, whyOf } from './client';

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
  readonly isSharded: boolean;
  /** Clients; one of each habit unless told otherwise. */
  readonly habits?: readonly Habit[];
  /** Between two commands of a client; a millisecond unless told otherwise. */
  readonly pauseMs?: number;
  /** Commands between two connections of a client; 25 unless told otherwise. */
  readonly commandsPerConnection?: number;
}

const COMMANDS_PER_CONNECTION = 25;
const PAUSE_MS = 1;
/** Keys of each habit, so that they spread over all shards. */
const KEYS = 1_000;

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
    this.#clients = (options.habits ?? HABITS).map((habit) => this.#live(habit));
  }

  get commands(): number {
    return this.#commands;
  }

  get reconnects(): number {
    return this.#reconnects;
  }

  get failed(): number {
    return this.#failures.length;
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
    const { pauseMs = PAUSE_MS, commandsPerConnection = COMMANDS_PER_CONNECTION } = this.#options;
    const firstUrl = this.#options.readUrl();
    let client = await this.#open(firstUrl);
    for (let count = 1; this.#running; count++) {
      await this.#command(client, `rehearsal:${habit}:${count % KEYS}`, String(count));
      if (habit !== 'hold' && count % commandsPerConnection === 0) {
        client.disconnect();
        client = await this.#open(habit === 're-read' ? this.#reread(firstUrl) : firstUrl);
        this.#reconnects += 1;
      }
      await sleep(pauseMs);
    }
    client.disconnect();
  }

  /** A secret that cannot be read is a failure, and leaves the client with what it has. */
  #reread(lastUrl: string): string {
    try {
      return this.#options.readUrl();
    } catch {
      this.#failures.push('unreadable');
      return lastUrl;
    }
  }

  async #open(url: string): Promise<Client> {
    const { ca, isSharded } = this.#options;
    const client = clientOf(url, ca, isSharded);
    let why = '';
    client.on('error', (error) => {
      why = whyOf(error);
    });
    try {
      await client.connect();
    } catch (error) {
      this.#failures.push(why || whyOf(error as Error));
    }
    return client;
  }

  async #command(client: Client, key: string, value: string): Promise<void> {
    const startMs = performance.now();
    this.#commands += 1;
    try {
      // A cluster's client that never was connected would wait for ever instead of failing.
      if (client.status === 'end') throw new Error('Connection is closed.');
      const [[, set], [, got]] = (await client.multi().set(key, value).get(key).exec()) as [
        [Error | null, unknown],
        [Error | null, unknown],
      ];
      if (set !== 'OK' || got !== value) this.#failures.push('wrong answer');
    } catch (error) {
      this.#failures.push(whyOf(error as Error));
    }
    this.#latenciesMs.push(performance.now() - startMs);
  }
}
