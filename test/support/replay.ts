/**
 * Replays one schedule of the exploration, and tells what happens in it: each iteration of the
 * function, each call, and what it changed.
 */

import { parseArgs } from 'node:util';
import type { Choices } from './choices';
import { MUTANTS } from './mutants';
import { playOnce, type ScheduleOptions } from './schedules';
import { stateOfUserWorld, stateOfWorld, toldPorts } from './told-ports';
import { USER_MUTANTS } from './user-mutants';
import { playUserOnce, type UserScheduleOptions } from './user-schedules';
import type { UserWorld } from './user-world';
import type { World } from './world';

/** Of the password of the cache itself, or of a user. */
export type AnyScheduleOptions =
  | (ScheduleOptions & { readonly user?: false })
  | (UserScheduleOptions & { readonly user: true });

export interface Schedule {
  readonly options: AnyScheduleOptions;
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
  user: { type: 'boolean', default: false },
  'stack-update': { type: 'boolean', default: false },
  'checked-after-update': { type: 'boolean', default: false },
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
    ...(!options.user && options.edited ? ['--edited'] : []),
    ...(options.user ? ['--user'] : []),
    ...(options.user && options.stackUpdate ? ['--stack-update'] : []),
    ...(options.user && options.checkedAfterUpdate ? ['--checked-after-update'] : []),
    ...(mutant === undefined ? [] : [`--mutant '${mutant}'`]),
    `--picks ${picks.join('.')}`,
  ];
  return `npm run crash:replay -- ${words.join(' ')}`;
}

/** Reads what `replayCommand` has written after the `--`. */
export function scheduleOf(args: readonly string[]): Schedule {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  const common = {
    faultsMax: numberOf('--faults', values.faults),
    crashAtReads: !values['no-crash-at-reads'],
    searchLogs: values['search-logs'],
    dailyChecksMax: numberOf('--daily-checks', values['daily-checks']),
    foreign: values.foreign,
    takenBack: values['taken-back'],
  };
  const options: AnyScheduleOptions = values.user
    ? {
        ...common,
        user: true,
        stackUpdate: values['stack-update'],
        checkedAfterUpdate: values['checked-after-update'],
      }
    : { ...common, edited: values.edited };
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
  const trace: string[] = [];
  const tell = (line: string) => trace.push(line);
  let depth = 0;
  const pick = (below: number) => {
    const taken = picks[depth] ?? 0;
    depth += 1;
    if (taken < below) return taken;
    throw new Error(`pick ${depth} must be less than ${below}, got ${taken}. Explore anew.`);
  };
  const choices = { pick, reached: () => undefined };
  const end = await endOf({ options, picks, mutant }, choices, tell);
  return { trace, end };
}

type Tell = (line: string) => void;

async function endOf({ options, mutant }: Schedule, choices: Choices, tell: Tell) {
  if (options.user) {
    const candidate = mutantOf(mutant, USER_MUTANTS, 'user-mutants.ts') ?? {};
    const of = candidate.ports ?? ((world: UserWorld) => world.ports());
    const ports = (world: UserWorld) => toldPorts(of(world), () => stateOfUserWorld(world), tell);
    return (await playUserOnce(options, choices, { ...candidate, ports }, tell)).end;
  }
  const candidate = mutantOf(mutant, MUTANTS, 'mutants.ts') ?? {};
  const of = candidate.ports ?? ((world: World) => world.ports());
  const ports = (world: World) => toldPorts(of(world), () => stateOfWorld(world), tell);
  return (await playOnce(options, choices, { ...candidate, ports }, tell)).end;
}

function mutantOf<Mutant extends { readonly name: string }>(
  name: string | undefined,
  mutants: readonly Mutant[],
  file: string,
): Partial<Mutant> | undefined {
  if (name === undefined) return undefined;
  const mutant = mutants.find((each) => each.name === name);
  if (mutant) return mutant;
  throw new Error(`--mutant must be a name of test/support/${file}, got ${name}.`);
}
