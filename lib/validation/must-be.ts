/** Formats the message for an invalid setting: `X must be Y, got Z: reason. Do W.` */

import { masked } from './masked';

/** An invalid value: the setting, the allowed values, the given value and the advice. */
export interface RefusedValue {
  /** The setting, with its path. */
  readonly subject: string;
  /**
   * The allowed values: `an integer from 1 to 9`, or `nothing` with a condition. A reason follows
   * `: `.
   */
  readonly allowed: string;
  /** The given value as printed. Passwords of access strings are masked. */
  readonly given: string;
  readonly advice: string;
}

/** Splits at the first `: ` outside of quotes and backticks. */
const REASON = /^((?:[^:"`]|"[^"]*"|`[^`]*`|:(?! ))*): (.*)$/s;

export function mustBe({ subject, allowed, given, advice }: RefusedValue): string {
  const [, rule = allowed, reason] = REASON.exec(allowed) ?? [];
  const must = rule.startsWith('nothing')
    ? `must not be set${rule.slice('nothing'.length)}`
    : `must be ${rule}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${subject} ${must}, got ${masked(given)}${why}. ${sentence(masked(advice))}`;
}

function sentence(text: string): string {
  const end = text.endsWith('.') ? '' : '.';
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${end}`;
}

/** A choice as text. */
export function anyOf(values: readonly string[]): string {
  return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
}
