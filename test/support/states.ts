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
    if (!state) throw new Error(`there is no state ${name}`);
    if (state.Type === 'Fail') return { ending: String(state.Error), waitedSeconds, calls };
    if (state.Type === 'Succeed') return { ending: name, waitedSeconds, calls };
    if (state.Type === 'Wait') waitedSeconds += Number(state.Seconds);
    else if (state.Type === 'Task') {
      const resource = String(state.Resource);
      const parameters = filled(state.Parameters as Json, data);
      const output = answer(resource, calls.length);
      calls.push([resource, parameters]);
      const key = String(state.ResultPath).slice('$.'.length);
      data = { ...data, [key]: filled(state.ResultSelector as Json, output) };
    } else if (state.Type !== 'Choice') throw new Error(`a state is of type ${state.Type}`);
    name = state.Type === 'Choice' ? chosen(state, data) : String(state.Next);
  }
  throw new Error(`it did not end within ${STEPS_MAX} steps`);
}

function filled(template: Json, data: Json): Json {
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$') ? [key.slice(0, -2), evaluated(String(value), data)] : [key, value],
    ),
  );
}

function evaluated(expression: string, data: Json): unknown {
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
  const value = at(String(rule.Variable), data);
  if (rule.NumericEquals !== undefined) return value === rule.NumericEquals;
  const other = rule.StringEqualsPath ?? rule.NumericEqualsPath;
  if (other === undefined) throw new Error(`a rule is ${JSON.stringify(rule)}`);
  return value === at(String(other), data);
}
