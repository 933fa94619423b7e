/**
 * Runs every crash schedule of up to so many faults, and prints how many there were.
 *
 * `npm test` starts it with `shallow`, in a process of its own where it is twice as fast as inside
 * jest; `npm run crash:deep` with `deep`. Exit code 1 on a violation, whose first schedule is
 * printed with the command that replays it (`replay`), or if the number of schedules is another
 * than expected: then something stopped being explored.
 */

import type { End } from './support/choices';
import { replay, replayCommand, type Schedule, scheduleOf } from './support/replay';
import { explore, type ScheduleOptions } from './support/schedules';

interface Round extends ScheduleOptions {
  readonly schedules: number;
  /** Of all schedules: it shows a state that is shared and should not be, where all end well. */
  readonly calls: number;
  /** Of these, how many end as they have to, since a change by hand cannot be helped. */
  readonly givenUp?: number;
}

const SHALLOW: readonly Round[] = [
  { faultsMax: 0, searchLogs: true, schedules: 16, calls: 992 },
  { faultsMax: 1, searchLogs: true, schedules: 1_720, calls: 127_200 },
  { faultsMax: 2, schedules: 154_788, calls: 13_645_014 },
  { faultsMax: 0, dailyChecksMax: 2, schedules: 8_376, calls: 1_863_384 },
  { faultsMax: 1, crashAtReads: false, foreign: true, schedules: 852, calls: 64_610, givenUp: 28 },
  { faultsMax: 2, crashAtReads: false, takenBack: true, schedules: 36_924, calls: 3_383_560 },
  { faultsMax: 0, dailyChecksMax: 2, edited: true, schedules: 6_300, calls: 1_086_174 },
];

/**
 * A process that dies at a read leaves behind what one leaves that died after the write before,
 * so the deep run leaves those to the shallow one.
 */
const DEEP: readonly Round[] = [
  { faultsMax: 1, crashAtReads: false, schedules: 808, calls: 59_964 },
  { faultsMax: 2, crashAtReads: false, schedules: 32_964, calls: 3_012_612 },
  { faultsMax: 3, crashAtReads: false, schedules: 1_279_488, calls: 144_164_324 },
  { faultsMax: 1, dailyChecksMax: 1, crashAtReads: false, schedules: 66_192, calls: 13_506_228 },
  {
    faultsMax: 1,
    dailyChecksMax: 1,
    crashAtReads: false,
    foreign: true,
    schedules: 68_848,
    calls: 14_391_170,
    givenUp: 304,
  },
  {
    faultsMax: 2,
    crashAtReads: false,
    foreign: true,
    schedules: 38_006,
    calls: 3_928_012,
    givenUp: 2_042,
  },
  {
    faultsMax: 1,
    dailyChecksMax: 1,
    crashAtReads: false,
    edited: true,
    schedules: 104_232,
    calls: 17_442_264,
    givenUp: 24,
  },
];

async function exploreAll(rounds: readonly Round[]): Promise<void> {
  let isAsExpected = true;
  for (const round of rounds) {
    const start = process.cpuUsage();
    const { schedules, calls, violations, givenUp } = await explore(round);
    const [lost, count] = [totalOf(givenUp), totalOf(violations)];
    console.log(
      `at most ${round.faultsMax} faults${besides(round)}: ${number(schedules)} schedules, ` +
        `${number(calls)} calls, ${count} violations, ${cpuSeconds(start)} CPU-s`,
    );
    for (const [what, { times }] of [...violations, ...givenUp])
      console.log(`  ${times} x ${what}`);
    for (const { picks } of violations.values()) await printReplay({ options: round, picks });
    const isSame =
      schedules === round.schedules && calls === round.calls && lost === (round.givenUp ?? 0);
    if (!isSame) {
      const expected =
        `${number(round.schedules)} schedules, ${number(round.calls)} calls, ` +
        `${round.givenUp ?? 0} given up`;
      console.log(`  expected were ${expected}: something changed`);
    }
    isAsExpected &&= count === 0 && isSame;
  }
  console.log(`${cpuSeconds()} CPU-seconds`);
  process.exitCode = isAsExpected ? 0 : 1;
}

/** Of this process since `start`, or in all: wall time depends on what else runs. */
function cpuSeconds(start?: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(start);
  return ((user + system) / 1_000_000).toFixed(1);
}

async function printReplay(schedule: Schedule): Promise<void> {
  const { trace, end = 'no violation' } = await replay(schedule);
  for (const line of trace) console.log(line);
  console.log(`${end}\nreplay it alone: ${replayCommand(schedule)}`);
}

function totalOf(ends: ReadonlyMap<string, End>): number {
  return Array.from(ends.values()).reduce((sum, { times }) => sum + times, 0);
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

async function main([what, ...args]: readonly string[]): Promise<void> {
  if (what === 'shallow' || what === 'deep') {
    return exploreAll(what === 'deep' ? DEEP : SHALLOW);
  }
  if (what !== 'replay') throw new Error(`it must be shallow, deep or replay, got ${what}`);
  const { trace, end } = await replay(scheduleOf(args));
  for (const line of [...trace, end ?? 'no violation']) console.log(line);
  process.exitCode = end === undefined ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
