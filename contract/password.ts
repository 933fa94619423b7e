/**
 * A password of a cache, validated on creation; it cannot be printed by accident.
 *
 * No error of this file holds the value. The rule is the stricter one of ElastiCache, which
 * satisfies both CreateReplicationGroup and ModifyReplicationGroup:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
 */

import { SecretText } from './secret-text';

/** Minimum length of a password in ElastiCache. */
export const PASSWORD_LENGTH_MIN = 16;

/** Maximum length of a password in ElastiCache. */
export const PASSWORD_LENGTH_MAX = 128;

/** Length of a generated password: 64 characters from an alphabet of 63 are 382 bits. */
export const PASSWORD_LENGTH = 64;

/** The only special characters that ElastiCache accepts in a password. */
export const PASSWORD_SPECIALS = '!&#$^<>-';

/** The only special character in generated passwords: legal, and never encoded in a URL. */
export const PASSWORD_SPECIAL_USED = '-';

const LEGAL_CHARACTER = /[A-Za-z0-9!&#$^<>-]/;

export class Password extends SecretText {
  /**
   * Wraps a value that satisfies ElastiCache's rule.
   *
   * @throws Error if it has fewer than 16 or more than 128 characters, or a character other than
   * letters, digits and `! & # $ ^ < > -`. The message counts, never quotes.
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
