/**
 * Finds texts of a stage file that CDK takes for values of its own: with an unknown number it ends
 * in an error that names no file, with a known one it puts another value there.
 */

import { type FileProblem, quoted } from './file-problem';

/** How CDK writes a value that only the deploy knows, as a text or in a list. */
const TOKEN = /[$#]\{Token\[/i;

/** A problem for each such text, also as a name. `content` is nested as deep as a file may be. */
export function tokenProblems(content: unknown, path: readonly string[] = []): FileProblem[] {
  if (typeof content === 'string') return TOKEN.test(content) ? [problem(content, path)] : [];
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([name, value]) => [
    ...(TOKEN.test(name) ? [problem(name, [...path, name])] : []),
    ...tokenProblems(value, [...path, name]),
  ]);
}

function problem(text: string, path: readonly string[]): FileProblem {
  return {
    path,
    given: quoted(text),
    allowed: `a text without "\${Token[…]}", which CDK takes for a value of the deploy`,
    advice: 'write the value itself',
  };
}
