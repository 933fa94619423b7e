/**
 * A password of a cache, checked when it is made; it cannot be printed by accident.
 *
 * No error of this file ever carries the value. The rule is ElastiCache's strict one, which
 * satisfies both CreateReplicationGroup and ModifyReplicationGroup:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
 */

import { SecretText } from './secret-text';

/** Fewest characters that ElastiCache accepts in a password. */
export const PASSWORD_LENGTH_MIN = 16;

/** Most characters that ElastiCache accepts in a password. */
export const PASSWORD_LENGTH_MAX = 128;

/** How many characters a password that we make has. 64 of 63 possible ones are 382 bits. */
export const PASSWORD_LENGTH = 64;

/** The only characters besides letters and digits that ElastiCache accepts in a password. */
export const PASSWORD_SPECIALS = '!&#$^<>-';

/** The one special character in passwords that we make: legal, and never encoded in a URL. */
export const PASSWORD_SPECIAL_USED = '-';

const LEGAL_CHARACTER = /[A-Za-z0-9!&#$^<>-]/;

export class Password extends SecretText {
  /**
   * Wraps a value after checking it against ElastiCache's rule.
   *
   * @throws Error if it has fewer than 16 or more than 128 characters, or a character that is
   * neither a letter, a digit nor one of `! & # $ ^ < > -`. The message counts, never quotes.
   */
  static override of(value: string): Password {
    const length = value.length;
    const illegal = Array.from(value).filter((character) => !LEGAL_CHARACTER.test(character));
    if (length < PASSWORD_LENGTH_MIN || length > PASSWORD_LENGTH_MAX || illegal.length > 0) {
      throw new Error(
        `password must be ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} letters, digits and ` +
          `${Array.from(PASSWORD_SPECIALS).join(' ')}, got ${length} characters, ` +
          `${illegal.length} of them others. Choose another password.`,
      );
    }
    return new Password(value);
  }
}
