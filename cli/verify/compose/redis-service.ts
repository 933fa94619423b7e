/** A Redis service of a compose file: what it runs, with which settings and which mounted files. */

import { existsSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import {
  type Directive,
  directivesInFile,
  serverStarts,
  shellScriptIn,
} from './compose-directives';
import { boundedText, type ComposeFile } from './compose-file';
import { type ComposeImage, composeImageOf } from './compose-image';
import { type ComposeValue, entryAt, scalarsOf } from './compose-value';
import {
  type ComposeWord,
  commandWords,
  plainWord,
  splitWord,
  valueOfWord,
  wordOf,
} from './compose-word';
import { type ExtendedService, ExtendedServices } from './extended-services';
import { isUnknownPart, variablesOf } from './interpolation';
import { programWithoutServer, withoutHosts } from './service-command';

export interface RedisService {
  readonly name: string;
  readonly line: number;
  readonly value: ComposeValue;
  readonly image: ComposeImage;
  readonly role: 'server' | 'sentinel';
  /** The program of a container of the image that runs no server: `redis-cli`. */
  readonly client: string | undefined;
  /** The words of entry point and command. */
  readonly words: readonly ComposeWord[];
  /** What a shell runs: of `-c`, or a mounted script. */
  readonly script: ServiceScript | undefined;
  /** Directives of each way in which the command starts the server: at least one. */
  readonly starts: readonly (readonly Directive[])[];
  readonly environment: readonly EnvironmentVariable[];
  readonly mounts: readonly ServiceMount[];
  /** Files that decide on the server and that cannot be read from here. */
  readonly unread: readonly string[];
  readonly hasOwnEntrypoint: boolean;
  /** `extends` names what is not here to read. */
  readonly isExtended: boolean;
}

export interface ServiceScript {
  readonly word: ComposeWord;
  /** Absent for the text of `-c`. */
  readonly file?: string;
}

export interface EnvironmentVariable {
  readonly name: string;
  /** Absent where compose takes the value of its own environment. */
  readonly word?: ComposeWord;
  readonly line: number;
  readonly isListItem: boolean;
  /** Of an `env_file`. */
  readonly file?: string;
}

export interface ServiceMount {
  /** A path of the host, or the name of a volume; empty for an anonymous volume. */
  readonly source: string;
  readonly target: string;
  /** The text of a config that is in the compose file. */
  readonly content?: ComposeWord;
}

/** Files with directives; the first path after the program is one by any name. */
const CONFIGURATION = /\.(?:conf|acl)$/;

/** `NAME=value` or `NAME` of a list; `NAME: value`, a slip, has no name that may be printed. */
const VARIABLE = /^([A-Za-z_][\w.-]*)?(?:=([\s\S]*))?/;

/** All Redis services of a file. */
export function redisServices(file: ComposeFile): readonly RedisService[] {
  const services = entryAt(file.root, 'services')?.value;
  if (services?.kind !== 'mapping') return [];
  const extended = new ExtendedServices(file);
  return Array.from(services.entries, ([name, { value, line }]) =>
    serviceOf(file, name, extended.of(value), line),
  ).flatMap((each) => each ?? []);
}

function serviceOf(file: ComposeFile, name: string, extended: ExtendedService, line: number) {
  const { value, missing } = extended;
  const { variables } = file;
  const entrypoint = commandWords(entryAt(value, 'entrypoint')?.value, variables);
  const words = [...entrypoint, ...commandWords(entryAt(value, 'command')?.value, variables)];
  const script = shellScriptIn(words);
  const [image] = scalarsOf(entryAt(value, 'image')?.value);
  const inScript = script ? serverWordsIn(script) : [];
  const found = composeImageOf(
    name,
    image && wordOf(image, variables),
    [...withoutHosts(words), ...inScript],
    line,
  );
  if (found === undefined) return undefined;
  const mounts = mountsOf(file, value);
  const environment = environmentOf(file, value);
  const run = script === undefined ? mountedScript(file, words, mounts) : { word: script };
  const read = settingsOf(file, [...words, ...argumentsInEnvironment(environment)], mounts);
  return {
    name,
    line,
    value,
    image: found,
    role: isSentinel(found.name, words, script) ? ('sentinel' as const) : ('server' as const),
    words,
    client: programWithoutServer(words, run?.word),
    script: run,
    ...read,
    environment,
    mounts,
    hasOwnEntrypoint: entrypoint.length > 0,
    isExtended: missing !== undefined,
  };
}

function serverWordsIn(script: ComposeWord): readonly ComposeWord[] {
  const all = script.part.split(/[\s"';]+/).map((each) => plainWord(each, script.line));
  return withoutHosts(all);
}

function isSentinel(image: string, words: readonly ComposeWord[], script: ComposeWord | undefined) {
  const all = [image, ...words.map(({ part }) => part), script?.part ?? ''].join(' ');
  return /(?:redis|valkey)-sentinel\b|(?:^|\s)--sentinel\b/.test(all);
}

/** Volumes and configs, short and long. */
function mountsOf(file: ComposeFile, value: ComposeValue): readonly ServiceMount[] {
  const text = (each: ComposeValue | undefined) => {
    const [scalar] = scalarsOf(each);
    return scalar === undefined ? '' : namedValue(wordOf(scalar, file.variables));
  };
  const volumes = listOf(entryAt(value, 'volumes')?.value).map((each): ServiceMount => {
    if (each.kind === 'mapping') {
      const target = text(entryAt(each, 'target')?.value);
      return { source: text(entryAt(each, 'source')?.value), target };
    }
    const [source = '', target] = text(each).split(':');
    return target === undefined ? { source: '', target: source } : { source, target };
  });
  const configs = listOf(entryAt(value, 'configs')?.value).map((each): ServiceMount => {
    const name = text(each.kind === 'mapping' ? entryAt(each, 'source')?.value : each);
    const target = text(entryAt(each, 'target')?.value) || `/${name}`;
    const path = text(entryAt(file.root, 'configs', name, 'file')?.value);
    const [content] = scalarsOf(entryAt(file.root, 'configs', name, 'content')?.value);
    const inline = content && { content: wordOf(content, file.variables) };
    return { source: path === '' ? '' : `./${path.replace(/^\.\//, '')}`, target, ...inline };
  });
  return [...volumes, ...configs];
}

/** With the name of a variable that has no value, such as the path of a volume. */
function namedValue(word: ComposeWord): string {
  const [first] = variablesOf(word.part.slice(0, 1), word.filled);
  const isUnknown = first && isUnknownPart(word.part.slice(0, 1), word.filled);
  return isUnknown ? `$${first.name}${valueOfWord(word)}` : valueOfWord(word);
}

function listOf(value: ComposeValue | undefined): readonly ComposeValue[] {
  return value?.kind === 'list' ? value.items : [];
}

/** The host's file behind a path in the container. */
function hostFile({ folder }: ComposeFile, mounts: readonly ServiceMount[], path: string) {
  for (const { source, target } of mounts) {
    const inside = posix.relative(target, path);
    if (!/^[./~]/.test(source) || target === '' || inside.startsWith('..')) continue;
    return join(resolve(folder, source), inside);
  }
  return undefined;
}

function settingsOf(
  file: ComposeFile,
  words: readonly ComposeWord[],
  mounts: readonly ServiceMount[],
): Pick<RedisService, 'starts' | 'unread'> {
  const given = serverStarts(words);
  const unread: string[] = [];
  const all = given.length === 0 ? [{ directives: [], paths: configsIn(words) }] : given;
  const read = (path: string): readonly Directive[] => {
    if (!path.startsWith('/') && !path.endsWith('.conf')) return [];
    const inline = mounts.find(({ target, content }) => content && target === path)?.content;
    if (inline) return directivesInFile(inline.part, path, inline);
    const host = hostFile(file, mounts, path);
    const text = host === undefined ? undefined : boundedText(host);
    if (host !== undefined && typeof text === 'string') {
      return directivesInFile(text, relative(process.cwd(), host) || host);
    }
    unread.push(path);
    return [];
  };
  const starts = all.map(({ directives, paths }) => {
    const own = [
      ...paths.filter((path, index) => index === 0 || CONFIGURATION.test(path)).flatMap(read),
      ...directives,
    ];
    const users = own
      .filter(({ name }) => name === 'aclfile')
      .flatMap(({ values: [path] }) => (path ? read(valueOfWord(path)) : []));
    return [...own, ...users];
  });
  return { starts, unread };
}

/** Arguments of the server that images read from variables: Redis Stack and Dragonfly. */
function argumentsInEnvironment(
  environment: readonly EnvironmentVariable[],
): readonly ComposeWord[] {
  return environment.flatMap(({ name, word }) => {
    if (word === undefined) return [];
    if (/^(?:REDIS|VALKEY)_(?:ARGS|EXTRA_FLAGS)$/.test(name)) return splitWord(word);
    const [, flag] = /^DFLY_(\w+)$/.exec(name) ?? [];
    return flag === undefined ? [] : [{ ...word, part: `--${flag}=${word.part}` }];
  });
}

/** Configurations that a mounted script is given. */
function configsIn(words: readonly ComposeWord[]): readonly string[] {
  return words.map(valueOfWord).filter((each) => each.startsWith('/') && CONFIGURATION.test(each));
}

/** A script that the command starts from a mounted folder. */
function mountedScript(
  file: ComposeFile,
  words: readonly ComposeWord[],
  mounts: readonly ServiceMount[],
): ServiceScript | undefined {
  for (const word of words) {
    const path = valueOfWord(word);
    if (!path.startsWith('/') || !path.endsWith('.sh')) continue;
    const host = hostFile(file, mounts, path);
    const text = host === undefined ? undefined : boundedText(host);
    if (host === undefined || typeof text !== 'string') continue;
    return { word: plainWord(text, 1), file: relative(process.cwd(), host) || host };
  }
  return undefined;
}

/** A mounted script among the words of a health check. */
export function scriptOf(file: ComposeFile, service: RedisService, words: readonly ComposeWord[]) {
  return mountedScript(file, words, service.mounts);
}

function environmentOf(file: ComposeFile, value: ComposeValue): readonly EnvironmentVariable[] {
  const { variables } = file;
  const given = entryAt(value, 'environment')?.value;
  const own =
    given?.kind === 'mapping'
      ? Array.from(given.entries, ([key, entry]): EnvironmentVariable => {
          const [, name = ''] = VARIABLE.exec(key) ?? [];
          const [scalar] = scalarsOf(entry.value);
          const word = scalar && { ...wordOf(scalar, variables), line: entry.line };
          return { name, line: entry.line, isListItem: false, ...(word ? { word } : {}) };
        })
      : scalarsOf(given).map((item): EnvironmentVariable => {
          const word = wordOf(item, variables);
          const [, name = '', rest] = VARIABLE.exec(word.part) ?? [];
          const filled = rest === undefined ? {} : { word: { ...word, part: rest } };
          return { name, line: item.line, isListItem: true, ...filled };
        });
  return [...own, ...ofEnvFiles(file, value)];
}

function ofEnvFiles(file: ComposeFile, value: ComposeValue): readonly EnvironmentVariable[] {
  const given = entryAt(value, 'env_file')?.value;
  const paths = [
    ...scalarsOf(given),
    ...listOf(given).flatMap((each) => scalarsOf(entryAt(each, 'path')?.value)),
  ];
  return paths.flatMap((scalar) => {
    const path = resolve(file.folder, valueOfWord(wordOf(scalar, file.variables)));
    const text = existsSync(path) ? boundedText(path) : undefined;
    if (typeof text !== 'string') return [];
    return Object.entries(parseEnv(text)).map(([name, each]) => ({
      name,
      word: plainWord(each ?? '', scalar.line),
      line: scalar.line,
      isListItem: false,
      file: relative(process.cwd(), path),
    }));
  });
}
