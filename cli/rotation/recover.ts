/**
 * `recover`: explains a stuck rotation and its repair; with --apply, repairs it.
 *
 * After each repair it checks again, since one problem can hide another. It ends when the same
 * diagnosis follows its own repair. Before it ends a grace period it asks for confirmation.
 */

import type { Answered } from '../aws/cloud';
import { consents } from '../terminal/consent';
import type { CommandResult } from '../terminal/screen';
import {
  dailyCheck,
  declined,
  diagnosisLines,
  type Looked,
  look,
  lookAfterRotation,
  type Work,
} from './commands';
import { STEP_WORDS, type Step } from './diagnoses';
import { costOf, promisedBy } from './grace';
import { revokePrevious } from './revoke';
import { rotateAndFollow } from './rotate';

/** More than any case needs: out-of-band change, abandoned rotation, pending rotation. */
const ROUNDS_MAX = 4;

export async function recover(work: Work, apply: boolean): Promise<CommandResult> {
  let looked = await look(work);
  const done: string[] = [];
  for (let round = 1; apply && round <= ROUNDS_MAX; round++) {
    const { diagnosis } = looked;
    if (diagnosis.steps.length === 0) break;
    for (const line of diagnosisLines(diagnosis, work.screen)) work.screen.tell(line);
    const costs = costOf(promisedBy(looked.answered), diagnosis.steps);
    if (!(await consents(work, costs))) return declined(work, done);
    const isCarriedOut = await carryOut(diagnosis.steps, looked, work);
    done.push(diagnosis.id);
    looked = await lookAfterRotation(work);
    if (!isCarriedOut && looked.diagnosis.id === diagnosis.id) break;
  }
  return answerOf(work, looked, { apply, done });
}

function answerOf(
  { cache, screen }: Work,
  { diagnosis }: Looked,
  { apply, done }: { readonly apply: boolean; readonly done: readonly string[] },
): CommandResult {
  const { id, steps, needsPerson } = diagnosis;
  const would = apply ? 'not repeated, since it did not help' : 'would';
  const plan = steps.map((step) => `  ${would}: ${STEP_WORDS[step]}`);
  const hint = steps.length > 0 && !apply ? ['  carry it out with --apply'] : [];
  return {
    exitCode: needsPerson ? 1 : 0,
    lines: [...diagnosisLines(diagnosis, screen), ...plan, ...hint],
    json: { cache: cache.name, diagnosis: { ...diagnosis, id }, repaired: done },
  };
}

/** Returns whether all steps succeeded. Stops at the first failure. */
async function carryOut(steps: readonly Step[], looked: Looked, work: Work): Promise<boolean> {
  for (const step of steps) {
    work.screen.tell(STEP_WORDS[step]);
    if (!(await perform(step, looked, work))) return false;
  }
  return true;
}

function isAcceptedBy(answered: Answered): boolean {
  if (answered.kind !== 'report') return false;
  const { nodes, authentication } = answered.report;
  return authentication === undefined && nodes.every(({ current }) => current === 'accepted');
}

async function perform(step: Step, { pendingId }: Looked, work: Work): Promise<boolean> {
  const { cloud, cache, screen } = work;
  switch (step) {
    case 'resume':
    case 'rotate':
      return (await rotateAndFollow(work)).ending === 'moved';
    case 'remove-pending':
      if (pendingId !== undefined) await cloud.removePending(cache.secretArn, pendingId);
      return true;
    case 'revoke': {
      const { isDone, lines } = await revokePrevious(work);
      for (const line of lines) screen.tell(line);
      return isDone;
    }
    case 'send-again':
      return isAcceptedBy(await dailyCheck(work, 'updated'));
  }
}
