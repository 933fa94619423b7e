/**
 * Resolves conditions: lists each value that `Fn::If` can yield, without `AWS::NoValue`.
 *
 * A rule then checks each branch like a plain resource, so that no branch escapes the check.
 */

/** Values of conditions. */
type Choice = ReadonlyMap<string, boolean>;

export interface Branch {
  readonly value: unknown;
  /** The conditions of this branch, for an error. Empty without conditions. */
  readonly when: string;
  /** Resolves another value in this branch. Conditions outside of the choice stay. */
  resolve(other: unknown): unknown;
}

/** Up to this many conditions are tried in all combinations; of more, each arm once or twice. */
const COMBINED_MAX = 6;

type If = readonly [condition: string, whenTrue: unknown, whenFalse: unknown];

function ifOf(value: object): If | undefined {
  const given: unknown = Reflect.get(value, 'Fn::If');
  if (!Array.isArray(given) || given.length !== 3 || Object.keys(value).length !== 1) return;
  return given as unknown as If;
}

const isNoValue = (value: object) => Reflect.get(value, 'Ref') === 'AWS::NoValue';

/** Whether a value has conditions or `AWS::NoValue`. */
export function hasBranches(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasBranches);
  for (const name in value) {
    if (name === 'Fn::If' || (name === 'Ref' && isNoValue(value))) return true;
    if (hasBranches(Reflect.get(value, name))) return true;
  }
  return false;
}

/** Each value under any choice of conditions. */
export function branchesOf(value: unknown): readonly Branch[] {
  const arms: Choice[] = [];
  collectArms(value, new Map(), arms);
  const names = Array.from(new Set(arms.flatMap((arm) => Array.from(arm.keys()))));
  const choices =
    names.length <= COMBINED_MAX
      ? combinations(names)
      : arms.flatMap((arm) => completed(arm, names));
  return choices.map((choice) => ({
    value: chosen(value, choice),
    when: Array.from(choice, ([name, isTrue]) => `\`${name}\` is ${isTrue}`).join(' and '),
    resolve: (other) => chosen(other, choice),
  }));
}

/** Collects the choices that lead to each arm of each `Fn::If`. */
function collectArms(value: unknown, path: Choice, arms: Choice[]): void {
  if (typeof value !== 'object' || value === null) return;
  const given = ifOf(value);
  if (given === undefined) {
    for (const each of Object.values(value)) collectArms(each, path, arms);
    return;
  }
  const [name, ...both] = given;
  for (const isTrue of [true, false]) {
    if (path.get(name) === !isTrue) continue;
    const arm = new Map(path).set(name, isTrue);
    arms.push(arm);
    collectArms(both[isTrue ? 0 : 1], arm, arms);
  }
}

function combinations(names: readonly string[]): readonly Choice[] {
  return names.reduce<readonly Choice[]>(
    (all, name) =>
      all.flatMap((each) => [true, false].map((isTrue) => new Map(each).set(name, isTrue))),
    [new Map()],
  );
}

/** The arm with all other conditions true, and with all of them false. */
function completed(arm: Choice, names: readonly string[]): readonly Choice[] {
  return [true, false].map(
    (others) => new Map(names.map((name) => [name, arm.get(name) ?? others])),
  );
}

/** Returns undefined for `AWS::NoValue`. */
function chosen(value: unknown, choice: Choice): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((each) => chosen(each, choice)).filter((each) => each !== undefined);
  }
  if (isNoValue(value)) return undefined;
  const [name, whenTrue, whenFalse] = ifOf(value) ?? [];
  const isTrue = name === undefined ? undefined : choice.get(name);
  if (isTrue !== undefined) return chosen(isTrue ? whenTrue : whenFalse, choice);
  const entries = Object.entries(value).map(([key, each]) => [key, chosen(each, choice)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}
