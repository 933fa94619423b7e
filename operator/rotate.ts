/**
 * `rotate`: begins a rotation, or has the pending one attempted again, and follows it to its end.
 *
 * Only labels are looked at meanwhile: the function runs one event at a time, and an audit would
 * stand in the way of the rotation.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Labels } from './cloud';
import { diagnosisLines, look, type Work } from './commands';
import type { Step } from './diagnoses';
import { diagnose } from './diagnosis';
import { retirePrevious } from './retire';
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
    'done: the new password is in AWSCURRENT; the previous one is accepted until it is retired',
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

export async function rotate(work: Work, thenRetire: boolean): Promise<Answer> {
  const { cache, screen } = work;
  if (thenRetire) {
    screen.tell(
      screen.styled(
        'yellow',
        'afterwards the previous password is retired at once: clients that have not read the ' +
          'secret again will be refused',
      ),
    );
  }
  await warn(work);
  const { ending, versionId } = await rotateAndFollow(work);
  const json = { cache: cache.name, ending, versionId };
  const lines = WORDS[ending].split('\n');
  if (ending !== 'moved') {
    const { diagnosis } = await look(work);
    lines.push(...diagnosisLines(diagnosis, screen));
    return { exitCode: 1, lines, json: { ...json, diagnosis } };
  }
  if (!thenRetire) return { exitCode: 0, lines, json };
  screen.tell('retiring the previous password; AWS takes some minutes');
  const retired = await retirePrevious(work);
  return {
    exitCode: retired.isDone ? 0 : 1,
    lines: ['done: the new password is in AWSCURRENT', ...retired.lines],
    json: { ...json, isRetired: retired.isDone, outcome: retired.outcome },
  };
}

/** Says beforehand what will stop the rotation, so that nobody waits for it in vain. */
async function warn({ cloud, cache, screen }: Work): Promise<void> {
  const { functionName, secretArn } = cache;
  const answered = await cloud.audit(functionName, 'report');
  const { labels, isRotationOn } = await cloud.secret(secretArn);
  const diagnosis = diagnose({ answered, pendingId: labels.pending, isRotationOn });
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
