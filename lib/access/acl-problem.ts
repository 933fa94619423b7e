/** A problem of an access string, with its position. */

import { maskedRules } from '../validation/masked';
import { mustBe } from '../validation/must-be';
import { shown } from '../validation/shown';

export interface AclProblem {
  /** The position in the access string, from 1. */
  readonly column: number;
  /** The allowed values, and after `: ` the reason. */
  readonly allowed: string;
  /** The rule as given, never with a password. */
  readonly given: string;
  readonly advice: string;
}

/** The problems as messages, in the order of their positions. */
export function aclMessages(subject: string, problems: readonly AclProblem[]): readonly string[] {
  return Array.from(problems)
    .sort((one, other) => one.column - other.column)
    .map(({ column, allowed, given, advice }) =>
      mustBe({
        subject: `${subject}, column ${column}`,
        allowed,
        given: shown(maskedRules(given)),
        advice,
      }),
    );
}
