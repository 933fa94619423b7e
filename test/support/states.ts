/**
 * Runs a definition of Step Functions far enough for ours: Wait, Task, Choice, Fail and Succeed,
 * and the few paths and intrinsic functions in it. What it does not know it refuses.
 *
 * https://states-language.net/spec.html
 */

type Json = { readonly [key: string]: unknown };

interface State extends Json {
  readonly Type: string;
  readonly Next?: string;
}

export interface Ran {
  readonly ending: string;
  readonly waitedSeconds: number;
  readonly calls: readonly (readonly [resource: string, parameters: Json])[];
}

const STEPS_MAX = 1_000;

/** When an execution begins here. */
const BEGINS = Date.UTC(2026, 0, 1);

/** @throws Error where AWS would fail the execution with `States.Runtime`. */
export function runStates(
  definition: Json,
  input: Json,
  answer: (resource: string, call: number) => Json,
): Ran {
  const states = definition.States as Record<string, State>;
  const calls: [string, Json][] = [];
  let data: Json = input;
  let waitedSeconds = 0;
  let name = definition.StartAt as string;
  for (let step = 0; step < STEPS_MAX; step++) {
    if (waitedSeconds >= Number(definition.TimeoutSeconds)) {
      return { ending: 'States.Timeout', waitedSeconds, calls };
    }
    const state = states[name];
    const EnteredTime = new Date(BEGINS + waitedSeconds * 1_000).toISOString();
    const context = { State: { Name: name, EnteredTime } };
    if (!state) throw new Error(`there is no state ${name}`);
    if (state.Type === 'Fail') return { ending: String(state.Error), waitedSeconds, calls };
    if (state.Type === 'Succeed') return { ending: name, waitedSeconds, calls };
    if (state.Type === 'Wait') waitedSeconds += Number(state.Seconds);
    else if (state.Type === 'Task') {
      const resource = String(state.Resource);
      const parameters = filled(state.Parameters as Json, data, context);
      const output = answer(resource, calls.length);
      calls.push([resource, parameters]);
      const key = String(state.ResultPath).slice('$.'.length);
      data = { ...data, [key]: filled(state.ResultSelector as Json, output, context) };
    } else if (state.Type !== 'Choice') throw new Error(`a state is of type ${state.Type}`);
    name = state.Type === 'Choice' ? chosen(state, data) : String(state.Next);
  }
  throw new Error(`it did not end within ${STEPS_MAX} steps`);
}

function filled(template: Json, data: Json, context: Json): Json {
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), evaluated(String(value), data, context)]
        : [key, value],
    ),
  );
}

function evaluated(expression: string, data: Json, context: Json): unknown {
  if (expression.startsWith('$$.')) return at(expression.slice('$'.length), context);
  const [, intrinsic, path = ''] = /^States\.(\w+)\((.*)\)$/.exec(expression) ?? [];
  if (intrinsic === 'Array') return [at(path, data)];
  if (intrinsic === 'ArrayLength') return (at(path, data) as unknown[]).length;
  if (intrinsic !== undefined) throw new Error(`an intrinsic is ${intrinsic}`);
  return at(expression, data);
}

/** A filter answers with a list, and whatever follows it is asked of each in that list. */
function at(path: string, data: Json): unknown {
  const [, before = '', field = '', value, after] =
    /^(.*)\[\?\(@\.(\w+)=='(\w+)'\)\]\.(\w+)$/.exec(path) ?? [];
  if (after !== undefined) {
    const list = at(before, data) as readonly Json[];
    return list.filter((each) => each[field] === value).map((each) => each[after]);
  }
  if (!/^\$(\.\w+|\[\d+\])*$/.test(path)) throw new Error(`a path is ${path}`);
  let found: unknown = data;
  for (const [, name, index] of path.matchAll(/\.(\w+)|\[(\d+)\]/g)) {
    found = (found as Json | undefined)?.[name ?? index ?? ''];
    if (found === undefined) throw new Error(`States.Runtime: ${path} is not in the data`);
  }
  return found;
}

function chosen(state: State, data: Json): string {
  const rules = state.Choices as readonly Json[];
  return String(rules.find((rule) => holds(rule, data))?.Next ?? state.Default);
}

function holds(rule: Json, data: Json): boolean {
  if (Array.isArray(rule.And)) return rule.And.every((each: Json) => holds(each, data));
  if (rule.Not) return !holds(rule.Not as Json, data);
  const { Variable, Next, ...comparison } = rule;
  const [[operator = '', given] = []] = Object.entries(comparison);
  const compare = COMPARISONS[operator.replace(/Path$/, '')];
  if (!compare) throw new Error(`a rule is ${JSON.stringify(rule)}`);
  const other = operator.endsWith('Path') ? at(String(given), data) : given;
  return compare(at(String(Variable), data), other);
}

/** Of values that are not both of the operator's type, each is false. */
const COMPARISONS: Readonly<Record<string, (one: unknown, other: unknown) => boolean>> = {
  NumericEquals: (one, other) => typeof one === 'number' && one === other,
  StringEquals: (one, other) => typeof one === 'string' && one === other,
  TimestampGreaterThanEquals: (one, other) => millisecondsOf(one) >= millisecondsOf(other),
};

/** NaN, which compares as false, of what is no timestamp: RFC 3339 with a large T and Z. */
function millisecondsOf(value: unknown): number {
  const isTimestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  return typeof value === 'string' && isTimestamp.test(value) ? Date.parse(value) : Number.NaN;
}
