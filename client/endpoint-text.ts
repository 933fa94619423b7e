/**
 * What is wrong with a user, a password or a host, whatever it was read from.
 *
 * Pure. A fault is told in words that never quote what was given.
 */

import { isIPv4, isIPv6 } from 'node:net';

const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
const HOST_LENGTH_MAX = 253;
/** Controls, lines' ends, and halves of surrogate pairs: nobody types them, and no file ends so. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** As in "has a …"; nothing if the text can be used. */
export function faultOfText(what: string, text: string): string | undefined {
  if (typeof text !== 'string' || text === '') return `has no ${what}`;
  if (!UNPRINTABLE.test(text)) return undefined;
  return `has a ${what} with a character that is not printable, such as a line's end`;
}

/** As in "has a …"; nothing if it is a name or an address. */
export function faultOfHost(what: string, host: string): string | undefined {
  if (typeof host !== 'string' || host === '') return `has no ${what}`;
  if (isIPv4(host)) return undefined;
  // A zone is of this machine alone, and means something else on another.
  if (isIPv6(host) && !host.includes('%')) return undefined;
  const labels = host.split('.');
  // Some programs read a name that ends in a number as an address.
  const isName =
    host.length <= HOST_LENGTH_MAX &&
    labels.every((label) => LABEL.test(label)) &&
    !/^(?:\d+|0[xX][0-9A-Fa-f]*)$/.test(labels.at(-1) ?? '');
  return isName ? undefined : `has a ${what} that is neither a name nor an address`;
}
