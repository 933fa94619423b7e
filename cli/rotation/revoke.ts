/**
 * `revoke`: makes the cache refuse every password but the current one, and reports the outcome.
 * With --end-sessions, for a leaked password, it also ends every session on every node.
 */

import type { DailyCheckOutcome, NodeReport } from '../../contract/daily-check';
import type { Answered, NoReport } from '../aws/cloud';
import { consents } from '../terminal/consent';
import type { CommandResult } from '../terminal/screen';
import { dailyCheck, declined, look, lookUntil, type Work } from './commands';
import { costOf, promisedBy, sessionsCost } from './grace';
import { Unrevoked } from './unrevoked';

interface Words {
  readonly means: string;
  readonly next: string;
}

const DONE: readonly DailyCheckOutcome[] = ['revoked', 'nothing-to-revoke'];

/** Messages after `revoke`. The function declines if revoking could lock out clients. */
export const OUTCOMES: Readonly<Record<DailyCheckOutcome, Words>> = {
  revoked: {
    means: 'every node accepts only the current password',
    next: 'restart clients that are refused: they have not read the secret again',
  },
  'nothing-to-revoke': {
    means: 'the cache has only its first password, which was never rotated',
    next: 'nothing',
  },
  'in-grace': {
    means: 'not revoked: the previous password is accepted, and its grace period is not over',
    next: 'deploy the stack again: this function does not know `revoke`',
  },
  due: {
    means: 'not revoked, although the grace period is over',
    next: 'deploy the stack again: this function does not know `revoke`',
  },
  rotating: {
    means:
      'refused: a rotation has sent a new password to the cache, and revoking now could ' +
      'invalidate the password that becomes current',
    next: 'let the rotation end (`recover` shows its state), then `revoke` again',
  },
  'not-settled': {
    means: 'not proven: the cache is being modified, or did not settle within two minutes',
    next: 'wait some minutes, then `revoke` again, which is safe to repeat',
  },
  unreachable: {
    means: 'refused: a node does not answer, so it is unknown which passwords it accepts',
    next: 'run `status` to see which node; check security groups, node health and certificates',
  },
  'current-refused': {
    means:
      'refused: a node does not accept the current password, and revoking would lock out ' +
      'all clients',
    next: 'run `recover`: it explains the state and what to do',
  },
  'locked-out': {
    means: 'refused: somebody has locked the user out, so no node accepts its current password',
    next: 'run `recover` without --user: it explains the state and what to do',
  },
  open: {
    means: 'not revoked: the user logs in without a password, and this could not be repaired',
    next: 'run `recover --apply`, which gives it its passwords again; then `revoke`',
  },
  'newest-unclear': {
    means:
      'refused: a rotation was abandoned, and its password may be the newest of the cache; only ' +
      'the newest password can be kept',
    next: 'run `rotate`: it finds that password and uses it; then `revoke` again',
  },
  'out-of-band-change': {
    means: 'not revoked: out-of-band change of the passwords, and the cache rejects the repair',
    next:
      'find out who called ModifyReplicationGroup; then `rotate`, and `revoke` again; if both ' +
      'refuse, docs/operate.md#outofbandchange',
  },
};

export interface Revoked {
  readonly isDone: boolean;
  readonly outcome: DailyCheckOutcome | 'busy' | 'failed';
  readonly lines: readonly string[];
  /** By node, if ending sessions was requested. */
  readonly sessions?: readonly SessionsOfNode[];
}

type SessionsOfNode = Pick<NodeReport, 'host' | 'port' | 'sessionsEnded' | 'why'>;

/** The request to the function: revoke, or also end every session afterwards. */
type Revocation = 'revoke' | 'leaked';

