/**
 * A stack update in the model: CloudFormation reads AWSCURRENT at any time, and at any later time
 * sets it as the only password of the user.
 */

import type { Password } from '../../contract/password';
import type { Pick } from './choices';

export class StackUpdate {
  /** What it may have read: each AWSCURRENT so far. None once it has set one. */
  #read: readonly Password[];

  constructor(current: Password | undefined) {
    this.#read = current ? [current] : [];
  }

  /** All that the future depends on. */
  stateBy(nameOf: (password: Password) => number): string {
    return this.#read.map(nameOf).join();
  }

  noteCurrent(current: Password | undefined): void {
    if (this.#read.length > 0 && current) this.#read = [...this.#read, current];
  }

  /** What it sets here, if this is when it does. */
  mayRun(pick: Pick): Password | undefined {
    if (this.#read.length === 0) return undefined;
    const chosen = this.#read[pick(1 + this.#read.length) - 1];
    if (chosen) this.#read = [];
    return chosen;
  }
}
