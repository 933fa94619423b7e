/**
 * `rotate`: starts a rotation, or has AWS retry the pending rotation, follows it to its end, and
 * reports a new password only on proof. With --leaked, it then revokes the previous password and
 * ends every session.
 *
 * While waiting it reads only labels: the function runs one event at a time, and a daily check
 * would block the rotation.
 */

import { CliError, type SecretLabels } from '../aws/cloud';
import { consents } from '../terminal/consent';
import { type CommandResult, short } from '../terminal/screen';
import {
  declined,
  diagnosisLines,
  type Looked,
  look,
  lookAfterRotation,
  lookUntil,
  type Work,
} from './commands';
import type { Step } from './diagnoses';
import { costOf, promisedBy, sessionsCost } from './grace';
import { revokePrevious } from './revoke';
import { Unrevoked } from './unrevoked';

/** Steps that a rotation performs by itself. */
const HELPED: readonly Step[] = ['rotate', 'resume', 'send-again'];

export type Ending = 'moved' | 'taken-back' | 'timed-out';

export interface Followed {
  readonly ending: Ending;
  readonly versionId?: string;
  /** Whether this command started the rotation. Otherwise AWS has retried a pending version. */
  readonly isBegun: boolean;
  /**
   * Whether this rotation generated the password: NEWEST is on its version, where the function puts
   * it before the request to the cache. An adopted password leaves that label unchanged. Rotations
   * of users have no such label, and adopt no password.
   */
  readonly isMade: boolean;
}

const WORDS: Readonly<Record<Ending, string>> = {
  moved:
    'done: the new password is in AWSCURRENT; the previous password is accepted until revoked, ' +
    'or until the next rotation',
  'taken-back':
    'failed: AWSPENDING was removed from the new version; clients keep the ' +
    'current password\n  next: `rotate` again',
  'timed-out':
    'not done in time; clients keep the current password, and AWS may still retry\n  next: ' +
    '`recover`, which explains what blocks the rotation',
};

/**
 * Calls RotateSecret, then waits until AWSCURRENT has moved, the rotation is gone, or time is up.
 */
export async function rotateAndFollow(work: Work): Promise<Followed> {
  const { cloud, cache, screen } = work;
  const look = async () => (await cloud.secret(cache.secretArn)).labels;
  const before = await look();
  const { kind, versionId: begun } = await cloud.rotate(cache.secretArn);
  // AWS may show the pending version only after the call.
  const versionId = begun ?? before.pending ?? (await lookUntil(work, look, () => true)).pending;
  const isBegun = kind === 'begun';
  screen.tell(
    isBegun
      ? `a rotation has begun, with version ${short(versionId)}`
      : `version ${short(versionId)} is already pending; AWS retries it`,
  );
  let seen = describe(before);
  let wasPending = !isBegun && before.pending !== undefined;
  let ending: Ending = 'timed-out';
  const after = await lookUntil(work, look, (labels) => {
    const now = describe(labels);
    if (now !== seen) screen.tell(now);
    seen = now;
    const isMoved = labels.current !== before.current;
    if (isMoved && (versionId === undefined || labels.current === versionId)) ending = 'moved';
    const isStillPending = labels.pending !== undefined && labels.pending === versionId;
    if (ending !== 'moved' && wasPending && !isStillPending) ending = 'taken-back';
    wasPending = isStillPending;
    return ending !== 'timed-out';
  });
  const isMarked = cache.user !== undefined || after.newest === begun;
  const isMade = isBegun && after.current === begun && isMarked;
  return { ending, versionId, isBegun, isMade };
}

/** A pending version, a rotation that adopts an abandoned password, and a new password. */
const ROTATIONS_MAX = 3;

interface Rotated extends Followed {
  /** Whether the password differs from the previous one. Absent if unknown. */
  readonly isNew?: boolean;
}

/**
 * Rotates until the password is proven to be new: a version that AWS retries can have the current
 * password, as after an edit of the secret. A leaked password may be that of any earlier version,
 * so then only a password counts that this run has generated.
 */
async function rotateToNew(work: Work, isLeaked: boolean): Promise<Rotated> {
  for (let rotations = 1; ; rotations++) {
    const followed = await rotateAndFollow(work);
    if (followed.ending !== 'moved') return followed;
    const isNew = isLeaked
      ? followed.isMade
      : followed.isBegun || (await isOtherThanPrevious(work));
    if (isNew !== false || rotations === ROTATIONS_MAX) return { ...followed, isNew };
    const { versionId } = followed;
    work.screen.tell(
      `version ${short(versionId)} is current, with an earlier password: rotating again`,
    );
  }
}

