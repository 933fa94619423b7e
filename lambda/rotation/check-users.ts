/**
 * The daily check of every user of a cache, in turn. A user whose check fails does not stop the
 * others.
 */

import type { DailyCheck, DailyCheckReport, UsersReport } from '../../contract/daily-check';
import { asRotationError, type RotationError } from './rotation-error';

/**
 * With less time left, in milliseconds, a daily check of a further user changes nothing: what is
 * due is then changed on the next day. Longer than a check with changes takes.
 */
const CHANGE_MS_MAX = 300_000;

interface Checking<User> {
  check(user: User, dailyCheck: DailyCheck): Promise<DailyCheckReport>;
  /** Milliseconds until Lambda's timeout. */
  remainingMs(): number;
}

interface Checked {
  readonly report: UsersReport;
  /** Of the first user whose check failed. */
  readonly failure?: RotationError;
}

export async function checkUsers<User extends { readonly name: string }>(
  dailyCheck: DailyCheck,
  all: readonly User[],
  { check, remainingMs }: Checking<User>,
): Promise<Checked> {
  const users: UsersReport['users'][number][] = [];
  let failure: RotationError | undefined;
  for (const user of all) {
    const kind = remainingMs() > CHANGE_MS_MAX ? dailyCheck : 'report';
    try {
      users.push(await check(user, kind));
    } catch (error) {
      const failed = asRotationError(error);
      failure ??= failed;
      users.push({ user: user.name, error: failed.message });
    }
  }
  return { report: { users }, failure };
}
