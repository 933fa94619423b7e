/** The line of a refused setting: `X must be Y, got Z. Do W.`, and why before what to do. */

/** A value that may not be: what it is of, what it may be, what was given, and what to do. */
export interface RefusedValue {
  /** The setting, with its path. */
  readonly subject: string;
  /** What it may be: `an integer from 1 to 9`, or `nothing` and when. After `: ` follows why. */
  readonly allowed: string;
  /** As it is printed. Never secret. */
  readonly given: string;
  readonly advice: string;
}

/** The first `: ` outside of quotes and backticks. */
const REASON = /^((?:[^:"`]|"[^"]*"|`[^`]*`|:(?! ))*): (.*)$/s;

export function mustBe({ subject, allowed, given, advice }: RefusedValue): string {
  const [, rule = allowed, reason] = REASON.exec(allowed) ?? [];
  const must = rule.startsWith('nothing')
    ? `must not be set${rule.slice('nothing'.length)}`
    : `must be ${rule}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${subject} ${must}, got ${given}${why}. ${sentence(advice)}`;
}

function sentence(text: string): string {
  const end = text.endsWith('.') ? '' : '.';
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${end}`;
}

/** A choice in words. */
export function anyOf(values: readonly string[]): string {
  return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
}
