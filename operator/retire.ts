/**
 * `retire`: makes every password but the current one refused, now, and says what came of it. With
 * --end-sessions, for a password that leaked, it also ends every session on every node.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditOutcome, NodeReport } from '../contract/audit';
import type { Answered, NoReport } from './cloud';
import { audit, type Work } from './commands';
import { consents, declined } from './consent';
import { SESSIONS_COST } from './grace';
import type { Answer } from './screen';

interface Words {
  readonly means: string;
  readonly next: string;
}

const DONE: readonly AuditOutcome[] = ['retired', 'nothing-to-retire'];

/** After `retire`. The function refuses where retiring could lock somebody out. */
export const OUTCOMES: Readonly<Record<AuditOutcome, Words>> = {
  retired: {
    means: 'only the current password is accepted, by every node',
    next: 'restart clients that are refused now: they have not read the secret again',
  },
  'nothing-to-retire': {
    means: 'there is no other password than the current one',
    next: 'nothing',
  },
  'in-grace': {
    means: 'not retired: the previous password is accepted, and its time is not over',
    next: 'deploy the stack again: this function does not know `retire`',
  },
  due: {
    means: 'not retired, although its time is over',
    next: 'deploy the stack again: this function does not know `retire`',
  },
  rotating: {
    means:
      'refused: a rotation has asked the cache for a new password, and retiring now could ' +
      'push out the one that becomes current',
    next: 'let the rotation end (`recover` says how it is), then `retire` again',
  },
  'not-settled': {
    means: 'not proven: the cache is being changed, or did not come to rest in two minutes',
    next: 'wait some minutes, then `retire` again; it looks before it asks',
  },
  unreachable: {
    means: 'refused: a node cannot be asked, so nobody knows what it accepts',
    next: 'run `status`: it says which node; check security groups, node health and certificates',
  },
  'current-refused': {
    means:
      'refused: a node does not accept the current password, and retiring would lock out everybody',
    next: 'run `recover`: it says what is the case and what to do',
  },
  'newest-unclear': {
    means:
      'refused: a rotation was taken back, and its password may be the newest of the cache; only ' +
      'the newest can be retired to',
    next: 'run `rotate`: it finds that password and uses it; then `retire` again',
  },
  'foreign-password': {
    means: 'not retired: somebody else changed the passwords, and the cache takes no repair',
    next:
      'find who called ModifyReplicationGroup; then `rotate`, and `retire` again; if both ' +
      'refuse, docs/operate.md#foreignpassword',
  },
};

export interface Retired {
  readonly isDone: boolean;
  readonly outcome: AuditOutcome | 'busy' | 'failed';
  readonly lines: readonly string[];
  /** By node, where sessions were to be ended. */
  readonly sessions?: readonly SessionsOfNode[];
}

type SessionsOfNode = Pick<NodeReport, 'host' | 'port' | 'sessionsEnded' | 'why'>;

/** What is asked of the function: to revoke, or to end every session after that, too. */
type Revocation = 'retire' | 'leaked';

export async function retirePrevious(work: Work, which: Revocation = 'retire'): Promise<Retired> {
  const answered = await follow(work, which);
  if (answered.kind !== 'report') return withoutReport(answered, which);
  const { outcome, nodes } = answered.report;
  const { means, next } = OUTCOMES[outcome];
  const isDone = DONE.includes(outcome);
  const said = `${work.screen.styled('bold', outcome)}: ${means}`;
  if (which === 'retire' || !isDone) {
    return { isDone, outcome, lines: [said, `  next: ${next}`] };
  }
  const sessions = nodes.map(({ host, port, sessionsEnded, why }) => ({
    host,
    port,
    sessionsEnded,
    why,
  }));
  const isEnded = sessions.every(({ sessionsEnded }) => sessionsEnded !== undefined);
  const last = isEnded ? next : 'run `retire --end-sessions` again: it repeats what is missing';
  const lines = [said, ...sessions.map(sessionLine), `  next: ${last}`];
  return { isDone: isEnded, outcome, lines, sessions };
}

/** Asks until the cache has come to rest, or time is up: AWS can take 20 minutes for a change. */
async function follow(work: Work, which: Revocation): Promise<Answered> {
  const { pace, screen } = work;
  const endMs = performance.now() + pace.timeoutMs;
  const looksMax = Math.ceil(pace.timeoutMs / pace.pollMs) + 1;
  let answered = await audit(work, which);
  for (let looks = 1; looks < looksMax && performance.now() < endMs; looks++) {
    const isUnderWay = answered.kind === 'report' && answered.report.outcome === 'not-settled';
    if (!isUnderWay && answered.kind !== 'busy') break;
    screen.tell('the cache is being changed, or the function is busy; asking again');
    await sleep(pace.pollMs);
    answered = await audit(work, which);
  }
  return answered;
}

function withoutReport(answered: NoReport, which: Revocation): Retired {
  const { kind } = answered;
  if (kind === 'busy') {
    const lines = [
      'busy: the function runs a rotation or another audit',
      '  next: try again in a minute',
    ];
    return { isDone: false, outcome: kind, lines };
  }
  const { code, words = `the function ended with ${code}` } = answered;
  // What an older function says of an event that it does not know.
  const isOld = which === 'leaked' && code === 'BadEvent';
  const next = isOld
    ? ['  next: the function is older than this command: deploy the stack, then try again']
    : [];
  return { isDone: false, outcome: kind, lines: [`failed: ${words}`, ...next] };
}

function sessionLine({ host, port, sessionsEnded, why }: SessionsOfNode): string {
  const said =
    sessionsEnded === undefined
      ? `sessions NOT ended: ${why ?? 'unknown'}`
      : `sessions ended: ${sessionsEnded}`;
  return `  ${host}:${port}  ${said}`;
}

export async function retire(work: Work, endsSessions: boolean): Promise<Answer> {
  const { cache, screen } = work;
  if (endsSessions && !(await consents(work, SESSIONS_COST))) return declined(work);
  screen.tell('asking for the current password alone; AWS takes some minutes');
  const retired = await retirePrevious(work, endsSessions ? 'leaked' : 'retire');
  const { isDone, outcome, lines, sessions } = retired;
  const json = { cache: cache.name, isDone, outcome, sessions };
  return { exitCode: isDone ? 0 : 1, lines, json };
}
