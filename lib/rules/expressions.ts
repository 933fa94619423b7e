/**
 * Follows the expressions of CloudFormation to the values that they can have: references within a
 * stack, between stacks and into nested stacks, parameters, mappings, conditions and functions.
 *
 * A value that only the deploy knows stays a text that names where it comes from, in `<…>`.
 */

import type { Stack } from 'aws-cdk-lib/core';

/** A template whose expressions are followed, among those of its app. */
export interface Scope {
  /** Its place in `app.stacks`. */
  readonly index: number;
  readonly stack: Stack;
  readonly template: {
    readonly Outputs?: Readonly<Record<string, { readonly Value?: unknown }>>;
    readonly Parameters?: Readonly<Record<string, { readonly AllowedValues?: readonly unknown[] }>>;
    readonly Mappings?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  };
  readonly app: {
    readonly stacks: readonly Scope[];
    stackOf(stack: Stack): Scope | undefined;
    exported(name: string): { readonly stack: Scope; readonly value: unknown } | undefined;
  };
  resource(id: string): { readonly properties: Readonly<Record<string, unknown>> } | undefined;
}

/** A resource and its attribute in a text: `<index of the stack#logical id.attribute>`. */
export const SYMBOL = /<(\d+#\w+)\.[^<>]*>/g;

/** How many values an expression is followed to, and how deep. More of either stays as it is. */
const VALUES_MAX = 200;
const DEPTH_MAX = 30;

type Arguments = readonly unknown[];
type Follow = (stack: Scope, given: unknown, depth: number) => readonly string[] | undefined;

/** Every text that a value can have. A list gives those of its items, an object of its values. */
export function possibleTexts(stack: Scope, value: unknown, depth = 0): readonly string[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [String(value)];
  if (Array.isArray(value)) return value.flatMap((each) => possibleTexts(stack, each, depth));
  const [name, given] = functionOf(value) ?? [];
  if (name === undefined) {
    return Object.values(value).flatMap((each) => possibleTexts(stack, each, depth));
  }
  const texts = depth < DEPTH_MAX ? FUNCTIONS[name]?.(stack, given, depth + 1) : undefined;
  if (texts !== undefined && texts.length <= VALUES_MAX) return texts;
  return [`${name}(${depth < DEPTH_MAX ? possibleTexts(stack, given, depth + 1).join(',') : ''})`];
}

/** The name and the arguments of a function of CloudFormation. */
function functionOf(value: object): readonly [string, unknown] | undefined {
  const entries = Object.entries(value);
  const [entry] = entries;
  if (entries.length !== 1 || entry === undefined) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
}

/** A value with each expression in it replaced by its text, so that two can be compared. */
export function comparable(stack: Scope, value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => comparable(stack, each));
  if (functionOf(value)) return possibleTexts(stack, value).join(' or ');
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, comparable(stack, each)]));
}

/** The items of a list of objects, those of both branches of a condition. */
export function listItems(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(listItems);
  const [name, given] = functionOf(value) ?? [];
  if (name === 'Fn::If') return listItems((given as Arguments).slice(1));
  if (name === 'Ref') return [];
  return [value as Readonly<Record<string, unknown>>];
}

