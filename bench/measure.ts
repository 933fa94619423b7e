/** Runs commands in turn, A B A B …, so that drift affects both; returns medians and ratios. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** A promised speed with its bound. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly bound: number;
  readonly unit: string;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** The Node.js of all processes; default: that of this process. */
  readonly nodePath?: string;
}

export interface Run {
  readonly ms: number;
  /** CPU time of all Node.js processes, in seconds. */
  readonly cpuS: number;
  /** Memory of the largest process, in MiB. */
  readonly peakMiB: number;
}

const ROOT = join(__dirname, '..');

/** @throws Error with the output of a failed command, which must not count as a fast run. */
export function runOnce({ file, args, nodePath = process.execPath }: Command): Run {
  const folder = mkdtempSync(join(tmpdir(), 'secure-redis-bench-'));
  const usages = join(folder, 'usages');
  const env = {
    ...process.env,
    PATH: `${dirname(nodePath)}${delimiter}${process.env.PATH}`,
    NODE_OPTIONS: `--require ${join(__dirname, 'usage.cjs')}`,
    BENCH_USAGE_FILE: usages,
  };
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: ROOT, env, encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  const processes = readFileSync(usages, 'utf8').trim().split('\n').map(parseUsage);
  rmSync(folder, { recursive: true });
  const cpuS = processes.reduce((sum, each) => sum + each.cpuS, 0);
  return { ms, cpuS, peakMiB: Math.max(...processes.map(({ peakMiB }) => peakMiB)) };
}

/** A line of `usage.cjs`: kilobytes and microseconds. */
function parseUsage(line: string): Omit<Run, 'ms'> {
  const [kilobytes = Number.NaN, microseconds = Number.NaN] = line.split(' ').map(Number);
  return { peakMiB: kilobytes / 1024, cpuS: microseconds / 1e6 };
}

export interface Pair {
  readonly ours: Run;
  readonly floor: Run;
}

/** One warm-up pair, then `runs` measured pairs. */
export function runPairs(ours: Command, floor: Command, runs: number): readonly Pair[] {
  const pair = (): Pair => ({ ours: runOnce(ours), floor: runOnce(floor) });
  pair();
  return Array.from({ length: runs }, pair);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
