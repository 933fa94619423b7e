/** Shared by the commands: their context, the check of the cache, and bounded waiting. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { DailyCheck } from '../../contract/daily-check';
import { type Answered, CliError, type Cloud } from '../aws/cloud';
import type { Asked } from '../terminal/consent';
import type { CommandResult, Screen } from '../terminal/screen';
import type { PublishedCache } from './cache';
import { type Diagnosis, diagnose } from './diagnosis';

export interface Pace {
  /** Milliseconds between two checks. */
  readonly pollMs: number;
  /** Milliseconds after which a command stops waiting. */
  readonly timeoutMs: number;
}

export interface Work extends Asked {
  readonly cloud: Cloud;
  readonly cache: PublishedCache;
  readonly pace: Pace;
}

/** Maximum tries while the function runs another event: half a minute. */
export const BUSY_LOOKS_MAX = 15;

export interface Looked {
  readonly answered: Answered;
  readonly pendingId?: string;
  readonly isRotationOn: boolean;
  readonly diagnosis: Diagnosis;
}

/** Reads the state from the function and the secret, and diagnoses it. Changes nothing. */
export async function look(work: Work): Promise<Looked> {
  const { cloud, cache } = work;
  const [answered, { labels, isRotationOn }] = await Promise.all([
    dailyCheck(work, 'report'),
    cloud.secret(cache.secretArn),
  ]);
  const evidence = { answered, pendingId: labels.pending, isRotationOn };
  return { ...evidence, diagnosis: diagnose(evidence) };
}

/** Runs a daily check; retries for a short time while the function is busy. */
export async function dailyCheck(
  { cloud, cache, pace }: Work,
  which: DailyCheck,
): Promise<Answered> {
  for (let looks = 1; looks < BUSY_LOOKS_MAX; looks++) {
    const answered = await cloud.dailyCheck(cache.functionName, which, cache.user);
    if (answered.kind !== 'busy') return answered;
    await sleep(pace.pollMs);
  }
  return cloud.dailyCheck(cache.functionName, which, cache.user);
}

/**
 * Calls `ask` every `pollMs` milliseconds until it returns a wanted answer or time is up, and
 * returns the last answer. A call that fails for a transient reason is repeated.
 *
 * @throws CliError for another reason, or if time is up without any answer.
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
      if (failure === undefined) screen.tell(`no answer: ${error.message}`);
      failure = error;
    }
    await sleep(pace.pollMs);
  }
  if (last === undefined) throw failure ?? new CliError('time was up before the first check');
  return last.answer;
}

/**
 * As `look`, after a rotation: finishSecret of a user runs for two quiet times after AWSCURRENT has
 * moved, so this waits until the function answers.
 */
export function lookAfterRotation(work: Work): Promise<Looked> {
  if (work.cache.user === undefined) return look(work);
  return lookUntil(
    work,
    () => look(work),
    ({ answered }) => answered.kind !== 'busy',
  );
}

/** A diagnosis in lines: its meaning, the observations, what to do. */
export function diagnosisLines({ id, means, next, details }: Diagnosis, screen: Screen) {
  return [
    `${screen.styled('bold', id)}: ${means}`,
    ...details.map((detail) => `  seen: ${detail}`),
    `  next: ${next}`,
  ];
}

/** The answer of a declined command, after the repairs that it has already done. */
export function declined({ cache }: Work, done: readonly string[] = []): CommandResult {
  return {
    exitCode: 1,
    lines: [`not confirmed: nothing ${done.length > 0 ? 'more ' : ''}was changed`],
    json: { cache: cache.name, isDeclined: true, repaired: done },
  };
}
