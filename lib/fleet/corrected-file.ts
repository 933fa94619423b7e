/**
 * A stage file with a valid value in the place of each malformed one, so that the checks of sense
 * judge the rest of the file in the same run.
 *
 * A problem counts only if it holds whatever the malformed settings are corrected to: no line may
 * be wrong once the others are corrected.
 */

import { type FileProblem, quoted } from './file-problem';
import { type Schema, type Schemas, schemaAt } from './schema-parts';

interface Correction {
  readonly path: readonly string[];
  /** `undefined`: `removed` is removed. */
  readonly values: readonly unknown[];
  readonly removed: readonly string[];
}

export interface FileChecks {
  readonly schema: Schema;
  readonly form: (content: unknown) => readonly FileProblem[];
  /** Judges a file whose form is right, but for names. */
  readonly sense: (content: unknown) => readonly FileProblem[];
}

/** A value that was added may need another one. */
const ROUNDS_MAX = 3;

/** The problems of sense of a file that has problems of form. */
export function certainProblems(content: unknown, checks: FileChecks): readonly FileProblem[] {
  const wrong = malformedValues(checks.form(content));
  const corrections = wrong.map((problem) => correctionOf(content, problem, checks.schema));
  const turns = Math.max(1, ...corrections.map(({ values }) => values.length));
  let certain: readonly FileProblem[] | undefined;
  for (let turn = 0; turn < turns && certain?.length !== 0; turn += 1) {
    const file = corrected(content, corrections, checks, turn);
    const found = file === undefined ? [] : checks.sense(file);
    certain = (certain ?? found).filter((one) => found.some((other) => isSame(one, other)));
  }
  const isMalformed = ({ path }: FileProblem) =>
    wrong.some((problem) => problem.path.every((part, index) => path[index] === part));
  return (certain ?? [])
    .filter((problem) => !isMalformed(problem) || problem.allowed.startsWith('nothing'))
    .map((problem) =>
      isMalformed(problem) ? { ...problem, given: givenAt(content, problem) } : problem,
    );
}

/** A name is no value: what has a malformed one is judged as it is. */
function malformedValues(problems: readonly FileProblem[]): readonly FileProblem[] {
  return problems.filter(({ kind }) => kind !== 'name');
}

function isSame(one: FileProblem, other: FileProblem): boolean {
  return one.path.join('\0') === other.path.join('\0') && one.allowed === other.allowed;
}

/** As the file has it: what was judged has another value there. */
function givenAt(content: unknown, { path, given }: FileProblem): string {
  const value = valueAt(content, path);
  return value === undefined ? given : quoted(value);
}

function correctionOf(content: unknown, problem: FileProblem, schema: Schema): Correction {
  const { path, kind, neededBy } = problem;
  const value = valueAt(content, path);
  if (kind === 'repeated' && Array.isArray(value)) {
    const once = Array.from(new Set(value));
    const others = validValues(schemaAt(schema, [...path, '0'])).filter(
      (each) => !once.includes(each),
    );
    return { path, values: [once, [...once, ...others.slice(0, 1)]], removed: path };
  }
  const values = validValues(schemaAt(schema, path));
  const parent = path.slice(0, -1);
  if (neededBy === undefined || isMain(schemaAt(schema, parent), neededBy)) {
    return { path, values, removed: path };
  }
  return { path, values: [...values, undefined], removed: [...parent, neededBy] };
}

/** Whether several settings need it, such as `vpcId`: it is what was meant, and stays. */
function isMain(schema: Schema | undefined, name: string): boolean {
  const needed = Object.values((schema?.dependencies ?? {}) as Record<string, readonly string[]>);
  return needed.filter((names) => names.includes(name)).length > 1;
}

/** Values that differ as much as what they may decide. None: the setting is removed. */
function validValues(schema: Schema | undefined): readonly unknown[] {
  const { type, examples, minimum, maximum, items, properties, required = [] } = schema ?? {};
  const choices = schema?.enum ?? examples;
  if (Array.isArray(choices)) return choices;
  if (type === 'boolean') return [true, false];
  if (type === 'integer') return [minimum, maximum];
  if (type === 'string') return examplesOf(String(schema?.title));
  if (type === 'array') {
    const all = validValues(items as Schema);
    return all.length === 0 ? [] : [all.slice(0, 1), all.slice(0, 2)];
  }
  if (type !== 'object' || schema?.minProperties !== undefined) return [];
  const names = required as readonly string[];
  const parts = names.map((name) => [name, validValues((properties as Schemas)[name])[0]]);
  return [Object.fromEntries(parts)];
}

/** Of another place than the one that a title names, for what compares places. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'us-east-1': 'eu-central-1',
  'eu-central-1': 'us-east-1',
  '111122223333': '444455556666',
  sun: 'wed',
};

/** What a title names as an example, and one that differs where others are compared with it. */
function examplesOf(title: string): readonly string[] {
  const [, example] = /\blike "([^"]+)"/.exec(title) ?? [];
  if (example === undefined) return [];
  const other = Object.entries(ELSEWHERE).reduce(
    (text, [here, there]) => (example.includes(here) ? text.replaceAll(here, there) : text),
    example,
  );
  return other === example ? [example] : [example, other];
}

function valueAt(content: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (within, name) =>
      typeof within === 'object' && within !== null && Object.hasOwn(within, name)
        ? Reflect.get(within, name)
        : undefined,
    content,
  );
}

/** `undefined` if some of it cannot be corrected. */
function corrected(
  content: unknown,
  corrections: readonly Correction[],
  { form, schema }: FileChecks,
  turn: number,
): unknown {
  const root = { file: structuredClone(content) };
  let left = corrections;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    correct(root, left, turn);
    const wrong = malformedValues(form(root.file));
    if (wrong.length === 0) return root.file;
    left = wrong.map((problem) => correctionOf(root.file, problem, schema));
  }
  return undefined;
}

function correct(root: object, corrections: readonly Correction[], turn: number): void {
  const lists = new Set<unknown[]>();
  for (const { path, values, removed } of corrections) {
    const value = structuredClone(values[turn % values.length]);
    if (value === undefined) remove(root, ['file', ...removed], lists);
    else set(root, ['file', ...path], value);
  }
  for (const list of lists) list.splice(0, list.length, ...list.filter((each) => each !== GONE));
}

/** Stands in a list until all of it is corrected: the indices of the others count until then. */
const GONE = Symbol('gone');

function set(root: object, path: readonly string[], value: unknown): void {
  const parent = valueAt(root, path.slice(0, -1));
  if (typeof parent === 'object' && parent !== null) Reflect.set(parent, path.at(-1) ?? '', value);
}

function remove(root: object, path: readonly string[], lists: Set<unknown[]>): void {
  const parent = valueAt(root, path.slice(0, -1));
  if (typeof parent !== 'object' || parent === null) return;
  if (!Array.isArray(parent)) Reflect.deleteProperty(parent, path.at(-1) ?? '');
  else {
    parent[Number(path.at(-1))] = GONE;
    lists.add(parent);
  }
}
