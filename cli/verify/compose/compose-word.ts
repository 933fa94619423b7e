/** Words of commands and values of variables in a compose file, with their lines and variables. */

import type { ComposeScalar, ComposeValue } from './compose-value';
import { type FilledText, filledText, resolvedPart, type Variables } from './interpolation';
import { shellWords } from './shell-words';

export interface ComposeWord {
  /** With a mark for each variable: see `FilledText`. */
  readonly part: string;
  readonly filled: FilledText;
  readonly line: number;
  readonly isQuoted: boolean;
}

export function wordOf({ text, line }: ComposeScalar, variables: Variables): ComposeWord {
  const filled = filledText(text, variables);
  return { part: filled.text, filled, line, isQuoted: false };
}

/** A word of a file that compose does not fill in. */
export function plainWord(text: string, line: number): ComposeWord {
  return { part: text, filled: { text, used: new Map() }, line, isQuoted: false };
}

/** The value of a word, with the variables of the `.env` file and their defaults. */
export function valueOfWord({ part, filled }: ComposeWord): string {
  return resolvedPart(part, filled);
}

/** The words of a text, with the same variables. */
export function splitWord(word: ComposeWord): readonly ComposeWord[] {
  return shellWords(word.part).map(({ text, isQuoted }) => ({ ...word, part: text, isQuoted }));
}

/** `command` or `entrypoint`: a list of words, or a text that compose splits. */
export function commandWords(
  value: ComposeValue | undefined,
  variables: Variables,
): readonly ComposeWord[] {
  if (value?.kind === 'scalar') return value.isNull ? [] : splitWord(wordOf(value, variables));
  if (value?.kind !== 'list') return [];
  return value.items.flatMap((each) => (each.kind === 'scalar' ? [wordOf(each, variables)] : []));
}

/** The name of the program at a path. */
export function programOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
