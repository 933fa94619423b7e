/**
 * Resolves CloudFormation expressions to their possible values: references within a stack, between
 * stacks and into nested stacks, parameters, mappings, conditions and functions.
 *
 * A value known only at deploy becomes a text that names its source, in `<…>`.
 */

import type { Stack } from 'aws-cdk-lib/core';

/** A template whose expressions are resolved, and its app. */
export interface Scope {
  /** Its index in `app.stacks`. */
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

/** Limits of values and of depth. Beyond them an expression stays unresolved. */
const VALUES_MAX = 200;
const DEPTH_MAX = 30;

type Arguments = readonly unknown[];
type Follow = (stack: Scope, given: unknown, depth: number) => readonly string[] | undefined;

/** All possible texts of a value: of all items of a list, of all values of an object. */
export function possibleTexts(stack: Scope, value: unknown, depth = 0): readonly string[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [String(value)];
  if (Array.isArray(value)) return value.flatMap((each) => possibleTexts(stack, each, depth));
  const [name, given] = functionOf(value) ?? [];
  if (name === undefined) {
    return Object.values(value).flatMap((each) => possibleTexts(stack, each, depth));
  }
  const isMalformed = LIST_FUNCTIONS.includes(name) && !Array.isArray(given);
  const follow = depth < DEPTH_MAX && !isMalformed ? FUNCTIONS[name] : undefined;
  const texts = follow?.(stack, given, depth + 1);
  // An empty result means unknown.
  if (texts !== undefined && texts.length > 0 && texts.length <= VALUES_MAX) return texts;
  const parts = Array.isArray(given) ? given : [given];
  const inner = parts.map((each) =>
    depth < DEPTH_MAX ? possibleTexts(stack, each, depth + 1).join(' or ') : '',
  );
  return [`${name}(${inner.join(',')})`];
}

/** Whether a text is fully known before the deploy. */
export function isKnown(text: string): boolean {
  return !/[<(]/.test(text);
}

/** The name and arguments of an intrinsic function. */
function functionOf(value: object): readonly [string, unknown] | undefined {
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return undefined;
  const isFunction = name === 'Ref' || name.startsWith('Fn::');
  return isFunction ? [name, Reflect.get(value, name)] : undefined;
}

/** A value with its expressions replaced by their texts, for comparisons. */
export function comparable(stack: Scope, value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => comparable(stack, each));
  if (functionOf(value)) return possibleTexts(stack, value).join(' or ');
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, comparable(stack, each)]));
}

/** The items of a list of objects; a single object counts as a list. */
export function listItems(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(listItems);
  return [value as Readonly<Record<string, unknown>>];
}

/** Functions that need a list: with another argument AWS rejects the template. */
const LIST_FUNCTIONS = ['Fn::If', 'Fn::Join', 'Fn::Select', 'Fn::Split', 'Fn::FindInMap'];

const FUNCTIONS: Readonly<Record<string, Follow>> = {
  Ref: (stack, given, depth) => {
    const name = String(given);
    // `AWS::StackName` and others differ between stacks.
    if (name.startsWith('AWS::Stack')) return [`<${name}@${stack.index}>`];
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
    // The name is the second part of a stack's ARN.
    const from = stack.app.stacks.find(({ stack: { stackName } }) =>
      names.some((name) => name === stackName || name.split('/')[1] === stackName),
    );
    const outputs = possibleTexts(stack, OutputName, depth).map(
      (output) => from?.template.Outputs?.[output],
    );
    if (from === undefined || outputs.includes(undefined)) return undefined;
    return outputs.flatMap((output) => possibleTexts(from, output?.Value, depth));
  },
  'Fn::If': (stack, given, depth) => possibleTexts(stack, (given as Arguments).slice(1), depth),
  'Fn::Join': (stack, given, depth) => {
    const [delimiter, parts] = given as readonly [string, unknown];
    if (!Array.isArray(parts)) return undefined;
    return combined(
      parts.map((part) => possibleTexts(stack, part, depth)),
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
    const indexes = possibleTexts(stack, position, depth);
    return listsOf(stack, from, depth)?.flatMap((list) =>
      indexes
        .flatMap((index) => (isKnown(index) ? [list[Number(index)]] : list))
        .flatMap((item) => possibleTexts(stack, item, depth)),
    );
  },
  'Fn::Split': (stack, given, depth) =>
    listsOf(stack, { 'Fn::Split': given }, depth)?.flatMap((list) => list.map(String)),
  'Fn::FindInMap': (stack, given, depth) =>
    mapped(stack, given as Arguments, depth).flatMap((each) => possibleTexts(stack, each, depth)),
};

/** All possible lists of a value. Undefined if known only at deploy. */
function listsOf(
  stack: Scope,
  value: unknown,
  depth: number,
): readonly (readonly unknown[])[] | undefined {
  if (Array.isArray(value)) return [value];
  const [name, given] = functionOf((value ?? {}) as object) ?? [];
  if (name === 'Fn::FindInMap')
    return mapped(stack, given as Arguments, depth).filter(Array.isArray);
  if (name === 'Fn::If') {
    const arms = (given as Arguments).slice(1).map((each) => listsOf(stack, each, depth));
    return arms.includes(undefined) ? undefined : arms.flatMap((lists) => lists ?? []);
  }
  if (name !== 'Fn::Split') return undefined;
  const [delimiter, source] = given as readonly [string, unknown];
  const texts = possibleTexts(stack, source, depth);
  return texts.every(isKnown) ? texts.map((text) => text.split(delimiter)) : undefined;
}

/** Possible results of a mapping: every entry for an unknown name or key, else the default. */
function mapped(stack: Scope, given: Arguments, depth: number): readonly unknown[] {
  const last: unknown = given.at(-1);
  const fallback: unknown =
    typeof last === 'object' && last !== null ? Reflect.get(last, 'DefaultValue') : undefined;
  const keys = fallback === undefined ? given : given.slice(0, -1);
  const found = keys.reduce<readonly unknown[]>(
    (from, key) => {
      const texts = possibleTexts(stack, key, depth);
      return from.flatMap((each) => texts.flatMap((text) => valuesAt(each, text)));
    },
    [stack.template.Mappings],
  );
  return found.flatMap((each) => (each === undefined ? possibleDefault(fallback) : [each]));
}

const possibleDefault = (fallback: unknown) => (fallback === undefined ? [] : [fallback]);

/** Values of a mapping level at a key; includes undefined if the key may be missing. */
function valuesAt(level: unknown, key: string): readonly unknown[] {
  const values = Object.entries((level ?? {}) as object);
  if (!isKnown(key)) return [...values.map(([, value]) => value), undefined];
  return [values.find(([name]) => name === key)?.[1]];
}

function symbol(stack: Scope, id: string, attribute: string): string {
  return `<${stack.index}#${id}.${attribute}>`;
}

/** Possible values of a parameter: the parent's argument, or the allowed values. */
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

/** All combinations of one text per part. */
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
