/** Directives of a Redis server in a compose file: its arguments and mounted configurations. */

import { SERVER_PROGRAMS } from './compose-image';
import { type ComposeWord, plainWord, programOf, splitWord, valueOfWord } from './compose-word';
import { shellWords } from './shell-words';

export interface Directive {
  /** In lower case: `requirepass`. */
  readonly name: string;
  readonly values: readonly ComposeWord[];
  readonly line: number;
  /** The mounted file; absent for an argument of the command. */
  readonly file?: string;
  /** The file is a text of `configs` in the compose file. */
  readonly isInline?: boolean;
}

export interface ServerStart {
  readonly directives: readonly Directive[];
  /** Arguments that are no directives: paths of configurations. */
  readonly paths: readonly string[];
}

const SHELLS = ['sh', 'bash', 'ash', 'dash', 'zsh'];
const WRAPPERS = ['docker-entrypoint.sh', 'exec', 'tini', 'gosu', 'su-exec', 'dumb-init', 'env'];

/** The text that a shell is given by `-c`. */
export function shellScriptIn(words: readonly ComposeWord[]): ComposeWord | undefined {
  const at = words.findIndex(({ part }) => SHELLS.includes(programOf(part)));
  if (at < 0 || words.slice(0, at).some(({ part }) => !WRAPPERS.includes(programOf(part)))) {
    return undefined;
  }
  const flag = words.findIndex(({ part }, index) => index > at && /^-[a-z]*c$/.test(part));
  return flag < 0 ? undefined : words[flag + 1];
}

/** Each start of a server in the words of a command. */
export function serverStarts(words: readonly ComposeWord[]): readonly ServerStart[] {
  const script = shellScriptIn(words);
  const all = script === undefined ? words : splitWord(script);
  const starts = all.flatMap(({ part }, index) =>
    SERVER_PROGRAMS[programOf(part)] === undefined
      ? []
      : [argumentsFrom(all, index + 1, script !== undefined)],
  );
  if (starts.length > 0 || script !== undefined) return starts.map(startOf);
  // The image's entry point starts the server with these arguments.
  const [first] = words;
  const isArgument = first !== undefined && /^-|\.conf$/.test(valueOfWord(first));
  return isArgument ? [startOf(words)] : [];
}

function argumentsFrom(words: readonly ComposeWord[], from: number, isShell: boolean) {
  const rest = words.slice(from);
  // Without a shell, `>` begins a password of `--user`.
  if (!isShell) return rest;
  const end = rest.findIndex(
    ({ part, isQuoted }) => !isQuoted && /^(?:&&|\|\||[;|&]|\d?>.*)$/.test(part),
  );
  return end < 0 ? rest : rest.slice(0, end);
}

function startOf(words: readonly ComposeWord[]): ServerStart {
  const directives: { name: string; values: ComposeWord[]; line: number }[] = [];
  const paths: string[] = [];
  for (const word of words) {
    const [, name, given] = /^--?([A-Za-z][\w-]*)(?:[= ]([\s\S]*))?$/.exec(word.part) ?? [];
    const isUser = directives.at(-1)?.name === 'user';
    if (isUser && !word.part.startsWith('--')) {
      directives.at(-1)?.values.push(...rulesIn(word));
    } else if (name !== undefined && !word.isQuoted) {
      const own = given === undefined ? [] : [{ ...word, part: given.trim() }];
      const values = name.toLowerCase() === 'user' ? own.flatMap(rulesIn) : own;
      directives.push({ name: name.toLowerCase().replaceAll('_', '-'), values, line: word.line });
    } else if (directives.length > 0) {
      directives.at(-1)?.values.push(word);
    } else {
      paths.push(valueOfWord(word));
    }
  }
  return { directives, paths };
}

/** `--user "default on >password"`: the server splits the text. */
function rulesIn(word: ComposeWord): readonly ComposeWord[] {
  return word.part
    .trim()
    .split(/\s+/)
    .map((part) => ({ ...word, part }));
}

/** Directives of a configuration file of Redis; of an inline one, with its variables. */
export function directivesInFile(
  text: string,
  file: string,
  inline?: ComposeWord,
): readonly Directive[] {
  return text.split('\n').flatMap((source, index) => {
    const line = index + 1;
    const trimmed = source.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const [name, ...values] = configWords(trimmed).map((part) =>
      inline === undefined ? plainWord(part, line) : { ...inline, part },
    );
    const at = { line: inline?.line ?? line, file, isInline: inline !== undefined };
    return name === undefined ? [] : [{ name: name.part.toLowerCase(), values, ...at }];
  });
}

/** A `>` or `#` of a password, and `&*` of channels, are text in a configuration. */
function configWords(line: string): readonly string[] {
  return line.includes('"') || line.includes("'")
    ? shellWords(line.replaceAll(/[;&|]/g, '\\$&')).map(({ text }) => text)
    : line.split(/\s+/);
}
