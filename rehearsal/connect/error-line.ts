/**
 * Finds the line of a program's output that names its error, in any language.
 *
 * Stack frames, objects and hints after the error are skipped.
 */

/** What the runtimes print after an error: closing braces, hints, and frames without indent. */
const AFTER = /^\s|^[}\])]|^(Node\.js v|note: |goroutine |Stack trace|exit status|main\.\w+\(|#\d)/;

export function errorLine(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const last = lines.filter((line) => !AFTER.test(line)).at(-1) ?? lines.at(-1);
  return last?.trim() ?? 'it says nothing';
}