const FUNCTIONS: Readonly<Record<string, Follow>> = {
  Ref: (stack, given, depth) => {
    const name = String(given);
    if (name === 'AWS::NoValue') return [];
    if (name.startsWith('AWS::')) return [`<${name}>`];
    return parameter(stack, name, depth) ?? [symbol(stack, name, 'Ref')];
  },
  'Fn::GetAtt': (stack, given, depth) => {
    const parts = Array.isArray(given) ? given.map(String) : String(given).split('.');
    const [id = '', ...attribute] = parts;
    return (
      nestedOutput(stack, id, attribute.join('.'), depth) ?? [
        symbol(stack, id, attribute.join('.')),
      ]
    );
  },
  'Fn::ImportValue': (stack, given, depth) => {
    const exports = possibleTexts(stack, given, depth).map((name) => stack.app.exported(name));
    if (exports.includes(undefined)) return undefined;
    return exports.flatMap((found) =>
      found ? possibleTexts(found.stack, found.value, depth) : [],
    );
  },
  'Fn::GetStackOutput': (stack, given, depth) => {
    const { StackName, OutputName } = given as Record<string, unknown>;
    const names = possibleTexts(stack, StackName, depth);
    const [output = ''] = possibleTexts(stack, OutputName, depth);
    // Of an ARN the name is the second part.
    const from = stack.app.stacks.find(({ stack: { stackName } }) =>
      names.some((name) => name === stackName || name.split('/')[1] === stackName),
    );
    const found = from?.template.Outputs?.[output];
    return from && found && possibleTexts(from, found.Value, depth);
  },
  'Fn::If': (stack, given, depth) => possibleTexts(stack, (given as Arguments).slice(1), depth),
  'Fn::Join': (stack, given, depth) => {
    const [delimiter, parts] = given as readonly [string, unknown];
    if (!Array.isArray(parts)) return undefined;
    return combined(
      parts.map((part) => possibleTexts(stack, part, depth)).filter(({ length }) => length > 0),
      delimiter,
    );
  },
  'Fn::Sub': (stack, given, depth) => {
    const [text, variables] = Array.isArray(given) ? given : [given, {}];
    const parts = String(text).split(/(\$\{[^}]*\})/);
    return combined(
      parts.map((part) => substituted(stack, part, variables ?? {}, depth)),
      '',
    );
  },
  'Fn::Select': (stack, given, depth) => {
    const [position, from] = given as Arguments;
    const [index] = possibleTexts(stack, position, depth);
    if (Array.isArray(from)) return possibleTexts(stack, from[Number(index)], depth);
    const [name, inner] = functionOf((from ?? {}) as object) ?? [];
    if (name !== 'Fn::Split') return undefined;
    const [delimiter, source] = inner as readonly [string, unknown];
    const texts = possibleTexts(stack, source, depth);
    if (texts.some((text) => text.includes('<'))) return undefined;
    return texts.map((text) => text.split(delimiter)[Number(index)] ?? '');
  },
  'Fn::FindInMap': (stack, given, depth) => {
    const [name, ...keys] = (given as Arguments).map((each) => possibleTexts(stack, each, depth));
    const mapping = stack.template.Mappings?.[name?.[0] ?? ''];
    if (mapping === undefined) return undefined;
    const [top, second] = keys;
    const chosen = Object.entries(mapping).filter(([key]) => isPossible(top, key));
    return chosen.flatMap(([, values]) =>
      Object.entries(values).flatMap(([key, value]) =>
        isPossible(second, key) ? possibleTexts(stack, value, depth) : [],
      ),
    );
  },
};

/** Whether a key of a mapping may be meant: a key that only the deploy knows may be each. */
function isPossible(texts: readonly string[] | undefined, key: string): boolean {
  return texts?.some((text) => text === key || text.includes('<')) ?? true;
}

function symbol(stack: Scope, id: string, attribute: string): string {
  return `<${stack.index}#${id}.${attribute}>`;
}

/** What a parameter can be: what the parent passes, or else one of its allowed values. */
function parameter(stack: Scope, name: string, depth: number): readonly string[] | undefined {
  const declared = stack.template.Parameters?.[name];
  if (declared === undefined) return undefined;
  const { nestedStackResource: nested, nestedStackParent: parent } = stack.stack;
  const above = parent && stack.app.stackOf(parent);
  if (nested && above) {
    const { Parameters } = above.resource(above.stack.resolve(nested.logicalId))?.properties ?? {};
    const passed = (Parameters as Record<string, unknown> | undefined)?.[name];
    if (passed !== undefined) return possibleTexts(above, passed, depth);
  }
  return declared.AllowedValues?.map(String);
}

/** The value of an output of a nested stack. */
function nestedOutput(
  stack: Scope,
  id: string,
  attribute: string,
  depth: number,
): readonly string[] | undefined {
  const [, name] = /^Outputs\.(\w+)$/.exec(attribute) ?? [];
  if (name === undefined) return undefined;
  const nested = stack.app.stacks.find(
    ({ stack: { nestedStackParent, nestedStackResource } }) =>
      nestedStackParent === stack.stack &&
      nestedStackResource !== undefined &&
      stack.stack.resolve(nestedStackResource.logicalId) === id,
  );
  const output = nested?.template.Outputs?.[name];
  return nested && output && possibleTexts(nested, output.Value, depth);
}

/** A part of the text of `Fn::Sub`. */
function substituted(
  stack: Scope,
  part: string,
  variables: Readonly<Record<string, unknown>>,
  depth: number,
): readonly string[] {
  const [, name] = /^\$\{([^}]*)\}$/.exec(part) ?? [];
  if (name === undefined) return [part];
  if (name.startsWith('!')) return [`\${${name.slice(1)}}`];
  if (Object.hasOwn(variables, name)) return possibleTexts(stack, variables[name], depth);
  const reference = name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name };
  return possibleTexts(stack, reference, depth);
}

/** Every text that is made of one of each. */
function combined(
  parts: readonly (readonly string[])[],
  delimiter: string,
): readonly string[] | undefined {
  const count = parts.reduce((product, { length }) => product * length, 1);
  if (count > VALUES_MAX) return undefined;
  return parts.reduce<readonly string[]>(
    (texts, part, index) =>
      texts.flatMap((text) => part.map((each) => (index === 0 ? each : text + delimiter + each))),
    [''],
  );
}
