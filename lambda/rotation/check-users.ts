/**
 * The daily check of every user of a cache: a look at each of them, some at once; then in turn what
 * a look has found to do, the most urgent first.
 *
 * It ends before Lambda's timeout, which would leave no report and no metrics. A user whose check
 * fails, or who could not be looked at in time, does not stop the others.
 */

import type { DailyCheck, DailyCheckReport, UsersReport } from '../../contract/daily-check';
import { someAtOnce } from '../../contract/some-at-once';
import { LOGIN_TIMEOUT_MS } from './login';
import { asRotationError, RotationError } from './rotation-error';
import { CALL_MS_MAX } from './settings';
import type { UserCheckEffect } from './user-check-plan';

/** What one look has found. */
export interface FirstLook {
  readonly report: DailyCheckReport;
  /** Absent if a check has nothing to change and nothing to wait for. */
  readonly begins?: UserCheckEffect;
}

interface Checking<User> {
  look(user: User, dailyCheck: DailyCheck): Promise<FirstLook>;
  /** A check with its changes and waits, which ends before Lambda's timeout by itself. */
  check(user: User, dailyCheck: DailyCheck): Promise<DailyCheckReport>;
  /** Milliseconds until Lambda's timeout. */
  remainingMs(): number;
  /** The wall clock, in milliseconds since 1970. */
  epochMs(): number;
}

interface Checked {
  readonly report: UsersReport;
  /** Of the first user whose check failed. */
  readonly failure?: RotationError;
}

/** Users that are looked at at once. */
const LOOKS_AT_ONCE = 5;

/** Calls of a look: labels, history, user, group, and three values. */
const LOOK_CALLS_MAX = 7;

/** Maximum time of a look in milliseconds, and of a last call. */
export const LOOK_MS_MAX = (LOOK_CALLS_MAX + 1) * CALL_MS_MAX + LOGIN_TIMEOUT_MS;

/** What is begun first: to end an outage, then to end a grace period. */
const URGENCY: readonly UserCheckEffect[] = ['repair', 'record', 'revoke', 'wait'];

type Answer = UsersReport['users'][number];

export async function checkUsers<User extends { readonly name: string }>(
  dailyCheck: DailyCheck,
  all: readonly User[],
  checking: Checking<User>,
): Promise<Checked> {
  const ordered = inOrderOfDay(all, checking.epochMs());
  const answers = new Map<User, Answer>();
  const failures = new Map<User, RotationError>();
  const answerWith = async (user: User, ask: () => Promise<DailyCheckReport>) => {
    try {
      const report = await ask();
      answers.set(user, report);
      return report;
    } catch (error) {
      const failed = asRotationError(error);
      const seen = answers.get(user);
      failures.set(user, failed);
      answers.set(user, {
        user: user.name,
        error: failed.message,
        seen: seen && 'nodes' in seen ? seen : undefined,
      });
      return undefined;
    }
  };
  const found = new Map<User, UserCheckEffect>();
  const look = (user: User) =>
    answerWith(user, async () => {
      if (checking.remainingMs() <= LOOK_MS_MAX) throw new RotationError('NotChecked');
      const { report, begins } = await checking.look(user, dailyCheck);
      if (begins === undefined) found.delete(user);
      else found.set(user, begins);
      return report;
    });
  await someAtOnce(ordered, LOOKS_AT_ONCE, look);
  let isWaitedFor = false;
  for (const user of byUrgency(ordered, found)) {
    // Changes that are left out are due on the next day, when other users come first.
    if (checking.remainingMs() <= LOOK_MS_MAX) break;
    // What one user has waited for in vain, the others need not wait for.
    if (isWaitedFor) await look(user);
    if (!found.has(user) || (isWaitedFor && found.get(user) === 'wait')) continue;
    const report = await answerWith(user, () => checking.check(user, dailyCheck));
    if (report?.isSettled === false) isWaitedFor = true;
  }
  const users = all.flatMap((user) => answers.get(user) ?? []);
  const failure = all.flatMap((user) => failures.get(user) ?? [])[0];
  return { report: { users }, failure };
}

/**
 * Starts with another user each day, on days in a row with users that are far apart: where the time
 * does not suffice for all, none is left out for long.
 */
function inOrderOfDay<User>(users: readonly User[], epochMs: number): readonly User[] {
  const day = Math.floor(epochMs / DAY_MS);
  const start = Math.floor(users.length * ((day * GOLDEN_RATIO) % 1));
  return [...users.slice(start), ...users.slice(0, start)];
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** The multiples of its fraction spread evenly between 0 and 1. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

function byUrgency<User>(
  users: readonly User[],
  found: ReadonlyMap<User, UserCheckEffect>,
): readonly User[] {
  const urgencyOf = (user: User) => URGENCY.indexOf(found.get(user) ?? 'wait');
  return users
    .filter((user) => found.has(user))
    .sort((one, other) => urgencyOf(one) - urgencyOf(other));
}
