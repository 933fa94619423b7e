/** A decision of `doctor` about a connection: the failure, or none, with the evidence. */

import type { FailureId } from './failures/failures';

export interface FailureFound {
  /** Absent if the table has no row for the failure. */
  readonly id?: FailureId;
  /** Never a secret. */
  readonly evidence: readonly string[];
  /** What it can be as well. */
  readonly also?: readonly FailureId[];
}

export const judged = (
  id: FailureId | undefined,
  ...evidence: readonly string[]
): FailureFound => ({
  id,
  evidence,
});
