/** Finds passwords in URLs, in calls of `redis-cli` and in scripts. Each search is bounded. */

import { type ComposeWord, plainWord } from './compose-word';
import { variablesOf } from './interpolation';

const URL = /\b(?:rediss?|valkeys?|sentinel)(?:\+\w{1,20})?:\/\/[^\s/@:"']*:([^\s/@"']*)@/g;
const VALUE = String.raw`("[^"\n]{0,500}"|'[^'\n]{0,500}'|[^\s)"';|&\\]{1,500})`;
const CLIENT = String.raw`(?:redis|valkey|keydb)-cli\b[^|;&\n]{0,300}?\s`;
const OF_CLIENT = [
  new RegExp(String.raw`${CLIENT}(?:-a|--pass|--requirepass)(?:\s{1,20}|=)${VALUE}`, 'g'),
  new RegExp(String.raw`${CLIENT}auth\s{1,20}(?:\w{1,64}\s{1,20})?${VALUE}`, 'gi'),
  new RegExp(String.raw`\b(?:REDIS|VALKEY)CLI_AUTH=${VALUE}`, 'g'),
];
const DIRECTIVE = String.raw`(?:requirepass|masterauth|primaryauth)(?:[ \t]{1,20}|=)\\?${VALUE}`;
const OF_SCRIPT = [
  new RegExp(`--${DIRECTIVE}`, 'g'),
  new RegExp(String.raw`^[ \t]{0,40}${DIRECTIVE}`, 'gm'),
  new RegExp(String.raw`\b(?:echo|printf)\s[^\n|;]{0,300}?["'\sn]${DIRECTIVE}`, 'g'),
  /\buser\s{1,20}\S{1,64}\s[^\n'"]{0,300}?>([^\s'"\\]{1,500})/g,
];

/** Passwords of `redis://user:password@host`; also within the default of a variable. */
export function passwordsOfUrls(word: ComposeWord): readonly ComposeWord[] {
  const defaults = variablesOf(word.part, word.filled).map(({ written = '' }) => written);
  return [
    ...matches([URL], word),
    ...defaults.flatMap((each) => matches([URL], plainWord(each, word.line))),
  ];
}

export function passwordsOfClient(word: ComposeWord): readonly ComposeWord[] {
  return [...matches(OF_CLIENT, word), ...matches([URL], word)];
}

export function passwordsOfScript(word: ComposeWord): readonly ComposeWord[] {
  const part = word.part.replaceAll(/^[ \t]*#.*$/gm, '');
  return matches([...OF_SCRIPT, ...OF_CLIENT], { ...word, part });
}

function matches(patterns: readonly RegExp[], word: ComposeWord): readonly ComposeWord[] {
  return patterns.flatMap((pattern) =>
    Array.from(word.part.matchAll(pattern), ([, value = '']) => ({
      ...word,
      part: value.replace(/^(["'])(.*)\1$/, '$2'),
    })),
  );
}
