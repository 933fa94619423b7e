/**
 * The rule of strong passwords: what `develop` generates and requires of a password that is given.
 *
 * No message quotes a password, or any character of it.
 */

/** Minimum length of a password, in characters. */
export const STRONG_LENGTH_MIN = 32;

/** A random password of the minimum length has fewer by a chance of less than one in a billion. */
const DISTINCT_MIN = 10;

export const STRONG_PASSWORD_RULE =
  `at least ${STRONG_LENGTH_MIN} characters, with a letter, a digit and a special character, and ` +
  'not a password from examples';

/** Passwords of examples and templates, also with characters before or after them. */
const KNOWN = /change[-_ ]?(me|this|it)|(your|my|secret|redis)[-_ ]?(strong[-_ ]?)?password/i;

/** What a password has instead, such as `12 characters`; `undefined` if it is strong. */
export function weaknessOf(password: string): string | undefined {
  if (KNOWN.test(password)) return 'one with words that are known from examples';
  const characters = Array.from(password);
  if (characters.length < STRONG_LENGTH_MIN) return `one of ${characters.length} characters`;
  if (/[\p{Cc}\s]/u.test(password)) return 'one with a space or a control character';
  if (!/\p{L}/u.test(password)) return 'one without a letter';
  if (!/\d/.test(password)) return 'one without a digit';
  if (!/[^\p{L}\d]/u.test(password)) return 'one without a special character';
  return new Set(characters).size < DISTINCT_MIN ? 'one that repeats few characters' : undefined;
}
