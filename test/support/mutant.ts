/** What a rotation that is wrong on purpose is made of: the real one, bent in one place. */

import { type DailyCheckFacts, decideDailyCheck } from '../../lambda/rotation/daily-check-plan';
import type { Ports } from '../../lambda/rotation/ports';
import { decide, type Facts } from '../../lambda/rotation/token-plan';
import type { Candidate, DailyCheckPlanner, Planner } from './played-rotation';
import type { ScheduleOptions } from './schedules';
import type { World } from './world';

export interface Mutant extends Candidate {
  readonly name: string;
  /** The beginning of the violation that must be found. */
  readonly harm: string;
  /** How many faults it takes to show. */
  readonly faultsMax: number;
  /** How many daily checks come between the steps. */
  readonly dailyChecksMax?: number;
  readonly foreign?: boolean;
  /** Whether the operator may take it back while it waits. */
  readonly takenBack?: boolean;
  /** Whether somebody edits the secret after a rotation. */
  readonly edited?: boolean;
}

/** What may happen in the schedules that must show the harm. */
export function scheduleOptionsOf(mutant: Mutant): ScheduleOptions {
  const { faultsMax, dailyChecksMax, foreign, takenBack, edited, harm } = mutant;
  // With crashes at reads, two faults would make far more schedules of the same kinds.
  const crashAtReads = faultsMax < 2 && dailyChecksMax === undefined && !foreign;
  const searchLogs = harm === 'I5';
  return { faultsMax, dailyChecksMax, foreign, takenBack, edited, crashAtReads, searchLogs };
}

/** Decides as the real planner does, on facts that are bent. */
export const bent =
  (bend: (facts: Facts) => Partial<Facts>): Planner =>
  (step, facts) =>
    decide(step, { ...facts, ...bend(facts) });

/** The real planner, except where `otherwise` has an answer. */
export const except =
  (otherwise: (...args: Parameters<Planner>) => ReturnType<Planner> | undefined) =>
  (...args: Parameters<Planner>) =>
    otherwise(...args) ?? decide(...args);

/** Decides a daily check as the real planner does, on facts that are bent. */
export const bentDailyCheck =
  (bend: (facts: DailyCheckFacts) => Partial<DailyCheckFacts>): DailyCheckPlanner =>
  (facts) =>
    decideDailyCheck({ ...facts, ...bend(facts) });

export const accepted = { accepted: 2, refused: 0, unreachable: 0 };

export function bentPorts(bend: (ports: Ports, world: World) => Partial<Ports>) {
  return (world: World): Ports => {
    const ports = world.ports();
    return { ...ports, ...bend(ports, world) };
  };
}
