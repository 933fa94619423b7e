/**
 * Lists the places where a password of Redis can be: in a compose file, and in the configurations
 * and scripts that it mounts. All rules about passwords read this list.
 */

import { weaknessOf } from '../../../contract/strong-password';
import type { ComposeFile } from './compose-file';
import { passwordVariables } from './compose-password';
import { type ComposeValue, entryAt, scalarsOf } from './compose-value';
import { type ComposeWord, valueOfWord, wordOf } from './compose-word';
import { writtenPart } from './interpolation';
import { passwordsOfClient, passwordsOfScript, passwordsOfUrls } from './password-texts';
import type { RedisService } from './redis-service';

export type PlaceKind =
  | 'argument'
  | 'variable'
  | 'health check'
  | 'configuration'
  /** Of another service, or of a fragment such as `x-environment`. */
  | 'elsewhere';

export interface PasswordPlace {
  readonly kind: PlaceKind;
  readonly word: ComposeWord;
  /** `shell`: the shell in the container reads a variable or a file. */
  readonly form: 'literal' | 'default' | 'variable' | 'shell';
  readonly line: number;
  /** What is weak about the value, as far as it is known here. */
  readonly weakness: string | undefined;
  /** Another file than the compose file. */
  readonly file?: string;
}

const DIRECTIVES = ['requirepass', 'masterauth', 'primaryauth', 'masterpass'];
/** A variable or a key that holds a password of Redis, in any service. */
const OF_REDIS =
  /(?:REDIS|VALKEY|KEYDB)\w*(?:PASS|PASSWORD|PASSWD|_AUTH|AUTH_TOKEN)$|^REDISCLI_AUTH$/i;
/** A switch or a path, such as `REDIS_USE_AUTH: true`, is no password. */
const NO_PASSWORD = /^(?:true|false|yes|no|on|off|null|none|0|1|\/run\/secrets\/.*)?$/i;

interface Found {
  readonly file?: string | undefined;
  readonly isShell?: boolean;
}

function place(kind: PlaceKind, word: ComposeWord, { file, isShell = true }: Found = {}) {
  const written = writtenPart(word.part, word.filled);
  const value = valueOfWord(word);
  // A variable or command of the shell in the container, or a format of `printf`, is no password.
  const isOfShell = isShell && /[$`]|^%s/.test(written);
  const isLiteral = word.part.replaceAll(/[\ue000-\uf8ff]/g, '') !== '';
  const form = isOfShell
    ? 'shell'
    : isLiteral
      ? 'literal'
      : written === ''
        ? 'variable'
        : 'default';
  const made: PasswordPlace = {
    kind,
    word,
    form,
    line: word.line,
    weakness: isOfShell || value === '' ? undefined : weaknessOf(value),
    ...(file === undefined ? {} : { file }),
  };
  return made;
}

/** Places of a Redis service, then those elsewhere in the file. */
export function passwordPlaces(file: ComposeFile, service: RedisService): readonly PasswordPlace[] {
  return [
    ...ofDirectives(service),
    ...ofScript(service),
    ...ofEnvironment(service),
    ...ofClients(file, service.value, true),
    ...elsewhere(file),
  ].filter(({ word }) => word.part !== '');
}

function ofDirectives(service: RedisService): readonly PasswordPlace[] {
  return service.starts.flat().flatMap(({ name, values, file, isInline = false }) => {
    const isArgument = file === undefined;
    const kind = isArgument ? 'argument' : 'configuration';
    const words = DIRECTIVES.includes(name) ? values : passwordsOfUser(name, values);
    const found = { isShell: isArgument && service.script !== undefined };
    return words.map((word) => place(kind, word, isInline ? found : { ...found, file }));
  });
}

/** `user default on >password`, and `sentinel auth-pass main password`. */
function passwordsOfUser(name: string, values: readonly ComposeWord[]): readonly ComposeWord[] {
  if (name === 'sentinel') return values[0]?.part === 'auth-pass' ? values.slice(2, 3) : [];
  if (name !== 'user') return [];
  return values.flatMap((word) =>
    word.part.startsWith('>') ? [{ ...word, part: word.part.slice(1) }] : [],
  );
}

function ofScript({ script }: RedisService): readonly PasswordPlace[] {
  if (script === undefined) return [];
  const { word, file } = script;
  const kind = file === undefined ? 'argument' : 'configuration';
  return passwordsOfScript(word).map((each) => place(kind, each, { file }));
}

function ofEnvironment(service: RedisService): readonly PasswordPlace[] {
  const named = passwordVariables(service);
  return service.environment.flatMap((each) => {
    if (each.word === undefined) return [];
    const words = named.includes(each) ? [each.word] : passwordsOfUrls(each.word);
    const found = { file: each.file, isShell: false };
    return words.map((word) => place('variable', word, found));
  });
}

/** `redis-cli -a …` of a health check, a command or an entry point. */
function ofClients(file: ComposeFile, service: ComposeValue, isOwn: boolean) {
  const texts = [['healthcheck', 'test'], ['command'], ['entrypoint']] as const;
  return texts.flatMap((path) => {
    const found = entryAt(service, ...path);
    if (found === undefined) return [];
    const text = scalarsOf(found.value).map((each) => each.text);
    const word = wordOf(
      { kind: 'scalar', isNull: false, text: text.join(' '), line: found.line },
      file.variables,
    );
    const kind = !isOwn ? 'elsewhere' : path[0] === 'healthcheck' ? 'health check' : 'argument';
    return passwordsOfClient(word).map((each) => place(kind, each));
  });
}

const known = new WeakMap<ComposeValue, readonly PasswordPlace[]>();

/** Found once per file, since each of its Redis services has them. */
function elsewhere(file: ComposeFile): readonly PasswordPlace[] {
  const before = known.get(file.root);
  if (before !== undefined) return before;
  const services = entryAt(file.root, 'services')?.value;
  const all = services?.kind === 'mapping' ? Array.from(services.entries.values()) : [];
  const found = [
    ...all.flatMap(({ value }) => ofClients(file, value, false)),
    ...inValue(file, file.root, ''),
  ];
  known.set(file.root, found);
  return found;
}

function inValue(file: ComposeFile, value: ComposeValue, key: string): readonly PasswordPlace[] {
  if (value.kind === 'mapping') {
    return Array.from(value.entries, ([name, each]) => inValue(file, each.value, name)).flat();
  }
  if (value.kind === 'list') return value.items.flatMap((each) => inValue(file, each, ''));
  if (value.isNull) return [];
  const word = wordOf(value, file.variables);
  const [, name = '', part = ''] = /^([A-Za-z]\w*)=([\s\S]*)$/.exec(word.part) ?? [];
  const own = OF_REDIS.test(key) ? [word] : OF_REDIS.test(name) ? [{ ...word, part }] : [];
  const named = own.filter((each) => !NO_PASSWORD.test(writtenPart(each.part, each.filled)));
  return [...named, ...passwordsOfUrls(word)].map((each) => place('elsewhere', each));
}
