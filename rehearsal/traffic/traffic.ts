/**
 * Load on a cache: drives clients at a fixed pace, times each command and counts failures.
 *
 * It retries nothing, so that no failure is hidden.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf } from '../redis/failure-word';
import type { TrafficClient } from './traffic-client';

export interface Lane {
  readonly name: string;
  readonly client: TrafficClient;
}

export interface TrafficOptions {
  readonly lanes: readonly Lane[];
  /** Pause between two commands of a client; default 1 ms. */
  readonly pauseMs?: number;
  /** Timeout of a command; default 10 s. */
  readonly timeoutMs?: number;
}

/** Figures of one client, or of all clients, over some time. */
export interface Figures {
  readonly commands: number;
  readonly failed: number;
  /** Kinds of failures, without duplicates. */
  readonly failures: readonly string[];
  /** Connections since the traffic began. */
  readonly reconnects: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const PAUSE_MS = 1;
const TIMEOUT_MS = 10_000;
const STILL_POLL_MS = 1;
const STILL_LOOKS_MAX = 250;
/** Keys per client, enough to spread over all shards. */
const KEYS = 1_000;

export class Traffic {
  readonly #options: TrafficOptions;
  readonly #records: readonly LaneRecord[];
  readonly #running: readonly Promise<void>[];
  #phase = '';
  #isStopped = false;
  #busy = 0;
  #held: Promise<void> | undefined;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#records = options.lanes.map((lane) => new LaneRecord(lane));
    this.#running = this.#records.map((record) => this.#drive(record));
  }

  get commands(): number {
    return this.#sum(({ commands }) => commands);
  }

  get failed(): number {
    return this.#sum(({ failures }) => failures.length);
  }

  get reconnects(): number {
    return this.#sum(({ reconnects }) => reconnects);
  }

  /** Starts a phase: commands that begin from now on also count under its name. */
  phase(name: string): void {
    this.#phase = name;
  }

  /** Runs an action while no command is in flight, except commands that take too long. */
  async still<T>(action: () => Promise<T>): Promise<T> {
    let resume = () => {};
    this.#held = new Promise((resolve) => {
      resume = resolve;
    });
    try {
      for (let tries = 0; tries < STILL_LOOKS_MAX && this.#busy > 0; tries++) {
        await sleep(STILL_POLL_MS);
      }
      return await action();
    } finally {
      this.#held = undefined;
      resume();
    }
  }

  /** Stops the traffic. Returns the figures of all clients. */
  async stop(): Promise<Figures> {
    this.#isStopped = true;
    await Promise.all(this.#running);
    await Promise.all(this.#records.map(({ lane }) => lane.client.close()));
    return figuresOf(this.#records);
  }

  /** Figures of one client, since its start or within the given phases. */
  figures(lane: Lane, ...phases: readonly string[]): Figures {
    const records = this.#records.filter((record) => record.lane === lane);
    return figuresOf(records, phases.length > 0 ? phases : undefined);
  }

  async #drive(record: LaneRecord): Promise<void> {
    const { name } = record.lane;
    const { pauseMs = PAUSE_MS } = this.#options;
    for (let count = 1; !this.#isStopped; count++) {
      await this.#held;
      if (this.#isStopped) break;
      this.#busy += 1;
      await this.#command(record, `rehearsal:${name}:${count % KEYS}`, String(count));
      this.#busy -= 1;
      await sleep(pauseMs);
    }
  }

  async #command(record: LaneRecord, key: string, value: string): Promise<void> {
    const { client } = record.lane;
    const phase = this.#phase;
    const startMs = performance.now();
    let why: string | undefined;
    try {
      await this.#within(client.command(key, value));
    } catch (error) {
      why = failureOf(error);
    }
    record.takeCommand(phase, performance.now() - startMs, why);
    try {
      await client.rest?.();
    } catch (error) {
      record.takeFailure(phase, failureOf(error));
    }
  }

  async #within(command: Promise<void>): Promise<void> {
    const { timeoutMs = TIMEOUT_MS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('timeout')), timeoutMs);
    });
    try {
      await Promise.race([command, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #sum(count: (record: LaneRecord) => number): number {
    return this.#records.reduce((sum, record) => sum + count(record), 0);
  }
}

interface Timed {
  readonly phase: string;
  readonly ms: number;
}

interface Failed {
  readonly phase: string;
  readonly why: string;
}

class LaneRecord {
  readonly timed: Timed[] = [];
  readonly failures: Failed[] = [];
  readonly connects = new Map<string, number>();
  readonly #connectsAtStart: number;
  #connectsSeen: number;

  constructor(readonly lane: Lane) {
    this.#connectsAtStart = lane.client.connects;
    this.#connectsSeen = this.#connectsAtStart;
  }

  get commands(): number {
    return this.timed.length;
  }

  get reconnects(): number {
    return this.lane.client.connects - this.#connectsAtStart;
  }

  takeCommand(phase: string, ms: number, why: string | undefined): void {
    this.timed.push({ phase, ms });
    if (why !== undefined) this.takeFailure(phase, why);
    const { connects } = this.lane.client;
    const made = connects - this.#connectsSeen;
    this.#connectsSeen = connects;
    this.connects.set(phase, (this.connects.get(phase) ?? 0) + made);
  }

  takeFailure(phase: string, why: string): void {
    this.failures.push({ phase, why });
  }
}

function figuresOf(records: readonly LaneRecord[], phases?: readonly string[]): Figures {
  const isMeant = ({ phase }: { readonly phase: string }) => phases?.includes(phase) ?? true;
  const sortedMs = records
    .flatMap(({ timed }) => timed.filter(isMeant))
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  const failures = records.flatMap((each) => each.failures.filter(isMeant)).map(({ why }) => why);
  const reconnects = records.map((record) =>
    phases === undefined
      ? record.reconnects
      : phases.reduce((sum, phase) => sum + (record.connects.get(phase) ?? 0), 0),
  );
  return {
    commands: sortedMs.length,
    failed: failures.length,
    failures: Array.from(new Set(failures)),
    reconnects: reconnects.reduce((sum, each) => sum + each, 0),
    p50Ms: quantile(sortedMs, 0.5),
    p99Ms: quantile(sortedMs, 0.99),
  };
}

function quantile(sortedMs: readonly number[], share: number): number {
  return sortedMs[Math.floor(sortedMs.length * share)] ?? 0;
}
