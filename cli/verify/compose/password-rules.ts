/** Lines about the password of a Redis in a compose file. No line quotes a value. */

import type { VerifyLine } from '../line';
import { type ComposePassword, composePasswordOf, passwordVariables } from './compose-password';
import { valueOfWord } from './compose-word';
import type { Judge } from './judge';
import { type PasswordPlace, passwordPlaces } from './password-places';
import { textKept } from './text-kept-rule';

const SECRET = 'give it as a file secret: `npx secure-redis develop --compose` writes such a file';
/** Defaults of images and public compose files that the rule of strong passwords allows. */
const TOO_SHORT_TO_KEEP = 16;

export function passwordLines(judge: Judge): readonly VerifyLine[] {
  const password = composePasswordOf(judge.service);
  const places = passwordPlaces(judge.file, judge.service);
  return [
    required(judge, password),
    notInFile(judge, places),
    strong(judge, password, places),
    notInCommand(judge, places),
    notInEnvironment(judge),
    textKept(judge, places),
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

function notInFile(judge: Judge, places: readonly PasswordPlace[]): VerifyLine {
  const id = 'compose-password-not-in-file';
  const found = places.find(
    ({ form, file }) => file === undefined && (form === 'literal' || form === 'default'),
  );
  if (found === undefined) return judge.pass(id, 'no password is written in it');
  const what = found.form === 'default' ? 'a default value of the password' : 'the password';
  const where = found.kind === 'elsewhere' ? ', outside of this service' : '';
  const fix = `remove it, choose another, and ${SECRET}`;
  return judge.fail(id, `${what} is in the file${where}`, fix, found.line);
}

function strong(
  judge: Judge,
  { state }: ComposePassword,
  places: readonly PasswordPlace[],
): VerifyLine {
  const id = 'compose-password-strong';
  const weak = places.find(({ weakness }) => weakness !== undefined);
  if (weak) {
    const isShort = Array.from(valueOfWord(weak.word)).length < TOO_SHORT_TO_KEEP;
    const evidence = `it is ${weak.weakness}${isShort ? ', which can be guessed' : ''}`;
    const fix = 'take that of `npx secure-redis password`';
    return judge.fail(id, evidence, fix, weak.line, weak.file);
  }
  if (places.some(({ word, form }) => form !== 'shell' && valueOfWord(word) !== '')) {
    return judge.pass(id, 'the value that is known here is strong');
  }
  if (state === 'none') return judge.pass(id, 'there is no password to judge');
  return judge.pass(id, 'no value of it is in the file or in .env');
}

function notInCommand(judge: Judge, places: readonly PasswordPlace[]): VerifyLine {
  const id = 'compose-password-not-in-command';
  const shown = places.find(({ kind, form }) => kind === 'argument' && form !== 'shell');
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
