/**
 * A text that cannot be printed by accident, whatever its characters.
 *
 * Strings, JSON and `util.inspect` show `[password]`; `reveal()` is the one way out.
 */

const PRINTED = '[password]';

export class SecretText {
  /** Wraps any text: what is legal in it is for its user to say. */
  static of(value: string): SecretText {
    return new SecretText(value);
  }

  readonly #value: string;

  protected constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Every call is a place where it could leak: keep them few. */
  reveal(): string {
    return this.#value;
  }

  equals(other: SecretText): boolean {
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
