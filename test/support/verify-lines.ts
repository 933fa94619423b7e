/** Lines of `verify` and options of its report, for tests. */

import { Screen } from '../../cli/terminal/screen';
import { failed, notTold, passed, type VerifyLine } from '../../cli/verify/line';
import { answerOf } from '../../cli/verify/report/answer';
import type { ReportOptions } from '../../cli/verify/report/report-options';

export const PASS = passed(
  'no-password-refused',
  'a login without a password is refused',
  'NOAUTH',
);
export const FAIL = failed(
  'maxmemory-set',
  'memory has a limit',
  'maxmemory is 0',
  'Set maxmemory.',
);
export const NOT_TOLD = notTold(
  'failed-logins-logged',
  'failed logins are logged',
  'ACL LOG is not permitted',
  'Allow +acl|log.',
);

export const TARGET = 'localhost:6380';
export const NOW_MS = Date.parse('2026-11-28T12:00:00Z');

/** The answer for localhost:6380 on 2026-11-28. */
export function answered(
  lines: readonly VerifyLine[],
  options: Partial<ReportOptions> = {},
  subject: { readonly target?: string; readonly knownIds?: readonly string[] } = {},
) {
  return answerOf(
    lines,
    { json: false, strict: false, ...options },
    { target: TARGET, screen: new Screen(false), knownIds: [], nowMs: NOW_MS, ...subject },
  );
}
