/**
 * Finds texts of a stage file in CDK's token format: CDK would fail without naming the file, or
 * silently insert another value.
 */

import { type FileProblem, quoted } from './file-problem';

/** The format of a CDK token in a text or a list. */
const TOKEN = /[$#]\{Token\[/i;

/** A problem per such value or name. `content` is at most as nested as `json-file.ts` allows. */
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
