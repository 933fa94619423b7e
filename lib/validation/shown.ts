/** A value as a message shows it, whatever it is: never with an error of its own. */

import { Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/**
 * Whether it is an object with names, as props are: not a Date, a Map or a Promise, which would
 * pass for an object without any.
 */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !Construct.isConstruct(value) &&
    (isOfNoClass(value) || Object.keys(value).length > 0)
  );
}

function isOfNoClass(value: object): boolean {
  return [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

/** Whether it is a duration or a size that only the deploy knows. */
export function isLate(value: unknown): boolean {
  const ask: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'isUnresolved') : undefined;
  return typeof ask === 'function' && ask.call(value) === true;
}

const SHOWN_LENGTH_MAX = 80;
const LATE = 'a value that only the deploy knows';
/** An item of a list that only the deploy knows, or a text with such a part. */
const TOKEN_TEXT = /[$#]\{Token\[[^\]]*\]\}/;

/** A value as a message shows it. No prop is secret. */
export function shown(value: unknown, lengthMax = SHOWN_LENGTH_MAX): string {
  if (value === undefined) return 'nothing';
  if (Construct.isConstruct(value)) return `the construct ${value.node.path}`;
  if (Token.isUnresolved(value) || isLate(value)) return LATE;
  if (typeof value === 'string' && TOKEN_TEXT.test(value)) return LATE;
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`;
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isOfNoClass(value)) {
    return `an object of ${value.constructor?.name || 'no class'}`;
  }
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = asJson(value);
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}…`;
}

/** Objects may refer to each other in circles, and some values have no JSON. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value, late) ?? `a ${typeof value}`;
  } catch {
    return `an object with ${Object.keys(value as object).join(', ')}`;
  }
}

/** Puts words for what only the deploy knows, and for numbers that JSON has not. */
function late(_name: string, value: unknown): unknown {
  if (typeof value === 'string' && TOKEN_TEXT.test(value)) return LATE;
  if (typeof value !== 'number') return value;
  if (Token.isUnresolved(value)) return LATE;
  return Number.isFinite(value) ? value : String(value);
}
