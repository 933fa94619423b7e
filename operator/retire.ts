/** `retire`: makes every password but the current one refused, now, and says what came of it. */

import type { AuditOutcome } from '../contract/audit';
import { audit, type Work } from './commands';
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
}

export async function retirePrevious(work: Work): Promise<Retired> {
  const answered = await audit(work, 'retire');
  if (answered.kind === 'report') {
    const { outcome } = answered.report;
    const { means, next } = OUTCOMES[outcome];
    return {
      isDone: DONE.includes(outcome),
      outcome,
      lines: [`${work.screen.styled('bold', outcome)}: ${means}`, `  next: ${next}`],
    };
  }
  const words =
    answered.kind === 'busy'
      ? 'busy: the function runs a rotation or another audit\n  next: try again in a minute'
      : `failed: ${answered.words ?? `the function ended with ${answered.code}`}`;
  return { isDone: false, outcome: answered.kind, lines: words.split('\n') };
}

export async function retire(work: Work): Promise<Answer> {
  const { cache, screen } = work;
  screen.tell('asking for the current password alone; AWS takes some minutes');
  const { isDone, outcome, lines } = await retirePrevious(work);
  return { exitCode: isDone ? 0 : 1, lines, json: { cache: cache.name, isDone, outcome } };
}