async function isOtherThanPrevious(work: Work): Promise<boolean | undefined> {
  const { answered } = await looked(work);
  const others = answered?.kind === 'report' ? answered.report.others : undefined;
  return others === undefined ? undefined : others === 'previous';
}

/** A final check that must not fail the command. */
async function looked(work: Work): Promise<Partial<Looked> & { readonly failure?: string }> {
  try {
    return await lookAfterRotation(work);
  } catch (error) {
    if (error instanceof CliError) return { failure: error.message };
    throw error;
  }
}

export async function rotate(work: Work, isLeaked: boolean): Promise<CommandResult> {
  const { cache } = work;
  const before = await look(work);
  const costs = costOf(promisedBy(before.answered), ['rotate']);
  const all = isLeaked ? [...costs, ...sessionsCost(cache.user)] : costs;
  if (!(await consents(work, all))) return declined(work);
  warn(before, work);
  const unrevoked = isLeaked ? new Unrevoked('rotating') : undefined;
  const { ending, versionId, isNew } = await rotateToNew(work, isLeaked);
  const json = { cache: cache.name, ending, versionId, isNew };
  const isMoved = ending === 'moved' && isNew !== false;
  const answer = isMoved
    ? await moved(work, json, unrevoked)
    : await notMoved(work, { json, ending, missing: unrevoked?.missing });
  unrevoked?.end();
  return answer;
}

interface Moved {
  readonly versionId?: string;
  readonly isNew?: boolean;
}

async function moved(
  work: Work,
  json: Moved,
  unrevoked: Unrevoked | undefined,
): Promise<CommandResult> {
  if (unrevoked) return revokeLeaked(work, json, unrevoked);
  const resumed =
    `done: version ${short(json.versionId)}, which was pending, is in AWSCURRENT; it is unknown ` +
    'whether its password is new\n  next: `status`';
  const words = json.isNew ? WORDS.moved : resumed;
  return { exitCode: 0, lines: words.split('\n'), json };
}

interface Unmoved {
  readonly json: object;
  readonly ending: Ending;
  /** Consequence for the revocation of a leaked password. */
  readonly missing?: string;
}

const NOT_NEW =
  'failed: AWS retries pending versions, which have an earlier password\n' +
  '  next: `status`; if a version is pending, `recover`';

async function notMoved(work: Work, { json, ending, missing }: Unmoved): Promise<CommandResult> {
  const { screen } = work;
  const words = (ending === 'moved' ? NOT_NEW : WORDS[ending]).split('\n');
  const { diagnosis, failure = '' } = await looked(work);
  const lines = diagnosis ? diagnosisLines(diagnosis, screen) : [failure];
  const undone = missing === undefined ? [] : [screen.styled('red', missing)];
  const isRevoked = missing === undefined ? undefined : false;
  return {
    exitCode: 1,
    lines: [...words, ...lines, ...undone],
    json: { ...json, diagnosis, isRevoked, missing },
  };
}

const SESSIONS_LEFT = 'sessions of the leaked password can still be open';

async function revokeLeaked(
  work: Work,
  json: object,
  unrevoked: Unrevoked,
): Promise<CommandResult> {
  const { screen } = work;
  unrevoked.reach('revoking');
  screen.tell('revoking the previous password, then ending sessions; AWS takes some minutes');
  const { isDone, outcome, lines, sessions } = await revokePrevious(work, 'leaked');
  const isRevoked = outcome === 'revoked';
  const undone = isRevoked ? SESSIONS_LEFT : unrevoked.missing;
  const missing = isDone ? undefined : undone;
  return {
    exitCode: isDone ? 0 : 1,
    lines: [
      'done: the new password is in AWSCURRENT',
      ...lines,
      ...(missing === undefined ? [] : [screen.styled('red', missing)]),
    ],
    json: { ...json, isRevoked, isDone, outcome, sessions, missing },
  };
}

/** Warns in advance about a diagnosis that will stop the rotation. */
function warn({ answered, diagnosis }: Looked, { screen }: Work): void {
  const helps =
    diagnosis.steps.length > 0 && diagnosis.steps.every((step) => HELPED.includes(step));
  if (!diagnosis.needsPerson || helps || answered.kind === 'busy') return;
  screen.tell(screen.styled('yellow', 'this will probably stop the rotation:'));
  for (const line of diagnosisLines(diagnosis, screen)) screen.tell(line);
}

function describe({ current, pending, newest }: SecretLabels): string {
  const parts = [`current ${short(current)}`];
  if (pending !== undefined) parts.push(`pending ${short(pending)}`);
  if (pending !== undefined && newest === pending) {
    parts.push('whose password is being sent, or was sent, to the cache');
  }
  return parts.join(', ');
}
