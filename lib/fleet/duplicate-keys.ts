/**
 * Finds duplicate names in an object of a JSON text, where `JSON.parse` silently keeps the last
 * value: a cache that is defined twice would lose its first settings.
 *
 * Expects a text that `JSON.parse` has accepted, so it does not check the syntax.
 */

import type { FileProblem } from './file-problem';

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** An open object with the lines of its names, or an open list without names. */
interface Open {
  readonly lines: Map<string, number> | undefined;
  /** The name, or the index in the list, of the next value. */
  at: string;
}

/** A problem per name that occurs twice in an object, with both lines. */
export function duplicateKeys(text: string): FileProblem[] {
  const problems: FileProblem[] = [];
  const open: Open[] = [];
  let [before, line, scanned] = ['', 1, 0];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    line += text.slice(scanned, index).split('\n').length - 1;
    scanned = index;
    const within = open.at(-1);
    if (token === '{') open.push({ lines: new Map(), at: '' });
    else if (token === '[') open.push({ lines: undefined, at: '0' });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && within && !within.lines) within.at = String(Number(within.at) + 1);
    else if (within?.lines && (before === '{' || before === ',') && token !== ',') {
      within.at = JSON.parse(token);
      const first = within.lines.get(within.at);
      if (first === undefined) within.lines.set(within.at, line);
      else problems.push(twice(pathOf(open), first, line));
    }
    before = token;
  }
  return problems;
}

function pathOf(open: readonly Open[]): readonly string[] {
  return open.map(({ at }) => at);
}

function twice(path: readonly string[], first: number, second: number): FileProblem {
  const where = first === second ? `in line ${first}` : `in line ${first} and line ${second}`;
  return {
    path,
    given: `it twice, ${where}`,
    allowed: 'set once: of two, the first would be lost',
    advice: 'rename or remove one',
  };
}
