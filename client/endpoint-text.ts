/**
 * Validates a user, a password or a host.
 *
 * Pure. Messages never quote the value.
 */

import { isIPv4, isIPv6 } from 'node:net';

const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
const HOST_LENGTH_MAX = 253;
/** Control characters, line separators and unpaired surrogates: never part of a valid text. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * Longest user or password. Redis ends a connection that sends more than 16 KiB in one argument
 * before its login, and node-redis never finishes a login of that size.
 */
const LOGIN_BYTES_MAX = 8_192;

/** Returns "has a …", or `undefined` if the text is valid. */
export function faultOfText(what: string, text: string): string | undefined {
  if (typeof text !== 'string' || text === '') return `has no ${what}`;
  if (UNPRINTABLE.test(text)) {
    return `has a ${what} with a character that is not printable, such as a line's end`;
  }
  if (Buffer.byteLength(text) <= LOGIN_BYTES_MAX) return undefined;
  return `has a ${what} of more than ${LOGIN_BYTES_MAX} bytes, which is too long for a login`;
}

/** Returns "has a …", or `undefined` if the host is a valid name or address. */
export function faultOfHost(what: string, host: string): string | undefined {
  if (typeof host !== 'string' || host === '') return `has no ${what}`;
  if (isIPv4(host)) return undefined;
  // An IPv6 zone is only valid on one machine.
  if (isIPv6(host) && !host.includes('%')) return undefined;
  const labels = host.split('.');
  // Some programs parse a name that ends in a number as an address.
  const isName =
    host.length <= HOST_LENGTH_MAX &&
    labels.every((label) => LABEL.test(label)) &&
    !/^(?:\d+|0[xX][0-9A-Fa-f]*)$/.test(labels.at(-1) ?? '');
  return isName ? undefined : `has a ${what} that is neither a name nor an address`;
}
