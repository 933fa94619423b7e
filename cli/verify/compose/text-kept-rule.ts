/** Lines about `$`, quotes and spaces that change a password between `.env`, compose and server. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VerifyLine } from '../line';
import { boundedText } from './compose-file';
import { passwordVariables } from './compose-password';
import { entryAt } from './compose-value';
import { type ComposeWord, wordOf } from './compose-word';
import { healthTestOf } from './health-test';
import { variablesOf } from './interpolation';
import type { Judge } from './judge';
import type { PasswordPlace } from './password-places';

const ID = 'compose-text-kept';

export function textKept(judge: Judge, places: readonly PasswordPlace[]): VerifyLine {
  const words = places.flatMap(({ word, file }) => (file === undefined ? word : []));
  const given = places.flatMap(({ word, kind }) => (kind === 'argument' ? word : []));
  const found = [
    ...given.flatMap((word) => unexpanded(judge, word)),
    ...words.flatMap((word) => eaten(judge, word)),
    ...quoted(judge),
    ...split(judge, given),
    ...inHealthCheck(judge),
    ...inDotenv(judge, words),
  ];
  const [first] = found;
  return first ?? judge.pass(ID, 'no password is filled into a text that is split or expanded');
}

/** `--requirepass $$PASSWORD` without a shell: the server gets the name. */
function unexpanded(judge: Judge, word: ComposeWord): readonly VerifyLine[] {
  const { script, environment } = judge.service;
  if (script !== undefined && script.file === undefined) return [];
  const [, name] = /^\$([A-Za-z_]\w*)$/.exec(word.part) ?? [];
  // A literal may begin with `$`, too.
  const isName =
    name !== undefined && (/^[A-Z_\d]+$/.test(name) || environment.some((e) => e.name === name));
  if (!isName && !/^(?:\$\{[A-Za-z_].*\}|\$\(.*\)|`.*`)$/.test(word.part)) return [];
  return [
    judge.fail(
      ID,
      'no shell runs the command, so that the password is the text of the variable or command, ' +
        'with its `$`',
      'start it with `sh -c`, or better with a script that reads a file secret',
      word.line,
    ),
  ];
}

/** `pa$word`: compose takes `$word` for a variable. Its name is a part of the password. */
function eaten(judge: Judge, { part, filled, line }: ComposeWord): readonly VerifyLine[] {
  const bare = variablesOf(part, filled).find(({ isBare, value }) => isBare && value === undefined);
  if (bare === undefined || part.length < 2) return [];
  return [
    judge.fail(
      ID,
      'compose takes a `$` within the password, with the letters after it, for a variable ' +
        'without a value, and leaves them out',
      'write `$$` for each `$`, or better keep the password out of the file',
      line,
    ),
  ];
}

/** `- REDIS_PASSWORD="x"`: the quotes are part of the value. */
function quoted(judge: Judge): readonly VerifyLine[] {
  const found = passwordVariables(judge.service).find(
    ({ word, isListItem }) => isListItem && word && /^(["']).*\1$/.test(word.part),
  );
  if (found === undefined) return [];
  const fix = `write it without quotes, or as a mapping: ${found.name}: …`;
  return [
    judge.fail(ID, `the quotes around ${found.name} are part of the password`, fix, found.line),
  ];
}

/** `command: redis-server --requirepass ${PASSWORD}`: compose splits what it has filled in. */
function split(judge: Judge, given: readonly ComposeWord[]): readonly VerifyLine[] {
  const { service } = judge;
  const texts = ['command', 'entrypoint'].flatMap((key) => {
    const value = entryAt(service.value, key)?.value;
    return value?.kind === 'scalar' ? [wordOf(value, judge.file.variables).part] : [];
  });
  const isScript = service.script !== undefined && service.script.file === undefined;
  const secret = given.find(
    ({ part, filled }) =>
      (isScript || texts.includes(filled.text)) && variablesOf(part, filled).length > 0,
  );
  if (secret === undefined) return [];
  const isList = !texts.includes(secret.filled.text);
  return [
    judge.fail(
      ID,
      'the command is split into words after compose has filled in the password: a quote, a ' +
        'space, a backslash or a `$` in it changes it',
      isList
        ? 'write `$$` for `$`, so that the shell reads a variable, or better let a script read a ' +
            'file secret'
        : 'write the command as a list, or better let a script read a file secret',
      secret.line,
    ),
  ];
}

/** The shell of a health check expands what compose has filled in; no shell expands `$$NAME`. */
function inHealthCheck(judge: Judge): readonly VerifyLine[] {
  const test = healthTestOf(judge.file, judge.service);
  if (test === undefined) return [];
  const { words, isShell, line } = test;
  if (!isShell && words.some(({ part }) => /^\$\{?[A-Za-z_]/.test(part))) {
    const fix = 'write CMD-SHELL for CMD, or take a script';
    return [judge.fail(ID, 'no shell expands the variable of the health check', fix, line)];
  }
  const isFilled = words.some(({ part, filled }) =>
    variablesOf(part, filled).some(({ name }) => /PASS|AUTH|SECRET/i.test(name)),
  );
  if (!isShell || !isFilled) return [];
  return [
    judge.fail(
      ID,
      'compose fills the password into a shell command of the health check: `;`, `$` or a quote ' +
        'in it breaks the command',
      'read a file secret in a script, and pass it as REDISCLI_AUTH',
      line,
    ),
  ];
}

/** Compose fills in variables of `.env`, too, except within single quotes. */
function inDotenv(judge: Judge, words: readonly ComposeWord[]): readonly VerifyLine[] {
  const names = words.flatMap(({ part, filled }) =>
    variablesOf(part, filled).map(({ name }) => name),
  );
  const path = join(judge.file.folder, '.env');
  if (names.length === 0 || typeof boundedText(path) !== 'string') return [];
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  return lines.flatMap((source, index) => {
    const [, name = '', value = ''] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*)$/.exec(source) ?? [];
    if (!names.includes(name) || value.startsWith("'") || !/\$[\w{$]/.test(value)) return [];
    const fix = `put single quotes around the value of ${name}`;
    const evidence = `compose fills in the \`$\` in the value of ${name}, and changes it`;
    return [judge.fail(ID, evidence, fix, index + 1, path)];
  });
}
