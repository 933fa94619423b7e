/** One look at a user before a daily check: it reports, changes nothing and waits for nothing. */

import type { DailyCheck } from '../../contract/daily-check';
import type { FirstLook } from './check-users';
import { concluded } from './daily-check';
import type { DailyCheckTiming } from './daily-check-facts';
import type { Ports, UserCache } from './ports';
import { newUserCheckMemory, observeUserCheck } from './user-check';
import { decideUserCheck } from './user-check-plan';

export async function firstLookAt(
  dailyCheck: DailyCheck,
  ports: Ports<UserCache>,
  timing: DailyCheckTiming,
): Promise<FirstLook> {
  const { facts, report } = await observeUserCheck(dailyCheck, ports, timing, newUserCheckMemory());
  const decision = decideUserCheck(facts);
  ports.log({ dailyCheck, user: report.user, facts, decision });
  if (decision.kind === 'do') {
    const idle = decideUserCheck({ ...facts, mayChange: false, mayRevoke: false });
    const outcome = idle.kind === 'done' ? idle.outcome : report.outcome;
    return { report: concluded(report, outcome), begins: decision.effect };
  }
  // Only a check ends sessions.
  const begins = dailyCheck === 'leaked' ? 'revoke' : undefined;
  return { report: concluded(report, decision.outcome), begins };
}
