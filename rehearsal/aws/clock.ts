/** Clock of a rehearsal. It can be advanced, so that years pass in minutes. */

const DAY_MS = 24 * 60 * 60 * 1000;

export class RehearsedClock {
  #offsetMs = 0;

  /** Milliseconds ahead of this machine's clock. */
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
