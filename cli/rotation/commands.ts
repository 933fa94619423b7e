/**
 * What the commands share: what they work with, how they look, and how they wait. Every wait has
 * an end.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { DailyCheck } from '../../contract/daily-check';
import { type Answered, CliError, type Cloud } from '../aws/cloud';
import type { Screen } from '../terminal/screen';
import type { PublishedCache } from './cache';
import { type Diagnosis, diagnose } from './diagnosis';

export interface Pace {
  /** Milliseconds between two looks. */
  readonly pollMs: number;
  /** Milliseconds after which a command stops waiting. */
  readonly timeoutMs: number;
}

export interface Work {
  readonly cloud: Cloud;
  readonly cache: PublishedCache;
  readonly screen: Screen;
  readonly pace: Pace;
  /** Whether the operator has agreed beforehand to what a command costs: `--yes`. */
  readonly isYes: boolean;
}

/** How often a function that runs another event is asked again: for half a minute. */
const BUSY_LOOKS_MAX = 15;

export interface Looked {
  readonly answered: Answered;
  readonly pendingId?: string;
  readonly isRotationOn: boolean;
  readonly diagnosis: Diagnosis;
}

/** Asks the function and the secret, and says what that means. Changes nothing. */
export async function look(work: Work): Promise<Looked> {
  const { cloud, cache } = work;
  const [answered, { labels, isRotationOn }] = await Promise.all([
    dailyCheck(work, 'report'),
    cloud.secret(cache.secretArn),
  ]);
  const evidence = { answered, pendingId: labels.pending, isRotationOn };
  return { ...evidence, diagnosis: diagnose(evidence) };
}

/** Runs a daily check; while the function is busy, asks again for a short time. */
export async function dailyCheck(
  { cloud, cache, pace }: Work,
  which: DailyCheck,
): Promise<Answered> {
  for (let looks = 1; looks < BUSY_LOOKS_MAX; looks++) {
    const answered = await cloud.dailyCheck(cache.functionName, which);
    if (answered.kind !== 'busy') return answered;
    await sleep(pace.pollMs);
  }
  return cloud.dailyCheck(cache.functionName, which);
}

/**
 * Looks every `pollMs` milliseconds until a look has an answer that is wanted, or time is up: then
 * the last answer. A look that fails for a reason that may pass has none, and is repeated.
 *
 * @throws CliError for another reason, or if time is up and there never was an answer.
 */
export async function lookUntil<T>(
  { screen, pace }: Pick<Work, 'screen' | 'pace'>,
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
): Promise<T> {
  const endMs = performance.now() + pace.timeoutMs;
  const looksMax = Math.ceil(pace.timeoutMs / pace.pollMs) + 1;
  let last: { readonly answer: T } | undefined;
  let failure: CliError | undefined;
  for (let looks = 1; looks <= looksMax && (looks === 1 || performance.now() < endMs); looks++) {
    try {
      const answer = await ask();
      if (failure !== undefined) screen.tell('AWS answers again');
      [last, failure] = [{ answer }, undefined];
      if (isWanted(answer)) return answer;
    } catch (error) {
      if (!(error instanceof CliError && error.isPassing)) throw error;
      if (failure === undefined) screen.tell(`a look without an answer: ${error.message}`);
      failure = error;
    }
    await sleep(pace.pollMs);
  }
  if (last === undefined) throw failure ?? new CliError('there was no time for a look');
  return last.answer;
}

/** A diagnosis in lines: what it means, what was seen, what to do. */
export function diagnosisLines({ id, means, next, details }: Diagnosis, screen: Screen) {
  return [
    `${screen.styled('bold', id)}: ${means}`,
    ...details.map((detail) => `  seen: ${detail}`),
    `  next: ${next}`,
  ];
}
