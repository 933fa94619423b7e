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
  /** Of these, how many end as they have to, since a change by hand cannot be helped. */
  readonly givenUp?: number;
}

const SHALLOW: readonly Round[] = [
  { faultsMax: 0, searchLogs: true, schedules: 16 },
  { faultsMax: 1, searchLogs: true, schedules: 1_720 },
  { faultsMax: 2, schedules: 154_788 },
  { faultsMax: 0, dailyChecksMax: 2, schedules: 8_376 },
  { faultsMax: 1, crashAtReads: false, foreign: true, schedules: 852, givenUp: 28 },
  { faultsMax: 2, crashAtReads: false, takenBack: true, schedules: 36_924 },
  { faultsMax: 0, dailyChecksMax: 2, edited: true, schedules: 6_300 },
];

/**
 * A process that dies at a read leaves behind what one leaves that died after the write before,
 * so the deep run leaves those to the shallow one.
 */
const DEEP: readonly Round[] = [
  { faultsMax: 1, crashAtReads: false, schedules: 808 },
  { faultsMax: 2, crashAtReads: false, schedules: 32_964 },
  { faultsMax: 3, crashAtReads: false, schedules: 1_279_488 },
  { faultsMax: 1, dailyChecksMax: 1, crashAtReads: false, schedules: 66_192 },
  {
    faultsMax: 1,
    dailyChecksMax: 1,
    crashAtReads: false,
    foreign: true,
    schedules: 68_848,
    givenUp: 304,
  },
  { faultsMax: 2, crashAtReads: false, foreign: true, schedules: 38_006, givenUp: 2_042 },
  {
    faultsMax: 1,
    dailyChecksMax: 1,
    crashAtReads: false,
    edited: true,
    schedules: 104_232,
    givenUp: 24,
  },
];

async function main(rounds: readonly Round[]): Promise<void> {
  let isAsExpected = true;
  for (const round of rounds) {
    const startMs = performance.now();
    const { schedules, calls, violations, givenUp } = await explore(round);
    const lost = Array.from(givenUp.values()).reduce((sum, each) => sum + each, 0);
    const count = Array.from(violations.values()).reduce((sum, each) => sum + each, 0);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(
      `at most ${round.faultsMax} faults${besides(round)}: ${number(schedules)} schedules, ` +
        `${number(calls)} calls, ${count} violations, ${seconds} s`,
    );
    for (const [what, times] of [...violations, ...givenUp]) console.log(`  ${times} x ${what}`);
    const isSame = schedules === round.schedules && lost === (round.givenUp ?? 0);
    if (!isSame) {
      const expected = `${number(round.schedules)} schedules, ${round.givenUp ?? 0} given up`;
      console.log(`  expected were ${expected}: something changed`);
    }
    isAsExpected &&= count === 0 && isSame;
  }
  process.exitCode = isAsExpected ? 0 : 1;
}

function besides({ dailyChecksMax = 0, ...round }: Round): string {
  const { foreign = false, takenBack = false, edited = false } = round;
  const words = [
    ...(dailyChecksMax > 0 ? [`${dailyChecksMax} daily checks`] : []),
    ...(foreign ? ['changes by hand'] : []),
    ...(takenBack ? ['taken back'] : []),
    ...(edited ? ['edited'] : []),
  ];
  return words.map((word) => `, ${word}`).join('');
}

function number(value: number): string {
  return value.toLocaleString('en');
}

const [depth] = process.argv.slice(2);
if (depth === 'shallow' || depth === 'deep') main(depth === 'deep' ? DEEP : SHALLOW);
else {
  console.error(`the depth must be shallow or deep, got ${JSON.stringify(depth)}`);
  process.exitCode = 1;
}
