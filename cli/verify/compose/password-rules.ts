/** Lines about the password of a Redis in a compose file. No line quotes a value. */

import { weaknessOf } from '../../../contract/strong-password';
import type { VerifyLine } from '../line';
import { type ComposePassword, composePasswordOf, passwordVariables } from './compose-password';
import { type ComposeWord, valueOfWord } from './compose-word';
import { writtenPart } from './interpolation';
import type { Judge } from './judge';
import { composePasswordPlaces } from './password-places';

const SECRET = 'give it as a file secret: `npx secure-redis develop --compose` writes such a file';
/** Defaults of images and public compose files that the rule of strong passwords allows. */
const TOO_SHORT_TO_KEEP = 16;

export function passwordLines(judge: Judge): readonly VerifyLine[] {
  const password = composePasswordOf(judge.service);
  return [
    required(judge, password),
    notInFile(judge, password),
    strong(judge, password),
    notInCommand(judge),
    notInEnvironment(judge),
    ...composePasswordPlaces(judge, password),
  ];
}

function required(judge: Judge, { state, evidence, line }: ComposePassword): VerifyLine {
  const id = 'compose-password-required';
  if (state === 'required') return judge.pass(id, evidence);
  if (state === 'unknown') {
    return judge.unknown(
      id,
      evidence,
      'let compose refuse to start without it, by `:?` after its name',
      line,
    );
  }
  return judge.missing(id, evidence, `set a password of at least 32 characters, and ${SECRET}`);
}

/** Text of the file that is, or can become, the password. */
function writtenIn(judge: Judge, word: ComposeWord): string {
  const text = writtenPart(word.part, word.filled);
  const isShell = judge.service.script !== undefined;
  // A variable or command of the shell in the container is no password.
  return isShell && /[$`]/.test(text) ? '' : text;
}

function notInFile(judge: Judge, { words }: ComposePassword): VerifyLine {
  const id = 'compose-password-not-in-file';
  const own = words.filter((word) => !isOfEnvFile(judge, word));
  const found = own.find((word) => writtenIn(judge, word) !== '');
  if (found === undefined) return judge.pass(id, 'no password is written in it');
  const isDefault = found.part !== writtenPart(found.part, found.filled);
  const what = isDefault ? 'a default value of the password' : 'the password';
  return judge.fail(
    id,
    `${what} is in the file`,
    `remove it, choose another, and ${SECRET}`,
    found.line,
  );
}

function isOfEnvFile({ service }: Judge, word: ComposeWord): boolean {
  return service.environment.some((each) => each.word === word && each.file !== undefined);
}

function strong(judge: Judge, { state, words }: ComposePassword): VerifyLine {
  const id = 'compose-password-strong';
  const values = words
    .map((word) => ({ word, value: valueOfWord(word) }))
    .filter(({ value, word }) => value !== '' && !(judge.service.script && /[$`]/.test(word.part)));
  const weak = values.find(({ value }) => weaknessOf(value) !== undefined);
  if (weak) {
    const why = weaknessOf(weak.value) ?? '';
    const known = weak.value.length < TOO_SHORT_TO_KEEP ? ', which can be guessed' : '';
    return judge.fail(
      id,
      `it is ${why}${known}`,
      'take that of `npx secure-redis password`',
      weak.word.line,
    );
  }
  if (values.length > 0) return judge.pass(id, 'the value that is known here is strong');
  if (state === 'none') return judge.pass(id, 'there is no password to judge');
  return judge.pass(id, 'no value of it is in the file or in .env');
}

function notInCommand(judge: Judge): VerifyLine {
  const id = 'compose-password-not-in-command';
  const { service } = judge;
  const secrets = ['requirepass', 'masterauth', 'primaryauth', 'masterpass'];
  const given = service.starts
    .flat()
    .filter(({ name, file }) => file === undefined && secrets.includes(name))
    .flatMap(({ values, line }) => values.map((word) => ({ word, line })));
  const isShell = service.script !== undefined;
  const shown = given.find(({ word }) => word.part !== '' && !(isShell && /[$`]/.test(word.part)));
  if (shown === undefined) return judge.pass(id, 'no argument of the server has it');
  return judge.fail(
    id,
    'the password is an argument: `docker inspect`, and `ps` for every user while a shell or a ' +
      'health check keeps it, show it',
    SECRET,
    shown.line,
  );
}

function notInEnvironment(judge: Judge): VerifyLine {
  const id = 'compose-password-not-in-environment';
  const [found] = passwordVariables(judge.service).filter(
    ({ word }) => word === undefined || word.part !== '',
  );
  if (found === undefined) return judge.pass(id, 'no variable holds it');
  return judge.fail(
    id,
    `${found.name} is a variable of the container: \`docker inspect\` and each of its processes ` +
      'show it',
    SECRET,
    found.line,
  );
}
