/**
 * Rejects arguments of the wrong type, so that plain-JS callers get a clear error.
 *
 * Errors quote numbers and short texts of settings that cannot be secret; otherwise they name only
 * the type.
 */

import { nearest } from '../contract/nearest';
import { RedisClientError } from './redis-client-error';

const QUOTED_LENGTH_MAX = 20;

/** Prints a number or a short text, for settings that cannot be secret. */
export function shownArgument(given: unknown): string {
  const isShort = typeof given === 'string' && given.length <= QUOTED_LENGTH_MAX;
  return isShort ? JSON.stringify(given) : kindOf(given);
}

function kindOf(given: unknown): string {
  if (Array.isArray(given)) return 'a list';
  if (given === null || !['string', 'object', 'function', 'symbol'].includes(typeof given)) {
    return String(given);
  }
  return typeof given === 'object' ? 'an object' : `a ${typeof given}`.replace('string', 'text');
}

/** @throws RedisClientError `setting-refused` that names the allowed and the given value. */
export function refuse(name: string, given: string, allowed: string): never {
  throw new RedisClientError('setting-refused', `\`${name}\` must be ${allowed}, got ${given}`);
}

/** Refuses options that do not exist, which would be ignored, and names the nearest one. */
export function requireKnown(given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const meant = near === undefined ? '' : `, did you mean ${near}?`;
  const shown = /^\w{1,40}$/.test(unknown) ? unknown : shownArgument(unknown);
  refuse('options', `${shown}${meant}`, `some of ${known.join(', ')}`);
}

export function requireFunction(name: string, given: unknown, allowed: string): void {
  if (typeof given !== 'function') refuse(name, kindOf(given), allowed);
}

export function requireObject(name: string, given: unknown, allowed: string): void {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return;
  refuse(name, kindOf(given), allowed);
}

/** Accepts `undefined` or a PEM certificate; TLS would silently ignore any other text. */
export function requirePem(name: string, given: unknown): void {
  if (given === undefined) return;
  const isPem =
    typeof given === 'string' && /-----BEGIN (?:\w+ )?CERTIFICATE-----\s[^-]+-----END /.test(given);
  if (isPem) return;
  const what = typeof given === 'string' ? 'a text without a certificate' : kindOf(given);
  refuse(name, what, 'the text of a PEM file, from -----BEGIN CERTIFICATE----- on');
}

/** Checks methods, not the class: an application may load this module as CommonJS and as ESM. */
function requireCredentials(given: unknown): void {
  const { get, refused } = (given ?? {}) as { readonly get?: unknown; readonly refused?: unknown };
  if (typeof get === 'function' && typeof refused === 'function') return;
  const allowed = 'a new RedisCredentials({ read }) or IamCredentials({ userId, … })';
  refuse('credentials', kindOf(given), allowed);
}

/**
 * Which of a library's two exports is among the options, and its value, a function.
 *
 * @throws RedisClientError `setting-refused` also if `credentials` is not a RedisCredentials.
 */
export function choiceOf(
  credentials: unknown,
  options: unknown,
  [single, cluster]: readonly [string, string],
): { readonly isCluster: boolean; readonly name: string; readonly made: unknown } {
  requireCredentials(credentials);
  const allowed = `{ ${single} }, or { ${cluster} } for a sharded cache`;
  requireObject('options', options, allowed);
  const given = options as Readonly<Record<string, unknown>>;
  const isSingle = given[single] !== undefined;
  const isCluster = given[cluster] !== undefined;
  if (isSingle === isCluster) {
    refuse('options', isSingle ? 'both' : 'neither', allowed);
  }
  const name = isCluster ? cluster : single;
  requireFunction(name, given[name], `what the library exports as ${name}`);
  return { isCluster, name, made: given[name] };
}
