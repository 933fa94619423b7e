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

/** The failures in their order in the table; each once. */
export function failuresInText(text: string): readonly TextFailure[] {
  const read = text.slice(0, TEXT_LENGTH_MAX);
  return FAILURES.flatMap(({ id, texts }) => {
    for (const pattern of texts) {
      const match = pattern.exec(read);
      if (match) return [{ id, evidence: shownPart(match.groups?.shown ?? match[0]) }];
    }
    return [];
  });
}

/** One short line without the login of a connection string. */
function shownPart(text: string): string {
  const masked = text.trim().replaceAll(/\/\/[^\s/@]*@/g, '//[login]@');
  return printable(masked.slice(0, SHOWN_LENGTH_MAX));
}
