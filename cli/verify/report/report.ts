/** What the formats of a report share: the target, the judged lines and their counts. */

import type { JudgedLine, Judgement } from './judged-lines';

export interface VerifyReport {
  /** What was verified, without a password: `localhost:6380`, `compose.yaml`. */
  readonly target: string;
  readonly isStrict: boolean;
  readonly nowMs: number;
  readonly lines: readonly JudgedLine[];
  /** Problems of the accepted findings. */
  readonly notes: readonly string[];
  readonly exitCode: 0 | 1;
}

export function countJudged({ lines }: VerifyReport, judgement: Judgement): number {
  return lines.filter((line) => line.judgement === judgement).length;
}

/** `compose.yaml:12: `, or nothing. */
export function placeOf({ place }: JudgedLine): string {
  return place === undefined ? '' : `${place.file}:${place.line}: `;
}

/** `accepted until 2027-03-31: on a host of its own`, or nothing. */
export function acceptanceOf({ acceptedBy }: JudgedLine): string | undefined {
  if (acceptedBy === undefined) return undefined;
  return `accepted until ${acceptedBy.until}: ${acceptedBy.reason}`;
}
