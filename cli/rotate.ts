/**
 * `rotate`: begins a rotation, or has the pending one attempted again, and follows it to its end.
 * With --leaked, it then revokes the previous password and ends every session.
 *
 * Only labels are looked at meanwhile: the function runs one event at a time, and a daily check
 * would stand in the way of the rotation.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Labels } from './cloud';
import { diagnosisLines, type Looked, look, type Work } from './commands';
import { consents, declined } from './consent';
import type { Step } from './diagnoses';
import { costOf, promisedBy, SESSIONS_COST } from './grace';
import { revokePrevious } from './revoke';
import { type Answer, short } from './screen';

/** What a rotation does by itself. */
const HELPED: readonly Step[] = ['rotate', 'resume'];

export type Ending = 'moved' | 'taken-back' | 'timed-out';

export interface Followed {
  readonly ending: Ending;
  readonly versionId?: string;
}

const WORDS: Readonly<Record<Ending, string>> = {
  moved:
    'done: the new password is in AWSCURRENT; the previous one is accepted until it is revoked, ' +
    'or until a rotation before that',
  'taken-back':
    'failed: somebody took AWSPENDING from the version that was being made; clients keep the ' +
    'current password\n  next: `rotate` again; what this one left behind is found and used',
  'timed-out':
    'not done in time; clients keep the current password, and AWS may still repeat it\n  next: ' +
    '`recover`, which says what is in the way',
};

/** RotateSecret, and then looks until AWSCURRENT has moved, the rotation is gone, or time is up. */
export async function rotateAndFollow({ cloud, cache, screen, pace }: Work): Promise<Followed> {
  const before = (await cloud.secret(cache.secretArn)).labels;
  const { kind, versionId: begun } = await cloud.rotate(cache.secretArn);
  // AWS may show the pending one only now.
  const versionId = begun ?? before.pending ?? (await cloud.secret(cache.secretArn)).labels.pending;
  screen.tell(
    kind === 'begun'
      ? `a rotation has begun, with version ${short(versionId)}`
      : `version ${short(versionId)} is pending already; AWS attempts it again`,
  );
  let seen = describe(before);
  let wasPending = before.pending !== undefined;
  const looksMax = Math.ceil(pace.timeoutMs / pace.pollMs) + 1;
  for (let looks = 0; looks < looksMax; looks++) {
    const { labels } = await cloud.secret(cache.secretArn);
    const now = describe(labels);
    if (now !== seen) screen.tell(now);
    seen = now;
    const isMoved = labels.current !== before.current;
    if (isMoved && (versionId === undefined || labels.current === versionId)) {
      return { ending: 'moved', versionId };
    }
    const isPending = labels.pending !== undefined && labels.pending === versionId;
    if (wasPending && !isPending) return { ending: 'taken-back', versionId };
    wasPending = isPending;
    await sleep(pace.pollMs);
  }
  return { ending: 'timed-out', versionId };
}

export async function rotate(work: Work, isLeaked: boolean): Promise<Answer> {
  const { cache } = work;
  const looked = await look(work);
  const costs = costOf(promisedBy(looked.answered), ['rotate']);
  const all = isLeaked ? [...costs, ...SESSIONS_COST] : costs;
  if (!(await consents(work, all))) return declined(work);
  warn(looked, work);
  const { ending, versionId } = await rotateAndFollow(work);
  const json = { cache: cache.name, ending, versionId };
  if (ending !== 'moved') return notMoved(work, isLeaked, { json, ending });
  return isLeaked
    ? revokeLeaked(work, json)
    : { exitCode: 0, lines: WORDS.moved.split('\n'), json };
}

interface Unmoved {
  readonly json: object;
  readonly ending: Ending;
}

async function notMoved(work: Work, isLeaked: boolean, { json, ending }: Unmoved): Promise<Answer> {
  const { diagnosis } = await look(work);
  const lines = [...WORDS[ending].split('\n'), ...diagnosisLines(diagnosis, work.screen)];
  if (isLeaked)
    lines.push('the leaked password is NOT revoked: `rotate --leaked` again after that');
  return { exitCode: 1, lines, json: { ...json, diagnosis } };
}

async function revokeLeaked(work: Work, json: object): Promise<Answer> {
  const { screen } = work;
  screen.tell('revoking the previous password, then ending sessions; AWS takes some minutes');
  const { isDone, outcome, lines, sessions } = await revokePrevious(work, 'leaked');
  const undone = 'the leaked password, or a session of it, is still in: `revoke --end-sessions`';
  return {
    exitCode: isDone ? 0 : 1,
    lines: [
      'done: the new password is in AWSCURRENT',
      ...lines,
      ...(isDone ? [] : [screen.styled('red', undone)]),
    ],
    json: { ...json, isRevoked: outcome === 'revoked', isDone, outcome, sessions },
  };
}

/** Says beforehand what will stop the rotation, so that nobody waits for it in vain. */
function warn({ answered, diagnosis }: Looked, { screen }: Work): void {
  const helps =
    diagnosis.steps.length > 0 && diagnosis.steps.every((step) => HELPED.includes(step));
  if (!diagnosis.needsPerson || helps || answered.kind === 'busy') return;
  screen.tell(screen.styled('yellow', 'this will probably stop the rotation:'));
  for (const line of diagnosisLines(diagnosis, screen)) screen.tell(line);
}

function describe({ current, pending, newest }: Labels): string {
  const parts = [`current ${short(current)}`];
  if (pending !== undefined) parts.push(`pending ${short(pending)}`);
  if (pending !== undefined && newest === pending) {
    parts.push('which the cache is, or was, asked to accept');
  }
  return parts.join(', ');
}
