/**
 * Refuses arguments that only a program without types can pass, before anything else fails of them
 * in words that nobody can place.
 *
 * What is quoted is a number, or a short text where no secret can be meant; of anything else its
 * kind.
 */

import { RedisClientError } from './redis-client-error';

const QUOTED_LENGTH_MAX = 20;

/** A number as it is, and a text as one: for settings that nobody takes for a secret. */
export function shown(given: unknown): string {
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

/** @throws RedisClientError `setting-refused` that says what it must be, and what was given. */
export function refuse(name: string, given: string, allowed: string): never {
  throw new RedisClientError('setting-refused', `\`${name}\` must be ${allowed}, got ${given}`);
}

export function requireFunction(name: string, given: unknown, allowed: string): void {
  if (typeof given !== 'function') refuse(name, kindOf(given), allowed);
}

export function requireObject(name: string, given: unknown, allowed: string): void {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return;
  refuse(name, kindOf(given), allowed);
}

/** Nothing, or text that holds a certificate; TLS ignores any other, and then trusts too little. */
export function requirePem(name: string, given: unknown): void {
  if (given === undefined) return;
  const isPem =
    typeof given === 'string' && /-----BEGIN (?:\w+ )?CERTIFICATE-----\s[^-]+-----END /.test(given);
  if (isPem) return;
  const what = typeof given === 'string' ? 'a text without a certificate' : kindOf(given);
  refuse(name, what, 'the text of a PEM file, from -----BEGIN CERTIFICATE----- on');
}

/** By what they can do: an application may hold this module twice, as CommonJS and as ESM. */
function requireCredentials(given: unknown): void {
  const { get, refused } = (given ?? {}) as { readonly get?: unknown; readonly refused?: unknown };
  if (typeof get === 'function' && typeof refused === 'function') return;
  refuse('credentials', kindOf(given), 'a new RedisCredentials({ read })');
}

/**
 * Which of the two names of a library is among the options; its value is a function.
 *
 * @throws RedisClientError `setting-refused` also if the credentials are none
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
