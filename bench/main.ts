/**
 * `npm run bench`: prints each speed that we promise beside its bound, from one run.
 *
 * Ratios against a floor that runs in turn with ours, medians of five. Exit code 1 if a bound is
 * not met, so that a regression is seen; it is no test, since machines differ.
 */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import cdkJson from '../cdk.json';
import { buildRotation } from '../lambda/build';
import { measureClient } from './client-rows';
import { type Command, median, type Row, runOnce, runPairs } from './measure';

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

/** What one more cache costs, each in a stack of its own, 25 to a shared network. */
function measureFleet(folder: string): readonly Row[] {
  const app = cdkJson.app.replace('bin/app.ts', 'bench/fleet-app.ts');
  const synth = (caches: number, ...more: readonly string[]) => {
    const out = join(folder, `fleet-${caches}`);
    const args = ['cdk', 'synth', '-q', '--app', app, '-c', `caches=${caches}`, '-o', out, ...more];
    return runOnce({ file: 'npx', args });
  };
  const perCache = (runs: readonly { ms: number }[]) => {
    const [one, ten, fifty, hundred] = runs.map(({ ms }) => ms) as [number, number, number, number];
    console.log(
      `fleet of 1, 10, 50, 100: ${[one, ten, fifty, hundred].map(Math.round).join(', ')} ms`,
    );
    return { each: (hundred - one) / 99, bend: (hundred - fifty) / 50 / ((fifty - one) / 49) };
  };
  const bare = [1, 10, 50, 100].map((caches) => synth(caches, '--no-validation'));
  const checked = [1, 10, 50, 100].map((caches) => synth(caches));
  const [bareCost, checkedCost] = [perCache(bare), perCache(checked)];
  const peak = checked[3]?.peakMiB ?? Number.NaN;
  return [
    { what: 'synth of a further cache', value: bareCost.each, bound: 40, unit: 'ms' },
    {
      what: 'synth of a further cache, validated',
      value: checkedCost.each,
      bound: 105,
      unit: 'ms',
    },
    { what: 'the second fifty over the first', value: checkedCost.bend, bound: 1.3, unit: 'x' },
    { what: 'peak memory of 100 caches, validated', value: peak, bound: 430, unit: 'MiB' },
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

function measureRehearsal(folder: string): readonly Row[] {
  const file = join(folder, 'rehearsal.json');
  const { ms } = runOnce({ file: 'npm', args: ['start', '--', '--json', file] });
  const [rotation] = JSON.parse(readFileSync(file, 'utf8')).rotations;
  return [
    { what: 'AWS calls of a rotation', value: rotation.apiCalls, bound: 25, unit: 'calls' },
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
      ...measureBundle(),
      ...(await measureClient()),
      ...measureRehearsal(folder),
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
