/** Services of a compose file with the keys of those that they `extends`, in it or beside it. */

import { resolve } from 'node:path';
import { type ComposeFile, type NotRead, readComposeFile } from './compose-file';
import { type ComposeEntry, type ComposeValue, entryAt, scalarsOf } from './compose-value';
import { valueOfWord, wordOf } from './compose-word';

export interface ExtendedService {
  readonly value: ComposeValue;
  /** The service or file that is not here to read. */
  readonly missing?: string;
}

const CHAIN_MAX = 10;
/** Services of other files, each of which is copied. */
const COPIES_MAX = 100;
/** Keys whose lists are joined; of others, the service's own value counts. */
const JOINED =
  /^(?:ports|expose|volumes|secrets|configs|env_file|tmpfs|cap_add|cap_drop|security_opt)$/;

export class ExtendedServices {
  readonly #files = new Map<string, ComposeFile | NotRead>();
  readonly #file: ComposeFile;
  #copies = 0;

  constructor(file: ComposeFile) {
    this.#file = file;
  }

  of(value: ComposeValue): ExtendedService {
    return this.#followed(this.#file, value, 0);
  }

  #followed(file: ComposeFile, value: ComposeValue, steps: number): ExtendedService {
    const given = entryAt(value, 'extends');
    if (given === undefined) return { value };
    const text = (each: ComposeValue | undefined) => {
      const [scalar] = scalarsOf(each);
      return scalar === undefined ? '' : valueOfWord(wordOf(scalar, file.variables));
    };
    const isName = given.value.kind === 'scalar';
    const name = text(isName ? given.value : entryAt(given.value, 'service')?.value);
    const path = isName ? '' : text(entryAt(given.value, 'file')?.value);
    const other = path === '' ? file : this.#read(resolve(file.folder, path));
    if ('reason' in other) return { value, missing: path };
    const found = entryAt(other.root, 'services', name)?.value;
    if (found?.kind !== 'mapping' || steps >= CHAIN_MAX) return { value, missing: name };
    if (path !== '') this.#copies += 1;
    if (this.#copies > COPIES_MAX) return { value, missing: path };
    const base = this.#followed(other, found, steps + 1);
    const copied = path === '' ? base.value : copyOf(base.value, given.line, other.folder);
    return { ...base, value: merged(copied, value) };
  }

  #read(path: string): ComposeFile | NotRead {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const read = readComposeFile(path);
    const file = 'reason' in read ? read : { ...read, variables: this.#file.variables };
    this.#files.set(path, file);
    return file;
  }
}

/** With the line of `extends`, and paths from the folder of the other file. */
function copyOf(value: ComposeValue, line: number, folder: string): ComposeValue {
  if (value.kind === 'scalar') {
    const isPath = /^\.{1,2}\//.test(value.text);
    return { ...value, line, text: isPath ? absolute(value.text, folder) : value.text };
  }
  if (value.kind === 'list') {
    return { ...value, line, items: value.items.map((each) => copyOf(each, line, folder)) };
  }
  const entries = Array.from(value.entries, ([key, entry]): [string, ComposeEntry] => [
    key,
    { line, value: copyOf(entry.value, line, folder) },
  ]);
  return { ...value, line, entries: new Map(entries) };
}

function absolute(text: string, folder: string): string {
  const [, first = '', rest = ''] = /^([^:]*)([\s\S]*)$/.exec(text) ?? [];
  return resolve(folder, first) + rest;
}

function merged(base: ComposeValue, own: ComposeValue, key = ''): ComposeValue {
  if (base.kind === 'mapping' && own.kind === 'mapping') {
    const entries = new Map(base.entries);
    for (const [name, entry] of own.entries) {
      const under = key === '' && name === 'extends' ? undefined : base.entries.get(name);
      entries.set(
        name,
        under ? { ...entry, value: merged(under.value, entry.value, name) } : entry,
      );
    }
    return { ...own, entries };
  }
  if (key === 'environment') return merged(variablesOf(base), variablesOf(own));
  if (base.kind !== 'list' || own.kind !== 'list' || !JOINED.test(key)) return own;
  const targets = new Set(own.items.map(targetOf));
  const kept =
    key === 'volumes' ? base.items.filter((each) => !targets.has(targetOf(each))) : base.items;
  return { ...own, items: [...kept, ...own.items] };
}

/** `- NAME=value` as a mapping. */
function variablesOf(value: ComposeValue): ComposeValue {
  if (value.kind === 'mapping') return value;
  const entries = scalarsOf(value).map((scalar): [string, ComposeEntry] => {
    const [, name = '', text] = /^([^=]*)(?:=([\s\S]*))?$/.exec(scalar.text) ?? [];
    const own = { ...scalar, text: text ?? '', isNull: text === undefined };
    return [name, { line: scalar.line, value: own }];
  });
  return { kind: 'mapping', line: value.line, entries: new Map(entries) };
}

function targetOf(value: ComposeValue): string {
  const [scalar] = scalarsOf(value.kind === 'mapping' ? entryAt(value, 'target')?.value : value);
  const text = scalar?.text ?? '';
  return value.kind === 'mapping' ? text : (text.split(':')[1] ?? text);
}
