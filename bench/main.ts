/**
 * `npm run bench`: prints each speed that we promise beside its bound, from one run.
 *
 * Ratios against a floor that runs in turn with ours, medians of five. Exit code 1 if a bound is
 * not met, so that a regression is seen; it is no test, since machines differ.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import cdkJson from '../cdk.json';
import { buildRotation } from '../lambda/build';
import { measureClient } from './client-rows';
import { type Command, median, type Row, runOnce, runPairs } from './measure';
import { simulateRotations } from './simulated-rotations';

const RUNS = 5;
const ROOT = join(__dirname, '..');
const BUNDLE = join(ROOT, 'lambda/dist/rotation/index.mjs');

function measureSynth(folder: string): readonly Row[] {
  const synth: Command = { file: 'npx', args: ['cdk', 'synth', '-q', '-o', join(folder, 'ours')] };
  // The same command line and flags, with another app.
  const app = cdkJson.app.replace('bin/app.ts', 'bench/floor-app.ts');
  const floorArgs = ['cdk', 'synth', '-q', '--app', app, '-o', join(folder, 'floor')];
  const pairs = runPairs(synth, { file: 'npx', args: floorArgs }, RUNS);
  const ours = median(pairs.map((pair) => pair.ours.ms));
  const floor = median(pairs.map((pair) => pair.floor.ms));
  console.log(`synth of dev ${ours.toFixed(0)} ms, floor ${floor.toFixed(0)} ms`);
  const ratio = median(pairs.map((pair) => pair.ours.ms / pair.floor.ms));
  const peak = median(pairs.map((pair) => pair.ours.peakMiB));
  return [
    { what: 'synth of dev, validated, over one empty stack', value: ratio, bound: 1.35, unit: 'x' },
    { what: 'peak memory of that synth', value: peak, bound: 330, unit: 'MiB' },
  ];
}

/** How large the fleets are that are measured, from which the cost of one more cache follows. */
const SIZES = [1, 10, 50, 100] as const;
const ROUNDS = 2;

/** Synthesizes a fleet of each size and the same resources made by hand, in turn. */
function measureFleet(folder: string): readonly Row[] {
  const synth = (app: string, caches: number, more: readonly string[]) => {
    const command = cdkJson.app.replace('bin/app.ts', `bench/${app}`);
    const out = ['-o', join(folder, `${app}-${caches}`), '-c', `caches=${caches}`];
    return runOnce({
      file: 'npx',
      args: ['cdk', 'synth', '-q', '--app', command, ...out, ...more],
    });
  };
  synth('fleet-app.ts', 1, []);
  const template = ['-c', `template=${join(folder, 'fleet-app.ts-1/Cache0.template.json')}`];
  const costs = (more: readonly string[]) => {
    const rounds = Array.from({ length: ROUNDS }, () =>
      SIZES.map((caches) => ({
        ours: synth('fleet-app.ts', caches, more),
        hand: synth('hand-made-app.ts', caches, [...template, ...more]),
      })),
    );
    // The least of the rounds: what else the machine does only ever adds.
    const least = (of: 'ours' | 'hand') =>
      SIZES.map((_, size) => Math.min(...rounds.map((round) => round[size]?.[of].ms ?? 0)));
    const peakMiB = Math.max(...rounds.flatMap((round) => round.map(({ ours }) => ours.peakMiB)));
    return { ours: slope(least('ours')), hand: slope(least('hand')), peakMiB };
  };
  const bare = costs(['--no-validation']);
  const checked = costs([]);
  const further = 'a further cache';
  const overHand = (cost: typeof bare) => cost.ours.each / cost.hand.each;
  return [
    { what: `synth of ${further}`, value: bare.ours.each, bound: 25, unit: 'ms' },
    { what: `${further} over the same by hand`, value: overHand(bare), bound: 4, unit: 'x' },
    { what: `synth of ${further}, validated`, value: checked.ours.each, bound: 60, unit: 'ms' },
    {
      what: `${further} over the same by hand, validated`,
      value: overHand(checked),
      bound: 2.2,
      unit: 'x',
    },
    { what: 'the second fifty over the first', value: checked.ours.bend, bound: 1.3, unit: 'x' },
    { what: 'peak memory of 100 caches', value: bare.peakMiB, bound: 250, unit: 'MiB' },
    {
      what: 'peak memory of 100 caches, validated',
      value: checked.peakMiB,
      bound: 400,
      unit: 'MiB',
    },
  ];
}

