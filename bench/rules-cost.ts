/**
 * Prints the cost of the rules for the synth of one cache, as JSON: CPU time in ms, the minimum of
 * some runs, and its share of the whole synth. The context value `caches` sets the number of
 * caches.
 */

import { judge } from '../lib/rules/check-templates';
import { app, caches } from './fleet-app';

const RUNS = 25;

function cpuMs(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const synthMs = cpuMs(() => app.synth());
const judgeMs = Math.min(...Array.from({ length: RUNS }, () => cpuMs(() => judge(app))));
console.log(JSON.stringify({ ms: judgeMs / caches, share: judgeMs / synthMs }));
