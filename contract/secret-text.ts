/**
 * A text that cannot be printed by accident.
 *
 * Strings, JSON and `util.inspect` show `[password]`; only `reveal()` returns the value.
 */

const PRINTED = '[password]';

export class SecretText {
  /** Wraps any text, without validation. */
  static of(value: string): SecretText {
    return new SecretText(value);
  }

  readonly #value: string;

  protected constructor(value: string) {
    this.#value = value;
  }

  /** The value. Each call is a place where the value could leak: keep calls few. */
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
