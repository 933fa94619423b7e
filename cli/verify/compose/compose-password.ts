/** Whether a Redis of a compose file requires a password, and where its value comes from. */

import type { Directive } from './compose-directives';
import { type ComposeWord, valueOfWord } from './compose-word';
import { type UsedVariable, variablesOf } from './interpolation';
import type { EnvironmentVariable, RedisService } from './redis-service';

export type PasswordState = 'required' | 'none' | 'unknown';

export interface ComposePassword {
  readonly state: PasswordState;
  readonly evidence: string;
  readonly line: number;
}

/** Variables of a container that hold a password by their name. */
const PASSWORD_NAME = /PASS(?:WORD|WD|PHRASE)?(?:$|_)|REQUIREPASS|REDISCLI_AUTH|MASTERAUTH/i;
const SET_IN_SCRIPT = /requirepass|\buser\s+default\b|aclfile/;
/** A script reads a secret from a file. */
const SECRET_FILE = /\/run\/secrets\/|\$\(\s*(?:cat|<)/;
const FROM_FILE = /\$\(|`/;
const SHELL_VARIABLE = /\$\{?([A-Za-z_]\w*)/;

/** By their name, or since the command reads them as a password. */
export function passwordVariables(service: RedisService): readonly EnvironmentVariable[] {
  const read = namesRead(service);
  return service.environment.filter(
    ({ name }) =>
      read.has(name) ||
      (PASSWORD_NAME.test(name) && !/_FILE$/i.test(name) && !/ALLOW_EMPTY|ALLOW_NO/i.test(name)),
  );
}

const READ = /(?:requirepass|masterauth|primaryauth|>)[=\s]{0,20}["'\\]{0,2}\$\{?([A-Za-z_]\w*)/g;
const ASSIGNED = /(?:^|[\s;&|])([A-Za-z_]\w*)=["']?\$\{?([A-Za-z_]\w*)/g;

/** Variables that a script takes for a password, also by way of another variable. */
function namesRead({ script }: RedisService): ReadonlySet<string> {
  const text = script?.word.part ?? '';
  const read = new Set(Array.from(text.matchAll(READ), ([, name = '']) => name));
  const assigned = Array.from(text.matchAll(ASSIGNED)).reverse();
  for (const [, to = '', from = ''] of assigned) if (read.has(to)) read.add(from);
  return read;
}

export function composePasswordOf(service: RedisService): ComposePassword {
  const given = service.starts.map((start) =>
    start.filter(({ name }) => name === 'requirepass').at(-1),
  );
  const directives = given.flatMap((each) => each ?? []);
  const [first] = directives;
  if (first) return ofDirective(service, first);
  return withoutDirective(service);
}

function ofDirective(service: RedisService, { values, file, line }: Directive): ComposePassword {
  const where = file ?? 'the command';
  const [word] = values;
  const at = file === undefined ? line : service.line;
  if (word === undefined)
    return { state: 'none', evidence: `requirepass in ${where} has no value`, line: at };
  return { ...stateOf(service, word, where), line: at };
}

/** Of a value that may be a variable of compose, or of the shell in the container. */
function stateOf(
  service: RedisService,
  word: ComposeWord,
  where: string,
  isNested = false,
): Omit<ComposePassword, 'line'> {
  const evidence = `requirepass in ${where}`;
  const value = valueOfWord(word);
  const isShell = service.script !== undefined;
  if (isShell && FROM_FILE.test(word.part))
    return { state: 'required', evidence: `${evidence}, from a file` };
  const [, name] = (isShell && SHELL_VARIABLE.exec(word.part)) || [];
  if (name !== undefined && !isNested) {
    const variable = service.environment.find((each) => each.name === name);
    if (/\$\{\w+:?\?/.test(word.part)) {
      return { state: 'required', evidence: `${evidence}, which the shell requires` };
    }
    if (variable?.word === undefined) {
      return { state: 'unknown', evidence: `${evidence} is a variable that is not set here` };
    }
    return stateOf(service, variable.word, where, true);
  }
  if (value !== '') return { state: 'required', evidence };
  const [unset] = variablesOf(word.part, word.filled);
  if (unset?.isRequired) return { state: 'required', evidence: `${evidence}, which must be set` };
  if (unset !== undefined && unset.fallback === undefined) {
    return {
      state: 'unknown',
      evidence: `${evidence} is ${shown(unset)}; without a value there is no password`,
    };
  }
  return { state: 'none', evidence: `${evidence} is empty` };
}

/** A bare `$name` may be a password that begins with `$`. */
function shown({ isBare, name }: UsedVariable): string {
  return isBare ? 'a variable of compose' : `\${${name}}`;
}

function withoutDirective(service: RedisService): ComposePassword {
  const { line, script, unread, image, environment } = service;
  const users = service.starts.flat().filter(({ name }) => name === 'user');
  const byUser = ofUsers(users);
  if (byUser) return { ...byUser, line };
  const isSet = (name: RegExp) =>
    environment.find((each) => name.test(each.name) && each.word && valueOfWord(each.word) !== '');
  if (image.maker === 'bitnami') {
    const set = isSet(/^(?:REDIS|VALKEY)_PASSWORD(?:_FILE)?$/);
    if (set) return { state: 'required', evidence: `the image reads ${set.name}`, line: set.line };
    const empty = isSet(/^ALLOW_EMPTY_PASSWORD$/);
    if (empty) return { state: 'none', evidence: 'ALLOW_EMPTY_PASSWORD is set', line: empty.line };
    return { state: 'unknown', evidence: 'no value of REDIS_PASSWORD is known', line };
  }
  const inScript = ofScript(service);
  if (inScript) return { ...inScript, line };
  const [hidden] = unread;
  if (hidden !== undefined)
    return { state: 'unknown', evidence: `${hidden} is not here to read`, line };
  if (image.maker === 'unknown')
    return { state: 'unknown', evidence: 'its image is built or not named', line };
  if (script !== undefined && script.file === undefined && SET_IN_SCRIPT.test(script.word.part)) {
    return {
      state: 'unknown',
      evidence: 'its script sets one in a way that is not followed',
      line,
    };
  }
  const ignored = passwordVariables(service)[0];
  if (image.maker === 'other' && ignored) {
    return { state: 'unknown', evidence: `its image may read ${ignored.name}`, line: ignored.line };
  }
  const why = ignored ? `; the image does not read ${ignored.name}` : '';
  return { state: 'none', evidence: `it starts without requirepass and without users${why}`, line };
}

/** A script that writes a configuration: from a file, or from a variable of the container. */
function ofScript(service: RedisService): Omit<ComposePassword, 'line'> | undefined {
  const { script } = service;
  const text = script?.word.part ?? '';
  if (script === undefined || !SET_IN_SCRIPT.test(text)) return undefined;
  const where = script.file ?? 'its script';
  if (script.file !== undefined || SECRET_FILE.test(text)) {
    return { state: 'required', evidence: `${where} sets one` };
  }
  const [, name] = /requirepass\s+\S*?\$\{?([A-Za-z_]\w*)/.exec(text) ?? [];
  const word = service.environment.find((each) => each.name === name)?.word;
  return word && stateOf(service, word, where, true);
}

/** `user default on >…`, in a configuration or an ACL file. */
function ofUsers(users: readonly Directive[]): Omit<ComposePassword, 'line'> | undefined {
  const user = users.filter(({ values: [name] }) => name?.part === 'default').at(-1);
  if (user === undefined) return undefined;
  const rules = user.values.slice(1).map(({ part }) => part);
  const isOpen = rules.includes('on') && rules.includes('nopass');
  const where = `user default of ${user.file ?? 'the command'}`;
  return isOpen
    ? { state: 'none', evidence: `${where} has nopass` }
    : { state: 'required', evidence: where };
}
