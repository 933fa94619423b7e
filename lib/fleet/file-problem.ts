/** Formats problems of a stage file as lines: `file: path must be Y, got Z. Do W.` */

import type { ErrorObject } from 'ajv';
import { nearest } from '../../contract/nearest';
import { anyOf, mustBe } from '../validation/must-be';
import { rightPlaceOf } from './misplaced';
import { schemaAt } from './schema-parts';

type Schema = Readonly<Record<string, unknown>>;

export interface FileProblem {
  readonly path: readonly string[];
  /** The given value, as printed. */
  readonly given: string;
  readonly allowed: string;
  readonly advice: string;
  /**
   * What is malformed, if no value is: a name, or a list with an item that is there twice.
   *
   * @default - the value, if it is a problem of form
   */
  readonly kind?: 'name' | 'repeated';
  /**
   * The setting that needs a missing one beside it.
   *
   * @default - no other setting needs it
   */
  readonly neededBy?: string;
  /**
   * The whole message after the path.
   *
   * @default - made of what is allowed, what is given and the advice
   */
  readonly sentence?: string;
}

/** Parts that a stage file must have: an object, and its caches. */
const REQUIRED = ['', 'caches'];

/** Maximum length of a quoted name or value, since a file may hold any text. */
const QUOTED_MAX = 300;

/** Formats a value for a message. */
export function quoted(value: unknown): string {
  return shortened(JSON.stringify(value) ?? 'undefined');
}

export function shortened(text: string): string {
  if (text.length <= QUOTED_MAX) return text;
  return `${text.slice(0, QUOTED_MAX)}… (${text.length} characters)`;
}

/** One line, without a line break. */
export function say(file: string, { path, sentence, ...rest }: FileProblem): string {
  const where = shortened(path.join('.')) || 'the whole file';
  if (sentence !== undefined) return `${file}: ${where}: ${sentence}`;
  return mustBe({ subject: `${file}: ${where}`, ...rest });
}

/** Converts schema errors to problems. */
export function formProblems(errors: readonly ErrorObject[], schema: Schema): FileProblem[] {
  // The error of the object itself reports an invalid name.
  return errors
    .filter(({ propertyName }) => propertyName === undefined)
    .map((error) => problemOf(error, schema));
}

function problemOf(error: ErrorObject, schema: Schema): FileProblem {
  const { keyword, params, parentSchema, data } = error;
  const path = error.instancePath.split('/').slice(1).map(fromPointer);
  if (keyword === 'additionalProperties') {
    const known = Object.keys(parentSchema?.properties ?? {}).filter((key) => key !== '$schema');
    const unknown = [...path, params.additionalProperty];
    const place = rightPlaceOf(schema, unknown);
    const given = quoted(params.additionalProperty);
    if (place !== undefined) return { path: unknown, given, ...place };
    return {
      path: unknown,
      given,
      allowed: `a setting, ${anyOf(known)}`,
      advice: nearestAs('rename it to ', params.additionalProperty, known, '`') ?? CORRECT,
    };
  }
  if (keyword === 'propertyNames') {
    return {
      path: [...path, params.propertyName],
      given: quoted(params.propertyName),
      allowed: parentSchema?.propertyNames?.title,
      advice: 'rename it',
      kind: 'name',
    };
  }
  if (keyword === 'required' || keyword === 'dependencies') {
    return {
      path: [...path, params.missingProperty],
      given: 'nothing',
      allowed: parentSchema?.properties?.[params.missingProperty]?.title,
      advice: params.property ? `add it, or remove \`${params.property}\`` : 'add it',
      ...(params.property && { neededBy: params.property }),
    };
  }
  if (keyword === 'uniqueItems') {
    return {
      path,
      given: `${quoted((data as unknown[])[params.i])} twice`,
      allowed: 'a list without repetition',
      advice: 'remove one of them',
      kind: 'repeated',
    };
  }
  return {
    path,
    given: quoted(data),
    allowed: parentSchema?.title,
    advice:
      (keyword === 'enum' ? nearestAs('use ', data, params.allowedValues, '"') : undefined) ??
      adviceOn(path, schema),
  };
}

const CORRECT = 'correct its name or remove it';

/** The advice to take the probably intended text. Of versions, a near one is another version. */
function nearestAs(words: string, given: unknown, known: readonly unknown[], quote: string) {
  if (typeof given !== 'string') return undefined;
  const texts = known.filter((each) => typeof each === 'string' && !/\d/.test(each)) as string[];
  const near = nearest(given, texts);
  return near === undefined ? undefined : `${words}${quote}${near}${quote}`;
}

/** An item has no default, nor has what must be there. */
function adviceOn(path: readonly string[], schema: Schema): string {
  if (REQUIRED.includes(path.join())) return 'correct it';
  const parent = schemaAt(schema, path.slice(0, -1));
  if (parent?.items !== undefined) return 'change it, or remove it';
  const required = (parent?.required ?? []) as readonly string[];
  return required.includes(path.at(-1) ?? '')
    ? 'change it'
    : 'change it, or remove it for the default';
}

/** Unescapes `/` and `~` of a JSON Pointer. */
function fromPointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
