/** The health check of a service of a compose file, as words that a shell or the engine runs. */

import type { ComposeFile } from './compose-file';
import { entryAt, scalarsOf } from './compose-value';
import { type ComposeWord, plainWord, splitWord, valueOfWord, wordOf } from './compose-word';
import { type RedisService, scriptOf } from './redis-service';

export interface HealthTest {
  readonly line: number;
  /** Whether a shell runs it. */
  readonly isShell: boolean;
  readonly words: readonly ComposeWord[];
  /** The whole text of a shell command or a mounted script, with marks for variables. */
  readonly text: string;
  /** Of a mounted script: `$1` and further ones. */
  readonly args: readonly string[];
}

/** @returns `undefined` where the file sets none, or turns that of the image off */
export function healthTestOf(file: ComposeFile, service: RedisService): HealthTest | undefined {
  const test = entryAt(service.value, 'healthcheck', 'test');
  const off = scalarsOf(entryAt(service.value, 'healthcheck', 'disable')?.value);
  if (test === undefined || off.some(({ text }) => text === 'true')) return undefined;
  const all = scalarsOf(test.value).map((each) => wordOf(each, file.variables));
  const [first, second] = all;
  if (first === undefined || first.part === 'NONE') return undefined;
  const at = { line: test.line };
  if (test.value.kind === 'scalar') return { ...at, ...ofShell(first) };
  if (first.part === 'CMD-SHELL') return { ...at, ...ofShell(second ?? plainWord('', test.line)) };
  const words = first.part === 'CMD' ? all.slice(1) : all;
  const script = scriptOf(file, service, words);
  if (script) {
    const from = words.findIndex(({ part }) => part.endsWith('.sh')) + 1;
    return { ...at, ...ofShell(script.word), args: words.slice(from).map(valueOfWord) };
  }
  const inner = words.findIndex(({ part }) => /^-[a-z]*c$/.test(part));
  const isShell = /^(?:\/bin\/)?(?:ba|da|a)?sh$/.test(words[0]?.part ?? '') && inner > 0;
  const given = words[inner + 1];
  if (isShell && given) return { ...at, ...ofShell(given) };
  return { ...at, isShell: false, words, text: words.map(quoted).join(' '), args: [] };
}

/** As a shell takes a word for what it is. */
function quoted({ part }: ComposeWord): string {
  return /^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`;
}

function ofShell(word: ComposeWord): Omit<HealthTest, 'line'> {
  return { isShell: true, words: splitWord(word), text: word.part, args: [] };
}
