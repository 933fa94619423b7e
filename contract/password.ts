/**
 * A Redis password that cannot be printed by accident.
 *
 * Strings, JSON and `util.inspect` show `[password]`; `reveal()` is the one way out. No error
 * of this file ever carries the value. The rule is ElastiCache's strict one, which satisfies
 * both CreateReplicationGroup and ModifyReplicationGroup:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
 */

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
const PRINTED = '[password]';

export class Password {
  /**
   * Wraps a value after checking it against ElastiCache's rule.
   *
   * @throws Error if it has fewer than 16 or more than 128 characters, or a character that is
   * neither a letter, a digit nor one of `! & # $ ^ < > -`. The message counts, never quotes.
   */
  static of(value: string): Password {
    const length = value.length;
    const illegal = Array.from(value).filter((character) => !LEGAL_CHARACTER.test(character));
    if (length < PASSWORD_LENGTH_MIN || length > PASSWORD_LENGTH_MAX || illegal.length > 0) {
      throw new Error(
        `password has ${length} characters, ${illegal.length} of them not allowed; allowed are ` +
          `${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} letters, digits and ` +
          `${Array.from(PASSWORD_SPECIALS).join(' ')}; choose another password`,
      );
    }
    return new Password(value);
  }

  readonly #value: string;

  private constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Every call is a place where it could leak: keep them few. */
  reveal(): string {
    return this.#value;
  }

  equals(other: Password): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return PRINTED;
  }

  toJSON(): string {
    return PRINTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return PRINTED;
  }
}