export async function revokePrevious(work: Work, which: Revocation = 'revoke'): Promise<Revoked> {
  const answered = await follow(work, which);
  if (answered.kind !== 'report') return withoutReport(answered, which);
  const { outcome, nodes } = answered.report;
  const isDone = DONE.includes(outcome);
  if (which === 'revoke' || !isDone) return { isDone, outcome, lines: outcomeLines(work, outcome) };
  const sessions = nodes.map(({ host, port, sessionsEnded, why }) => ({
    host,
    port,
    sessionsEnded,
    why,
  }));
  const isEnded = sessions.every(({ sessionsEnded }) => sessionsEnded !== undefined);
  const isRefused = sessions.some(({ why }) => why === 'command-refused');
  const again = isRefused && work.cache.user !== undefined ? NOT_BY_ROLE : AGAIN;
  const lines = outcomeLines(work, outcome, {
    between: sessions.map(sessionLine),
    ...(isEnded ? {} : { next: again }),
  });
  return { isDone: isEnded, outcome, lines, sessions };
}

const AGAIN = 'run `revoke --end-sessions` again: it ends the remaining sessions';

/** A user ends sessions with its own login; of the named roles only the administrator's may. */
const NOT_BY_ROLE =
  'the role of this user does not allow CLIENT KILL, so its sessions stay open: restart its ' +
  'clients, or reboot each node, which ends every session of every user ' +
  '(docs/operate.md, A cache with users)';

/** What the outcome means, and what to do next. */
function outcomeLines(
  { screen }: Work,
  outcome: DailyCheckOutcome,
  { between = [], next = OUTCOMES[outcome].next }: OutcomeParts = {},
): readonly string[] {
  const text = `${screen.styled('bold', outcome)}: ${OUTCOMES[outcome].means}`;
  return [text, ...between, `  next: ${next}`];
}

interface OutcomeParts {
  readonly between?: readonly string[];
  readonly next?: string;
}

/**
 * Repeats the request until the cache has settled, or time is up: AWS can take 35 minutes for a
 * change. Repeating is harmless, even after a lost answer.
 */
function follow(work: Work, which: Revocation): Promise<Answered> {
  return lookUntil(
    work,
    () => dailyCheck(work, which),
    (answered) => {
      const isUnderWay = answered.kind === 'report' && answered.report.outcome === 'not-settled';
      if (!isUnderWay && answered.kind !== 'busy') return true;
      work.screen.tell('the cache is being modified, or the function is busy; trying again');
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
  // The code of an older function for an unknown event.
  const isOld = which === 'leaked' && code === 'BadEvent';
  const next = isOld
    ? ['  next: the function is older than this command: deploy the stack, then try again']
    : [];
  return { isDone: false, outcome: kind, lines: [`failed: ${words}`, ...next] };
}

function sessionLine({ host, port, sessionsEnded, why }: SessionsOfNode): string {
  const text =
    sessionsEnded === undefined
      ? `sessions NOT ended: ${why ?? 'unknown'}`
      : `sessions ended: ${sessionsEnded}`;
  return `  ${host}:${port}  ${text}`;
}

/**
 * The function refuses to revoke in these states. No request is sent: once the state has passed, it
 * would end a grace period without a question.
 */
const REFUSED: readonly DailyCheckOutcome[] = [
  'rotating',
  'unreachable',
  'current-refused',
  'locked-out',
  'newest-unclear',
];

export async function revoke(work: Work, endsSessions: boolean): Promise<CommandResult> {
  const { cache, screen } = work;
  const { answered } = await look(work);
  const outcomeNow = answered.kind === 'report' ? answered.report.outcome : undefined;
  if (!endsSessions && outcomeNow !== undefined && REFUSED.includes(outcomeNow)) {
    screen.tell('not revoking: the function would refuse');
    const json = { cache: cache.name, isDone: false, outcome: outcomeNow };
    return { exitCode: 1, lines: outcomeLines(work, outcomeNow), json };
  }
  const costs = costOf(promisedBy(answered), ['revoke']);
  const all = endsSessions ? [...costs, ...sessionsCost(cache.user)] : costs;
  if (!(await consents(work, all))) return declined(work);
  const unrevoked = endsSessions ? new Unrevoked('revoking') : undefined;
  screen.tell('revoking all but the current password; AWS takes some minutes');
  const revoked = await revokePrevious(work, endsSessions ? 'leaked' : 'revoke');
  unrevoked?.end();
  const { isDone, outcome, lines, sessions } = revoked;
  const json = { cache: cache.name, isDone, outcome, sessions };
  return { exitCode: isDone ? 0 : 1, lines, json };
}
