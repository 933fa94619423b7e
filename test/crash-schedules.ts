/**
 * Runs every crash schedule of up to so many faults, and prints how many there were.
 *
 * `npm test` starts it with `shallow`, in a process of its own where it is twice as fast as inside
 * jest; `npm run crash:deep` with `deep`. Exit code 1 on a violation, whose first schedule is
 * printed with the command that replays it (`replay`), or if the number of schedules is another
 * than expected: then something stopped being explored.
 */

import type { End } from './support/choices';
import { DEEP, type Round, SHALLOW } from './support/crash-rounds';
import { replay, replayCommand, type Schedule, scheduleOf } from './support/replay';
import { explore } from './support/schedules';
import { exploreUser } from './support/user-schedules';

async function exploreAll(rounds: readonly Round[]): Promise<void> {
  let isAsExpected = true;
  for (const round of rounds) {
    const start = process.cpuUsage();
    const { schedules, calls, violations, givenUp } = await (round.user
      ? exploreUser(round)
      : explore(round));
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
  const { foreign = false, takenBack = false } = round;
  const words = [
    ...(round.user ? ['a user'] : []),
    ...(dailyChecksMax > 0 ? [`${dailyChecksMax} daily checks`] : []),
    ...(foreign ? ['changes by hand'] : []),
    ...(takenBack ? ['taken back'] : []),
    ...(!round.user && round.edited ? ['edited'] : []),
    ...(round.user && round.stackUpdate ? ['a stack update'] : []),
    ...(round.user && round.checkedAfterUpdate ? ['and its check'] : []),
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
