/**
 * Makes foreign text printable: of a server, a file or a certificate. Control characters could
 * move the cursor, change colours or hide text; endless text could fill a log.
 */

/** Longest text that is printed whole, in UTF-16 units: above the longest evidence of a check. */
const PRINTED_MAX = 1_000;

/** Controls, formats such as the direction of text, lone surrogates, and what is not assigned. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line without control characters: `\x1b` for an escape, `… (70000 characters)` at its end. */
export function printable(text: string): string {
  const isLong = text.length > PRINTED_MAX;
  // A surrogate at the end lost its other half.
  const kept = isLong ? text.slice(0, PRINTED_MAX).replace(/[\ud800-\udbff]$/, '') : text;
  return kept.replace(UNPRINTABLE, escaped) + (isLong ? `… (${text.length} characters)` : '');
}

function escaped(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}
