/** Starts hostile servers in a process of their own, and measures what asks them. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Listening, Script } from './script';

const ROOT = join(__dirname, '../..');

export class HostileServers {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (listening: Listening) => void>();
  #started = 0;

  constructor() {
    this.#child = fork(join(__dirname, 'server-process.ts'), {
      execArgv: ['-r', join(ROOT, 'bin/register.cjs')],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', ({ id, ...listening }: Listening & { readonly id: number }) => {
      this.#waiting.get(id)?.(listening);
      this.#waiting.delete(id);
    });
  }

  /** A new server for a script. */
  start(script: Script): Promise<Listening> {
    const id = this.#started++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, script });
    });
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}

export interface Measured<T> {
  readonly value: T;
  readonly ms: number;
  readonly cpuMs: number;
  /** Growth of heap and buffers of this process at their largest. */
  readonly grownMiB: number;
}

const SAMPLE_MS = 5;
const MIB = 1024 * 1024;

/** Servers that are asked at the same time. */
const TOGETHER = 12;

export interface Asked {
  readonly name: string;
  readonly outcome: string;
  readonly ms: number;
}

/** Asks a server of each script. */
export async function askAll(
  servers: HostileServers,
  scripts: Readonly<Record<string, Script>>,
  ask: (script: Script, listening: Listening) => Promise<string>,
): Promise<readonly Asked[]> {
  const left = Object.entries(scripts);
  const asked: Asked[] = [];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [name, script] = next;
      const listening = await servers.start(script);
      const { ms, value: outcome } = await measured(() => ask(script, listening));
      asked.push({ name, outcome, ms });
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  return asked;
}

/** Time, CPU time and memory of this process while the work runs. */
export async function measured<T>(work: () => Promise<T>): Promise<Measured<T>> {
  const before = memory();
  let largest = before;
  const sample = () => {
    largest = Math.max(largest, memory());
  };
  const timer = setInterval(sample, SAMPLE_MS);
  const beganMs = performance.now();
  const cpu = process.cpuUsage();
  try {
    const value = await work();
    sample();
    const { user, system } = process.cpuUsage(cpu);
    return {
      value,
      ms: performance.now() - beganMs,
      cpuMs: (user + system) / 1_000,
      grownMiB: (largest - before) / MIB,
    };
  } finally {
    clearInterval(timer);
  }
}

function memory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