/** What one more of the many costs, and whether the later ones cost more than the earlier. */
function slope(timesMs: readonly number[]): { readonly each: number; readonly bend: number } {
  const [one, ten, fifty, hundred] = timesMs as [number, number, number, number];
  console.log(`1, 10, 50, 100 caches: ${[one, ten, fifty, hundred].map(Math.round).join(', ')} ms`);
  return { each: (hundred - one) / 99, bend: (hundred - fifty) / 50 / ((fifty - one) / 49) };
}

const CACHES_JUDGED = 50;

/** By CPU time, in one process: the rules judge templates that are written already. */
function measureRules(): readonly Row[] {
  const env = {
    ...process.env,
    CDK_CONTEXT_JSON: JSON.stringify({ caches: CACHES_JUDGED }),
    CDK_VALIDATION: 'false',
  };
  const args = ['-r', './bin/register.cjs', 'bench/rules-cost.ts'];
  const printed = execFileSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });
  const { ms, share } = JSON.parse(printed) as { ms: number; share: number };
  return [
    { what: 'rules on the templates of a cache, CPU', value: ms, bound: 2, unit: 'ms' },
    { what: 'their share of the synth', value: share * 100, bound: 8, unit: '%' },
  ];
}

function measureBundle(): readonly Row[] {
  buildRotation();
  const node = (code: string): Command => ({
    file: process.execPath,
    args: ['--input-type=module', '-e', code],
  });
  const load = node(`await import(${JSON.stringify(pathToFileURL(BUNDLE).href)})`);
  const pairs = runPairs(load, node('await undefined'), RUNS * 3);
  const extra = median(pairs.map((pair) => pair.ours.ms - pair.floor.ms));
  return [
    { what: 'size of the bundle', value: statSync(BUNDLE).size / 1000, bound: 250, unit: 'kB' },
    { what: 'load of the bundle over an empty process', value: extra, bound: 35, unit: 'ms' },
  ];
}

async function measureRehearsal(folder: string): Promise<readonly Row[]> {
  const slow = await simulateRotations(1, 20);
  const file = join(folder, 'rehearsal.json');
  const { ms } = runOnce({ file: 'npm', args: ['start', '--', '--json', file] });
  const [rotation] = JSON.parse(readFileSync(file, 'utf8')).rotations;
  return [
    { what: 'AWS calls of a rotation', value: rotation.apiCalls, bound: 20, unit: 'calls' },
    { what: 'AWS calls of a 20-minute change', value: slow.calls.length, bound: 60, unit: 'calls' },
    {
      what: 'failed invocations of it',
      value: slow.failedInvocations,
      bound: 0,
      unit: 'invocations',
    },
    { what: 'failed commands of a rotation', value: rotation.failed, bound: 0, unit: 'commands' },
    { what: 'rehearsal, from npm start to its end', value: ms / 1000, bound: 60, unit: 's' },
  ];
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'secure-redis-bench-'));
  try {
    const rows = [
      ...measureSynth(folder),
      ...measureFleet(folder),
      ...measureRules(),
      ...measureBundle(),
      ...(await measureClient()),
      ...(await measureRehearsal(folder)),
    ];
    for (const { what, value, bound, unit } of rows) {
      const verdict = value <= bound ? 'ok ' : 'OVER';
      const figure = `${value.toFixed(2)} ${unit}`.padStart(16);
      console.log(`${verdict.padEnd(5)}${what.padEnd(48)}${figure}   at most ${bound} ${unit}`);
    }
    process.exitCode = rows.every(({ value, bound }) => value <= bound) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
