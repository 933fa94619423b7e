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

const SHOWN_LENGTH_MAX = 80;

/** A value as a message shows it. No prop is secret. */
export function shown(value: unknown, lengthMax = SHOWN_LENGTH_MAX): string {
  if (value === undefined) return 'nothing';
  if (Construct.isConstruct(value)) return `the construct ${value.node.path}`;
  if (Token.isUnresolved(value)) return 'a value that only the deploy knows';
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
    return JSON.stringify(value) ?? `a ${typeof value}`;
  } catch {
    return `an object with ${Object.keys(value as object).join(', ')}`;
  }
}
