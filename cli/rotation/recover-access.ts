/**
 * `recover` without --user, of a cache with users: explains what somebody has changed of users and
 * user group, and takes it back with --apply, after asking.
 */

import {
  type AccessReport,
  type FailedAccessReport,
  isOfOperator,
  isRestorable,
} from '../../contract/access-report';
import { type AnsweredOfAccess, CliError } from '../aws/cloud';
import { consents } from '../terminal/consent';
import type { CommandResult } from '../terminal/screen';
import { BUSY_LOOKS_MAX, lookUntil } from './commands';
import { accessLines, needsPerson, restoreCost } from './drift';
import { reportOfUsers, type UsersWork } from './users-status';

const BUSY = [
  'busy: the function runs a rotation or another daily check',
  '  next: try again in a minute',
];

export async function recoverAccess(work: UsersWork, apply: boolean): Promise<CommandResult> {
  const answered = await reportOfUsers(work, BUSY_LOOKS_MAX);
  if (answered.kind === 'busy') return answerOf(work, undefined, BUSY);
  if (answered.kind === 'failed') {
    return answerOf(work, undefined, [`failed: ${answered.words ?? answered.code}`]);
  }
  const { access } = answered;
  if (access === undefined) return answerOf(work, undefined, [TOO_OLD]);
  if (!apply || 'error' in access) return answerOf(work, access);
  const costs = restoreCost(access);
  if (costs.length === 0) return answerOf(work, access);
  if (!(await consents(work, costs))) {
    return answerOf(work, access, ['not confirmed: nothing was changed']);
  }
  const attaching = await attachAgain(work, access);
  const restored = await restoreAll(work, attaching === 'begun');
  const told = typeof attaching === 'string' ? [] : [`failed: ${attaching.message}`];
  if (restored.kind === 'access') return answerOf(work, restored.report, told);
  if (restored.kind === 'busy') return answerOf(work, access, BUSY);
  return answerOf(work, access, [`failed: ${restored.words ?? restored.code}`]);
}

const TOO_OLD = 'the function does not compare users; deploy the stack again';

/**
 * First: a cache whose user group somebody has detached may let everybody in. If AWS refuses it to
 * the operator, the function still restores the rest.
 */
async function attachAgain(
  { cloud, screen }: UsersWork,
  { drifts }: AccessReport,
): Promise<'begun' | 'not-needed' | CliError> {
  const { user: replicationGroup, deployed: userGroup } = drifts.find(isOfOperator) ?? {};
  if (replicationGroup === undefined || userGroup === undefined) return 'not-needed';
  screen.tell(`attaching the user group ${userGroup} to ${replicationGroup}`);
  try {
    await cloud.attachUserGroup(replicationGroup, userGroup);
    return 'begun';
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

/**
 * The function takes back one change after the other, as long as an invocation lasts.
 *
 * `attaches`: whether the cache must settle, too, since its user group is being attached.
 */
function restoreAll(work: UsersWork, attaches: boolean): Promise<AnsweredOfAccess> {
  const { cloud, cache, screen } = work;
  return lookUntil(
    work,
    () => {
      screen.tell('restoring users and user group; AWS takes some minutes');
      return cloud.restoreAccess(cache.functionName);
    },
    (answered) => {
      if (answered.kind === 'busy') return false;
      if (answered.kind === 'failed') return true;
      const { isSettled, isCacheSettled, drifts } = answered.report;
      if (attaches && (isCacheSettled === false || drifts.some(isOfOperator))) return false;
      return isSettled && !drifts.some(isRestorable);
    },
  );
}

function answerOf(
  { cache, screen }: UsersWork,
  access: AccessReport | FailedAccessReport | undefined,
  told: readonly string[] = [],
): CommandResult {
  const [first = 'no access drift: users and user group are as deployed', ...others] =
    access === undefined ? told : [...accessLines(access), ...told];
  const isWell = access !== undefined && !needsPerson(access) && told.length === 0;
  return {
    exitCode: isWell ? 0 : 1,
    lines: [screen.styled('bold', first), ...others, OF_USERS],
    json: { cache: cache.name, isWell, access },
  };
}

const OF_USERS = 'rotations and passwords: `recover --user NAME`';
