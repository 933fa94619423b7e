/**
 * Checks the state of each stack: CloudFormation refuses an update during another operation, and
 * after an operation that could not be rolled back.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */

import type { StackAnswer } from './account';
import { type Check, type CheckFinding, cannotTell, fine, willFail } from './finding';

export const stacksUpdatable: Check = ({ templates, account }) =>
  Promise.all(
    templates.map(async ({ stack }) => {
      const what = `stack ${stack}`;
      const answer = await account.stack(stack);
      if (answer.kind === 'none') return cannotTell(what, answer.why);
      if (answer.value === undefined) return fine(what, 'not deployed yet');
      return ofState(what, stack, answer.value);
    }),
  );

/** States after a failed creation: `cdk deploy` deletes the stack and creates it again. */
const FAILED_CREATIONS = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];

/** State with an unexecuted change set: `cdk deploy` treats the stack as new. */
const WITHOUT_RESOURCES = 'REVIEW_IN_PROGRESS';

function ofState(what: string, stack: string, { state, isProtected }: StackAnswer): CheckFinding {
  if (FAILED_CREATIONS.includes(state)) {
    if (!isProtected) return fine(what, `${state}: cdk deploy deletes it and creates it again`);
    return willFail(
      what,
      `cdk deploy must delete it, got ${state} with termination protection.`,
      `Run \`aws cloudformation update-termination-protection --no-enable-termination-protection ` +
        `--stack-name ${stack}\`.`,
    );
  }
  if (state === 'DELETE_FAILED') {
    return willFail(what, `it must be updatable, got ${state}.`, 'Complete its deletion first.');
  }
  if (state.endsWith('_FAILED')) {
    const advice = 'Correct what its events name, then run `npx cdk rollback`.';
    return willFail(what, `it must be updatable, got ${state}.`, advice);
  }
  if (state.endsWith('_IN_PROGRESS') && state !== WITHOUT_RESOURCES) {
    return willFail(what, `no operation must be under way, got ${state}.`, 'Wait until it ends.');
  }
  return fine(what, state);
}
