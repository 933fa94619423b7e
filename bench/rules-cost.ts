/**
 * Prints what the rules cost of the synth of one cache, as JSON: CPU time in ms, the least of some
 * runs, and its share of the CPU time of the whole synth. `caches` of the context says how many.
 */

import { judge } from '../lib/rules/engine';
import { app, caches } from './fleet-app';

const RUNS = 9;

function cpuMs(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const synthMs = cpuMs(() => app.synth());
const judgeMs = Math.min(...Array.from({ length: RUNS }, () => cpuMs(() => judge(app))));
console.log(JSON.stringify({ ms: judgeMs / caches, share: judgeMs / synthMs }));
