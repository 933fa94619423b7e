/**
 * Runs every crash schedule of up to so many faults, and prints how many there were.
 *
 * `npm test` starts it with `shallow`, in a process of its own where it is twice as fast as inside
 * jest; `npm run crash:deep` with `deep`, which takes some minutes. Exit code 1 on a violation, or
 * if the number of schedules is another than expected: then something stopped being explored.
 */

import { type ExploreOptions, explore } from './support/schedules';

interface Round extends ExploreOptions {
  readonly schedules: number;
}

const SHALLOW: readonly Round[] = [
  { faultsMax: 0, searchLogs: true, schedules: 16 },
  { faultsMax: 1, searchLogs: true, schedules: 2_288 },
  { faultsMax: 2, schedules: 261_576 },
];

/**
 * A process that dies at a read leaves behind what one leaves that died after the write before,
 * so the deep run leaves those to the shallow one.
 */
const DEEP: readonly Round[] = [
  { faultsMax: 1, crashAtReads: false, schedules: 1_120 },
  { faultsMax: 2, crashAtReads: false, schedules: 59_608 },
  { faultsMax: 3, crashAtReads: false, schedules: 2_790_112 },
];

async function main(rounds: readonly Round[]): Promise<void> {
  let isAsExpected = true;
  for (const round of rounds) {
    const startMs = performance.now();
    const { schedules, calls, violations } = await explore(round);
    const count = Array.from(violations.values()).reduce((sum, each) => sum + each, 0);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(
      `at most ${round.faultsMax} faults: ${number(schedules)} schedules, ${number(calls)} ` +
        `calls, ${count} violations, ${seconds} s`,
    );
    for (const [violation, times] of violations) console.log(`  ${times} x ${violation}`);
    if (schedules !== round.schedules) {
      console.log(`  expected were ${number(round.schedules)} schedules: something changed`);
    }
    isAsExpected &&= count === 0 && schedules === round.schedules;
  }
  process.exitCode = isAsExpected ? 0 : 1;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

const [depth] = process.argv.slice(2);
if (depth === 'shallow' || depth === 'deep') main(depth === 'deep' ? DEEP : SHALLOW);
else {
  console.error(`the depth is ${JSON.stringify(depth)}; allowed is shallow or deep`);
  process.exitCode = 1;
}
