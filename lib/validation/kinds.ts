/**
 * Kinds of prop values, and the check of an object of props beyond TypeScript's types, so that
 * plain JavaScript and casts get the same errors.
 *
 * Values of another copy of this package or of the CDK are accepted: a kind checks members, not the
 * class.
 */

import { Construct, type IConstruct } from 'constructs';
import { nearest } from '../../contract/nearest';
import { mustBe } from './must-be';
import { SettingError } from './setting-error';
import { isLate, isPlain, shown } from './shown';

export { isLate, isPlain, shown };

export interface Kind {
  /** With its article, as after "must be". */
  readonly words: string;
  readonly accepts: (value: unknown) => boolean;
  /** What to write instead of a rejected value. @default - change it */
  readonly advice?: ((value: unknown) => string) | undefined;
  /** @default false */
  readonly isRequired?: boolean;
  /** Names of the prop in other AWS constructs. @default - no other names */
  readonly otherNames?: readonly string[];
  /** Kinds of the properties of an accepted object. @default - not checked */
  readonly inside?: { readonly [name: string]: Kind };
  /** The kind of each value of an object with free names. @default - not checked */
  readonly each?: Kind;
}

/**
 * Checks props that extend those of a CDK construct, without checking each prop.
 *
 * @throws SettingError if they are not an object.
 */
export function checkedObject<Props extends object>(
  path: string,
  props: Props,
  example: string,
): Props {
  if (isPlain(props)) return props;
  const subject = `${path.replace(/^\//, '')}: the props`;
  throw new SettingError(objectProblem(subject, props, `use { ${example}: … }`));
}

/**
 * The scope of a construct, before CDK would end in an error of JavaScript.
 *
 * @throws SettingError if it is no construct, or the id no text.
 */
export function checkedScope<Scope extends IConstruct>(scope: Scope, id: string): Scope {
  if (Construct.isConstruct(scope)) {
    if (typeof id === 'string' && id !== '') return scope;
    const subject = `${scope.node.path || 'the app'}: \`id\``;
    const idAdvice = 'Pass one like "Cache", the second argument.';
    throw new SettingError(
      mustBe({ subject, allowed: 'a text', given: shown(id), advice: idAdvice }),
    );
  }
  const advice = 'Pass the app, a stack or another construct, often `this`.';
  const allowed = 'a construct';
  throw new SettingError(mustBe({ subject: '`scope`', allowed, given: shown(scope), advice }));
}

/** A kind per prop: a missing prop does not compile. */
export type Kinds<Props> = { readonly [Name in keyof Required<Props>]: Kind };

interface AnyKinds {
  readonly [name: string]: Kind;
}

/** @throws SettingError with a line per prop of another kind and per unknown name. */
export function checkKinds(path: string | undefined, given: unknown, kinds: AnyKinds): void {
  const lines = problemsOf('', given, kinds);
  if (lines.length === 0) return;
  const place = path === undefined ? '' : `${path}: `;
  throw new SettingError(lines.map((line) => `${place}${line}`).join('\n'));
}

function problemsOf(prefix: string, given: unknown, kinds: AnyKinds): readonly string[] {
  const props = given === undefined ? {} : given;
  if (!isPlain(props)) {
    return [objectProblem('the props', given, `use { ${example(kinds)} }`)];
  }
  const known = Object.keys(kinds);
  const missing = known.filter((name) => kinds[name]?.isRequired && props[name] === undefined);
  return [
    ...Object.entries(props).flatMap(([name, value]) => {
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      if (value === undefined) return [];
      return kind
        ? problemsOfValue(`${prefix}${name}`, value, kind)
        : [unknown(prefix, name, kinds)];
    }),
    ...missing.map((name) => {
      const kind = kinds[name] as Kind;
      return wrongKind(`${prefix}${name}`, kind, undefined, 'nothing');
    }),
  ];
}

function problemsOfValue(path: string, value: unknown, kind: Kind): readonly string[] {
  if (!kind.accepts(value)) {
    return [wrongKind(path, kind, value, shown(value))];
  }
  if (kind.inside && isPlain(value)) return problemsOf(`${path}.`, value, kind.inside);
  const { each } = kind;
  if (each === undefined) return [];
  return Object.entries(value as object).flatMap(([name, part]) =>
    problemsOfValue(`${path}.${name}`, part, each),
  );
}

function objectProblem(subject: string, given: unknown, advice: string): string {
  return mustBe({ subject, allowed: 'an object', given: shown(given), advice });
}

function wrongKind(path: string, kind: Kind, value: unknown, given: string): string {
  const advice = adviceOf(kind, value);
  return mustBe({ subject: `\`${path}\``, allowed: kind.words, given, advice });
}

function adviceOf({ advice, isRequired }: Kind, value: unknown): string {
  const use = value === null ? '' : (advice?.(value) ?? '');
  if (use !== '') return use;
  return isRequired ? 'Add it.' : 'Change it, or leave it out for the default.';
}

function unknown(prefix: string, name: string, kinds: AnyKinds): string {
  const known = Object.keys(kinds);
  const near =
    known.find((each) => kinds[each]?.otherNames?.includes(name)) ?? nearest(name, known);
  return mustBe({
    subject: `\`${prefix}${name}\``,
    allowed: 'the name of a prop',
    given: 'an unknown one',
    advice:
      near === undefined
        ? `remove it, or use one of ${known.map((each) => `\`${each}\``).join(', ')}`
        : `use \`${near}\``,
  });
}

function example(kinds: AnyKinds): string {
  return `${Object.keys(kinds)[0]}: … `.trimEnd();
}
