/**
 * Generates a password: 64 letters, digits and `-`, at least one of each kind.
 *
 * Uses Node's cryptographic generator; Secrets Manager's GetRandomPassword would need a permission
 * on every resource.
 */

import { randomInt } from 'node:crypto';
import { PASSWORD_LENGTH, PASSWORD_SPECIAL_USED, Password } from '../../contract/password';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const UPPERCASE = LOWERCASE.toUpperCase();
const DIGITS = '0123456789';
const KINDS = [LOWERCASE, UPPERCASE, DIGITS, PASSWORD_SPECIAL_USED];
const ALPHABET = KINDS.join('');

/** About 36 of 100 draws lack some kind, so 200 such draws in a row never happen. */
const DRAWS_MAX = 200;

export function newPassword(): Password {
  // Redrawing the whole password keeps all legal passwords equally likely.
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
