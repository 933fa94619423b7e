/** Finds the failures that an error text of a client library or of a server tells. */

import { printable } from '../terminal/printable';
import { FAILURES, type FailureId } from './failures/failures';

/** Characters of a text that are read: a stack trace or a page of a log. */
export const TEXT_LENGTH_MAX = 64 * 1024;

/** Characters of a text that are shown. */
const SHOWN_LENGTH_MAX = 160;

export interface TextFailure {
  readonly id: FailureId;
  /** What matched, fit to print. */
  readonly evidence: string;
}

/** Rows that say that a text leaves the cause open. */
const OPEN: readonly FailureId[] = [
  'certificate-refused',
  'connection-cause-open',
  'answer-cause-open',
];

/** The failures in their order in the table; each once. What is open is left out beside a cause. */
export function failuresInText(text: string): readonly TextFailure[] {
  const read = text.slice(0, TEXT_LENGTH_MAX);
  const found = FAILURES.flatMap(({ id, texts, or }) => {
    const evidence = matchIn(read, texts);
    if (evidence === undefined) return [];
    const other = or && matchIn(read, or.texts);
    const first: TextFailure = { id, evidence };
    return other === undefined ? [first] : [first, { id: or?.id as FailureId, evidence: other }];
  });
  const told = found.filter(({ id }) => !OPEN.includes(id));
  return told.length > 0 ? told : found;
}

function matchIn(text: string, patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match) return shownPart(match.groups?.shown ?? match[0]);
  }
  return undefined;
}

/** One short line without the login of a connection string. */
function shownPart(text: string): string {
  const masked = text.trim().replaceAll(/\/\/[^\s/@]*@/g, '//[login]@');
  return printable(masked.slice(0, SHOWN_LENGTH_MAX));
}
