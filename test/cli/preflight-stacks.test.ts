/** Preflight says which stacks CloudFormation would not update. */

import { localForAll } from '../support/local-for-all';
import { deny, having, preflightOn } from '../support/preflight-run';
import { template } from '../support/preflight-template';

const { rows } = preflightOn(localForAll());

/** A stack that exists in a state of CloudFormation. */
const stateIs = (state: string, protectedStacks: string[] = []) => ({
  deployed: [template()],
  account: having({ stackStates: { test: state }, protectedStacks }),
});
const MUST_BE_UPDATABLE = 'will fail  stack test: it must be updatable, got ';

rows('stack', [
  [
    'not there',
    'fine  stack fresh: not deployed yet',
    { stacks: [template({}, { stack: 'fresh' })] },
  ],
  ['updated', 'fine  stack test: UPDATE_COMPLETE', stateIs('UPDATE_COMPLETE')],
  [
    'rolled back to what it was',
    'fine  stack test: UPDATE_ROLLBACK_COMPLETE',
    stateIs('UPDATE_ROLLBACK_COMPLETE'),
  ],
  [
    'with a change set that nobody executed',
    'fine  stack test: REVIEW_IN_PROGRESS',
    stateIs('REVIEW_IN_PROGRESS'),
  ],
  [
    'whose creation failed',
    'fine  stack test: ROLLBACK_COMPLETE: cdk deploy deletes it and creates it again',
    stateIs('ROLLBACK_COMPLETE'),
  ],
  [
    'whose creation failed, with termination protection',
    'will fail  stack test: cdk deploy must delete it, got ROLLBACK_COMPLETE with termination ' +
      'protection. Run `aws cloudformation update-termination-protection ' +
      '--no-enable-termination-protection --stack-name test`.',
    stateIs('ROLLBACK_COMPLETE', ['test']),
  ],
  [
    'under way',
    'will fail  stack test: no operation must be under way, got UPDATE_IN_PROGRESS. Wait until it',
    stateIs('UPDATE_IN_PROGRESS'),
  ],
  [
    'being cleaned up',
    'no operation must be under way, got UPDATE_COMPLETE_CLEANUP_IN_PROGRESS. Wait until it ends.',
    stateIs('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'),
  ],
  [
    'whose rollback failed',
    `${MUST_BE_UPDATABLE}UPDATE_ROLLBACK_FAILED. Correct what its events name, then run \`npx cdk`,
    stateIs('UPDATE_ROLLBACK_FAILED'),
  ],
  [
    'whose update failed and was not rolled back',
    `${MUST_BE_UPDATABLE}UPDATE_FAILED. Correct what its events name, then run \`npx cdk rollback`,
    stateIs('UPDATE_FAILED'),
  ],
  [
    'half deleted',
    `${MUST_BE_UPDATABLE}DELETE_FAILED. Complete its deletion first.`,
    stateIs('DELETE_FAILED'),
  ],
  [
    'denied',
    'cannot tell  stack test: needs the permission cloudformation:DescribeStacks',
    { account: deny('cloudformation:DescribeStacks') },
  ],
]);
