/** The time of day of a rehearsed world. It can be put forward, so that years pass in minutes. */

const DAY_MS = 24 * 60 * 60 * 1000;

export class RehearsedClock {
  #offsetMs = 0;

  /** Milliseconds by which it is ahead of this machine's clock. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  passDays(days: number): void {
    this.#offsetMs += days * DAY_MS;
  }
}
