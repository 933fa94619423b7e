/**
 * Replays one schedule of the exploration, and tells what happens in it: each iteration of the
 * function, each call, and what it changed.
 */

import { parseArgs } from 'node:util';
import { MUTANTS } from './mutants';
import type { Candidate } from './played-rotation';
import { playOnce, type ScheduleOptions } from './schedules';
import { toldPorts } from './told-ports';
import type { World } from './world';

export interface Schedule {
  readonly options: ScheduleOptions;
  readonly picks: readonly number[];
  /** Name of a mutant that replaces the real rotation. */
  readonly mutant?: string;
}

export interface Replay {
  readonly trace: readonly string[];
  /** The violation that it ended in, or why it was given up. */
  readonly end?: string;
}

const FLAGS = {
  faults: { type: 'string' },
  picks: { type: 'string' },
  mutant: { type: 'string' },
  'daily-checks': { type: 'string', default: '0' },
  'no-crash-at-reads': { type: 'boolean', default: false },
  'search-logs': { type: 'boolean', default: false },
  foreign: { type: 'boolean', default: false },
  'taken-back': { type: 'boolean', default: false },
  edited: { type: 'boolean', default: false },
} as const;

/** The command that replays a schedule alone. */
export function replayCommand({ options, picks, mutant }: Schedule): string {
  const { faultsMax, crashAtReads = true, dailyChecksMax = 0 } = options;
  const words = [
    `--faults ${faultsMax}`,
    ...(crashAtReads ? [] : ['--no-crash-at-reads']),
    ...(options.searchLogs ? ['--search-logs'] : []),
    ...(dailyChecksMax > 0 ? [`--daily-checks ${dailyChecksMax}`] : []),
    ...(options.foreign ? ['--foreign'] : []),
    ...(options.takenBack ? ['--taken-back'] : []),
    ...(options.edited ? ['--edited'] : []),
    ...(mutant === undefined ? [] : [`--mutant '${mutant}'`]),
    `--picks ${picks.join('.')}`,
  ];
  return `npm run crash:replay -- ${words.join(' ')}`;
}

/** Reads what `replayCommand` has written after the `--`. */
export function scheduleOf(args: readonly string[]): Schedule {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  const options = {
    faultsMax: numberOf('--faults', values.faults),
    crashAtReads: !values['no-crash-at-reads'],
    searchLogs: values['search-logs'],
    dailyChecksMax: numberOf('--daily-checks', values['daily-checks']),
    foreign: values.foreign,
    takenBack: values['taken-back'],
    edited: values.edited,
  };
  const picks = (values.picks ?? '').split('.').map((pick) => numberOf('--picks', pick));
  return { options, picks, mutant: values.mutant };
}

function numberOf(flag: string, text: string | undefined): number {
  if (text !== undefined && /^\d+$/.test(text)) return Number(text);
  throw new Error(
    `${flag} must be a whole number, got ${text}. Copy the command as it is printed.`,
  );
}

export async function replay({ options, picks, mutant }: Schedule): Promise<Replay> {
  const candidate = candidateOf(mutant);
  const trace: string[] = [];
  const tell = (line: string) => trace.push(line);
  let depth = 0;
  const pick = (below: number) => {
    const taken = picks[depth] ?? 0;
    depth += 1;
    if (taken < below) return taken;
    throw new Error(`pick ${depth} must be less than ${below}, got ${taken}. Explore anew.`);
  };
  const ports = (world: World) => toldPorts((candidate.ports ?? plain)(world), world, tell);
  const choices = { pick, reached: () => undefined };
  const { end } = await playOnce(options, choices, { ...candidate, ports }, tell);
  return { trace, end };
}

const plain = (world: World) => world.ports();

function candidateOf(name: string | undefined): Candidate {
  if (name === undefined) return {};
  const mutant = MUTANTS.find((each) => each.name === name);
  if (mutant) return mutant;
  throw new Error(`--mutant must be a name of test/support/mutants.ts, got ${name}.`);
}
