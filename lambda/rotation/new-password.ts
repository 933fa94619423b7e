/**
 * Makes a password: 64 letters, digits and `-`, at least one of each kind.
 *
 * From Node's cryptographic generator rather than Secrets Manager's GetRandomPassword, which
 * would need a permission on every resource.
 */

import { randomInt } from 'node:crypto';
import { PASSWORD_LENGTH, PASSWORD_SPECIAL_USED, Password } from '../../contract/password';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const DIGITS = '0123456789';
const KINDS = [LOWERCASE, UPPERCASE, DIGITS, PASSWORD_SPECIAL_USED];
const ALPHABET = KINDS.join('');

/** A draw lacks some kind in about 36 of 100 cases, so 200 in a row never do. */
const DRAWS_MAX = 200;

export function newPassword(): Password {
  // Drawing the whole again keeps every legal password equally likely.
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const characters = Array.from({ length: PASSWORD_LENGTH }, () => randomOf(ALPHABET));
    const hasEachKind = KINDS.every((kind) => characters.some((each) => kind.includes(each)));
    if (hasEachKind) return Password.of(characters.join(''));
  }
  throw new Error(`no password with a character of each kind in ${DRAWS_MAX} draws`);
}

function randomOf(alphabet: string): string {
  return alphabet.charAt(randomInt(alphabet.length));
}
