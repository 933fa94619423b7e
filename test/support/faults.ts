/** What may go wrong in the model, call by call, and how much of it still may. */

import type { Pick } from './choices';
import { ORDINARY_PACES, PACES, type Pace } from './paces';

/** The process died, or its call's answer was lost: the same, since the loop catches nothing. */
export const CRASH = new Error('crash');

export interface FaultOptions {
  readonly pick: Pick;
  readonly faultsMax: number;
  /**
   * Whether a process also dies at reads. That leaves behind the same as dying after the write
   * before, so a run with more faults can leave it out.
   */
  readonly crashAtReads: boolean;
}

export class Faults {
  readonly #pick: Pick;
  readonly #crashAtReads: boolean;
  #left: number;
  /** How many there were, but for changes of the cache that are slow and no worse. */
  count = 0;
  calls = 0;

  constructor({ pick, faultsMax, crashAtReads }: FaultOptions) {
    this.#pick = pick;
    this.#crashAtReads = crashAtReads;
    this.#left = faultsMax;
  }

  /** How many may still come, and whether any has: all that the future depends on. */
  get state(): string {
    return `${this.#left},${this.count > 0}`;
  }

  /** From here on nothing goes wrong any more. */
  end(): void {
    this.#left = 0;
  }

  /** One of `below` ways: the first is no fault, and each other one uses up one. */
  choose(below: number): number {
    if (this.#left === 0) return 0;
    const way = this.#pick(below);
    if (way > 0) this.#use();
    return way;
  }

  choosePace(paces: readonly Pace[] = PACES): Pace | undefined {
    const pace = this.#pick(this.#left > 0 ? paces.length : ORDINARY_PACES);
    if (pace >= ORDINARY_PACES) this.#use();
    // A slow change alone must fail nothing.
    if (paces[pace]?.slow) this.count -= 1;
    return paces[pace];
  }

  async read<T>(look: () => T): Promise<T> {
    this.calls += 1;
    if (this.#crashAtReads && this.choose(2) === 1) throw CRASH;
    return look();
  }

  /** `check` looks at what has happened, whether or not anybody hears of it. */
  async write<T>(effect: () => T, check: () => void): Promise<T> {
    this.calls += 1;
    const way = this.choose(3);
    if (way === 1) throw CRASH;
    const answer = effect();
    check();
    if (way === 2) throw CRASH;
    return answer;
  }

  #use(): void {
    this.#left -= 1;
    this.count += 1;
  }
}
