/** Values of a compose file with their lines, after aliases and merge keys are followed. */

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
} from 'yaml';

export type ComposeValue = ComposeScalar | ComposeList | ComposeMapping;

export interface ComposeScalar {
  readonly kind: 'scalar';
  readonly text: string;
  readonly isNull: boolean;
  readonly line: number;
}

export interface ComposeList {
  readonly kind: 'list';
  readonly items: readonly ComposeValue[];
  readonly line: number;
}

export interface ComposeMapping {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, ComposeEntry>;
  readonly line: number;
}

export interface ComposeEntry {
  /** The line of the key. */
  readonly line: number;
  readonly value: ComposeValue;
}

/** Values after all aliases are followed; a file of few lines can have billions. */
const VALUES_MAX = 50_000;
const DEPTH_MAX = 100;

/** A file that is not followed to its end. */
export class TooLarge extends Error {}

/** @throws TooLarge if there are more values than a compose file has */
export function composeValueOf(document: Document, lines: LineCounter): ComposeValue | undefined {
  const follower = new Follower(document, lines);
  return document.contents === null ? undefined : follower.valueOf(document.contents as Node, 0);
}

class Follower {
  readonly #document: Document;
  readonly #lines: LineCounter;
  #count = 0;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  valueOf(node: unknown, depth: number): ComposeValue {
    this.#count += 1;
    if (this.#count > VALUES_MAX) throw new TooLarge(`more than ${VALUES_MAX} values`);
    if (depth > DEPTH_MAX) throw new TooLarge(`more than ${DEPTH_MAX} levels`);
    const line = this.#lineOf(node);
    if (isAlias(node)) return this.#followed(node, depth, line);
    if (isSeq(node)) {
      return { kind: 'list', line, items: node.items.map((each) => this.valueOf(each, depth + 1)) };
    }
    if (isMap(node)) return { kind: 'mapping', line, entries: this.#entriesOf(node.items, depth) };
    return scalarOf(node, line);
  }

  /** With the line of the alias: there the value is used. */
  #followed(alias: Alias, depth: number, line: number): ComposeValue {
    const found = alias.resolve(this.#document);
    if (found === undefined) return { kind: 'scalar', text: '', isNull: true, line };
    return { ...this.valueOf(found, depth + 1), line };
  }

  #entriesOf(pairs: readonly unknown[], depth: number): ReadonlyMap<string, ComposeEntry> {
    const own = new Map<string, ComposeEntry>();
    const merged = new Map<string, ComposeEntry>();
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const { key, value } = pair as Pair;
      const name = isScalar(key) ? String(key.value) : '';
      const line = this.#lineOf(key);
      const entry = { line, value: this.valueOf(value, depth + 1) };
      if (name === '<<') this.#merge(entry, merged);
      else own.set(name, entry);
    }
    return new Map([...merged, ...own]);
  }

  /** Of several mappings, the first one wins. */
  #merge({ value }: ComposeEntry, into: Map<string, ComposeEntry>): void {
    for (const each of value.kind === 'list' ? value.items : [value]) {
      if (each.kind !== 'mapping') continue;
      for (const [name, entry] of each.entries) if (!into.has(name)) into.set(name, entry);
    }
  }

  #lineOf(node: unknown): number {
    const start = (node as Node | null)?.range?.[0];
    return start === undefined ? 1 : this.#lines.linePos(start).line;
  }
}

/** Plain scalars by their source, since `6379:6379` and `0444` are texts here. */
function scalarOf(node: unknown, line: number): ComposeScalar {
  if (!isScalar(node) || node.value === null)
    return { kind: 'scalar', text: '', isNull: true, line };
  const { source, value, type } = node;
  const text = type === 'PLAIN' && source !== undefined ? source : String(value);
  return { kind: 'scalar', text, isNull: false, line };
}

/** What is at a path of keys. */
export function entryAt(
  value: ComposeValue | undefined,
  ...path: readonly string[]
): ComposeEntry | undefined {
  let found: ComposeEntry | undefined = value && { line: value.line, value };
  for (const key of path) {
    found = found?.value.kind === 'mapping' ? found.value.entries.get(key) : undefined;
  }
  return found;
}

/** Scalars of a list, or the scalar alone. */
export function scalarsOf(value: ComposeValue | undefined): readonly ComposeScalar[] {
  if (value === undefined) return [];
  const all = value.kind === 'list' ? value.items : [value];
  return all.flatMap((each) => (each.kind === 'scalar' && !each.isNull ? [each] : []));
}
