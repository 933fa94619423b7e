/** Formats any value for a message, without throwing. */

import { Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/**
 * Whether a value is an object with names, as props are. A Date, a Map or a Promise would otherwise
 * pass as an object without names.
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

/** Whether a duration or size is known only at deploy. */
export function isLate(value: unknown): boolean {
  const ask: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'isUnresolved') : undefined;
  return typeof ask === 'function' && ask.call(value) === true;
}

const SHOWN_LENGTH_MAX = 80;
const LATE = 'a value that only the deploy knows';
/** A list item known only at deploy, or a text with such a part. */
const TOKEN_TEXT = /[$#]\{Token\[[^\]]*\]\}/;

/** Formats a value for a message. Props are never secret. */
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

/** Formats a value that may hold a password, without its content. */
export function unread(value: unknown): string {
  if (typeof value === 'string' && shown(value) !== LATE) return 'a text';
  if (Array.isArray(value)) return 'a list';
  return isPlain(value) && isOfNoClass(value) ? 'an object' : shown(value);
}

/** Handles circular references and values without JSON. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value, late) ?? `a ${typeof value}`;
  } catch {
    return `an object with ${Object.keys(value as object).join(', ')}`;
  }
}

/** Replaces values known only at deploy, and numbers that JSON does not support. */
function late(_name: string, value: unknown): unknown {
  if (typeof value === 'string' && TOKEN_TEXT.test(value)) return LATE;
  if (typeof value !== 'number') return value;
  if (Token.isUnresolved(value)) return LATE;
  return Number.isFinite(value) ? value : String(value);
}
