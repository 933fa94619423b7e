/**
 * `npm run crash:deep`: every schedule of up to three faults, which takes some minutes.
 *
 * A process that dies at a read leaves behind what one leaves that died after the write before,
 * so those are left to the run with two faults in `npm test`.
 */

import { explore } from './support/schedules';

const SCHEDULES = { 1: 1_120, 2: 59_608, 3: 2_790_112 } as const;

async function main(): Promise<void> {
  let isAsExpected = true;
  for (const [faults, expected] of Object.entries(SCHEDULES)) {
    const startMs = performance.now();
    const { schedules, calls, violations } = await explore({
      faultsMax: Number(faults),
      crashAtReads: false,
    });
    const count = Array.from(violations.values()).reduce((sum, each) => sum + each, 0);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(
      `at most ${faults} faults: ${schedules.toLocaleString('en')} schedules, ` +
        `${calls.toLocaleString('en')} calls, ${count} violations, ${seconds} s`,
    );
    for (const [violation, times] of violations) console.log(`  ${times} x ${violation}`);
    if (schedules !== expected) {
      console.log(`  expected were ${expected.toLocaleString('en')} schedules: something changed`);
    }
    isAsExpected &&= count === 0 && schedules === expected;
  }
  process.exitCode = isAsExpected ? 0 : 1;
}

main();
