/** Key and channel patterns of roles: what one must look like, and what sharing a cache demands. */

import { shown } from '../validation/shown';

/** What is wrong with a pattern. */
export interface PatternFault {
  readonly allowed: string;
  readonly advice: string;
}

const SIGNS = /^(?:%[RW]{0,2}~|~|&)/i;
const CONTROL = /[\s\p{Cc}]/u;
/** Literal characters, `\x` among them, up to the first wildcard. */
const LITERAL = /^(?:\\.|[^*?[\\])*/;
/** A prefix, then a colon. */
const PREFIX = /^[^:]+:/;

/** Whether only the deploy knows a text, or a part of it: nothing here could check that part. */
export function isLateText(text: string): boolean {
  return shown(text).startsWith('a value') || text.includes('{{resolve:');
}

/** The fault of a pattern as such, or `undefined`. */
export function faultOfPattern(pattern: unknown, example: string): PatternFault | undefined {
  const allowed = `a pattern such as "${example}"`;
  if (typeof pattern !== 'string' || isLateText(pattern)) {
    return { allowed: `${allowed} that is known at synth`, advice: 'write it as a text' };
  }
  if (pattern === '') return { allowed, advice: 'remove it, or write the prefix of the keys' };
  if (CONTROL.test(pattern)) {
    const why = 'an access string is divided at spaces';
    return { allowed: `${allowed} without spaces: ${why}`, advice: 'use ? for the space' };
  }
  const [sign] = SIGNS.exec(pattern) ?? [];
  if (sign === undefined) return undefined;
  const why = 'the role adds the sign of the rule';
  return { allowed: `${allowed} without "${sign}": ${why}`, advice: `remove the "${sign}"` };
}

/** The fault of a key pattern in a cache that others share, or `undefined`. */
export function faultWhenShared(pattern: string): PatternFault | undefined {
  const [literal = ''] = LITERAL.exec(pattern) ?? [];
  if (PREFIX.test(literal)) return undefined;
  const name = literal.startsWith(':') ? '' : literal.replaceAll(/[^\w{}.-]/g, '');
  return {
    allowed: 'a key pattern with a prefix and a colon: other users share this cache',
    advice: `use a pattern such as "${name || 'app'}:*", or give this user its own cache`,
  };
}
