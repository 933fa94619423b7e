/** Generates a strong password, of characters that no URL, shell or `.env` file changes. */

import { randomInt } from 'node:crypto';
import { PASSWORD_LENGTH, PASSWORD_SPECIAL_USED } from '../../contract/password';
import { SecretText } from '../../contract/secret-text';
import { weaknessOf } from '../../contract/strong-password';
import type { CommandResult } from '../terminal/screen';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ALPHABET = `${LETTERS}0123456789${PASSWORD_SPECIAL_USED}`;

/** A third of the draws has no special character. */
const DRAWS_MAX = 1_000;

/** 64 characters from an alphabet of 63, as Secrets Manager generates them for a cache. */
export function newStrongPassword(): SecretText {
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const drawn = Array.from({ length: PASSWORD_LENGTH }, () => ALPHABET[randomInt(63)]).join('');
    // Programs take an argument that begins with a hyphen for an option.
    if (weaknessOf(drawn) === undefined && !drawn.startsWith('-')) return SecretText.of(drawn);
  }
  throw new Error(`no strong password in ${DRAWS_MAX} draws`);
}

/** `password`: prints a new password, and keeps it nowhere. */
export function printPassword(): CommandResult {
  const password = newStrongPassword().reveal();
  return { exitCode: 0, lines: [password], json: { password } };
}
