/**
 * `revoke`: makes every password but the current one refused, now, and says what came of it. With
 * --end-sessions, for a password that leaked, it also ends every session on every node.
 */

import type { DailyCheckOutcome, NodeReport } from '../../contract/daily-check';
import type { Answered, NoReport } from '../aws/cloud';
import type { CommandResult } from '../terminal/screen';
import { dailyCheck, lookUntil, type Work } from './commands';
import { consents, declined } from './consent';
import { SESSIONS_COST } from './grace';
import { Unrevoked } from './unrevoked';

interface Words {
  readonly means: string;
  readonly next: string;
}

const DONE: readonly DailyCheckOutcome[] = ['revoked', 'nothing-to-revoke'];

/** After `revoke`. The function refuses where revoking could lock somebody out. */
export const OUTCOMES: Readonly<Record<DailyCheckOutcome, Words>> = {
  revoked: {
    means: 'only the current password is accepted, by every node',
    next: 'restart clients that are refused now: they have not read the secret again',
  },
  'nothing-to-revoke': {
    means: 'there is no other password than the first one, which was never rotated',
    next: 'nothing',
  },
  'in-grace': {
    means: 'not revoked: the previous password is accepted, and its time is not over',
    next: 'deploy the stack again: this function does not know `revoke`',
  },
  due: {
    means: 'not revoked, although its time is over',
    next: 'deploy the stack again: this function does not know `revoke`',
  },
  rotating: {
    means:
      'refused: a rotation has asked the cache for a new password, and revoking now could ' +
      'push out the one that becomes current',
    next: 'let the rotation end (`recover` says how it is), then `revoke` again',
  },
  'not-settled': {
    means: 'not proven: the cache is being changed, or did not come to rest in two minutes',
    next: 'wait some minutes, then `revoke` again; it looks before it asks',
  },
  unreachable: {
    means: 'refused: a node cannot be asked, so nobody knows what it accepts',
    next: 'run `status`: it says which node; check security groups, node health and certificates',
  },
  'current-refused': {
    means:
      'refused: a node does not accept the current password, and revoking would lock out everybody',
    next: 'run `recover`: it says what is the case and what to do',
  },
  'newest-unclear': {
    means:
      'refused: a rotation was taken back, and its password may be the newest of the cache; only ' +
      'the newest can be revoked to',
    next: 'run `rotate`: it finds that password and uses it; then `revoke` again',
  },
  'out-of-band-change': {
    means: 'not revoked: somebody else changed the passwords, and the cache takes no repair',
    next:
      'find who called ModifyReplicationGroup; then `rotate`, and `revoke` again; if both ' +
      'refuse, docs/operate.md#outofbandchange',
  },
};

export interface Revoked {
  readonly isDone: boolean;
  readonly outcome: DailyCheckOutcome | 'busy' | 'failed';
  readonly lines: readonly string[];
  /** By node, where sessions were to be ended. */
  readonly sessions?: readonly SessionsOfNode[];
}

type SessionsOfNode = Pick<NodeReport, 'host' | 'port' | 'sessionsEnded' | 'why'>;

/** What is asked of the function: to revoke, or to end every session after that, too. */
type Revocation = 'revoke' | 'leaked';

export async function revokePrevious(work: Work, which: Revocation = 'revoke'): Promise<Revoked> {
  const answered = await follow(work, which);
  if (answered.kind !== 'report') return withoutReport(answered, which);
  const { outcome, nodes } = answered.report;
  const { means, next } = OUTCOMES[outcome];
  const isDone = DONE.includes(outcome);
  const said = `${work.screen.styled('bold', outcome)}: ${means}`;
  if (which === 'revoke' || !isDone) {
    return { isDone, outcome, lines: [said, `  next: ${next}`] };
  }
  const sessions = nodes.map(({ host, port, sessionsEnded, why }) => ({
    host,
    port,
    sessionsEnded,
    why,
  }));
  const isEnded = sessions.every(({ sessionsEnded }) => sessionsEnded !== undefined);
  const last = isEnded ? next : 'run `revoke --end-sessions` again: it repeats what is missing';
  const lines = [said, ...sessions.map(sessionLine), `  next: ${last}`];
  return { isDone: isEnded, outcome, lines, sessions };
}

/**
 * Asks until the cache has come to rest, or time is up: AWS can take 35 minutes for a change. To
 * ask again is harmless, also where the answer was lost.
 */
function follow(work: Work, which: Revocation): Promise<Answered> {
  return lookUntil(
    work,
    () => dailyCheck(work, which),
    (answered) => {
      const isUnderWay = answered.kind === 'report' && answered.report.outcome === 'not-settled';
      if (!isUnderWay && answered.kind !== 'busy') return true;
      work.screen.tell('the cache is being changed, or the function is busy; asking again');
      return false;
    },
  );
}

function withoutReport(answered: NoReport, which: Revocation): Revoked {
  const { kind } = answered;
  if (kind === 'busy') {
    const lines = [
      'busy: the function runs a rotation or another daily check',
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

export async function revoke(work: Work, endsSessions: boolean): Promise<CommandResult> {
  const { cache, screen } = work;
  if (endsSessions && !(await consents(work, SESSIONS_COST))) return declined(work);
  const unrevoked = endsSessions ? new Unrevoked('revoking') : undefined;
  screen.tell('asking for the current password alone; AWS takes some minutes');
  const revoked = await revokePrevious(work, endsSessions ? 'leaked' : 'revoke');
  unrevoked?.end();
  const { isDone, outcome, lines, sessions } = revoked;
  const json = { cache: cache.name, isDone, outcome, sessions };
  return { exitCode: isDone ? 0 : 1, lines, json };
}
