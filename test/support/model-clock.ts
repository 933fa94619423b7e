/** The clock of a model of AWS: time passes only in waits, and an invocation has an end. */

import type { Clock } from '../../lambda/rotation/ports';
import { TICK_MS } from './world-options';

export class ModelClock {
  nowMs = 0;
  readonly #lifeMs: number;
  #diesAtMs = 0;

  /** @param lifeMs Milliseconds that an invocation lives. */
  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** Time since the last tick: what is left of it decides when the next one comes. */
  get sinceTickMs(): number {
    return this.nowMs % TICK_MS;
  }

  startInvocation(): void {
    this.#diesAtMs = this.nowMs + this.#lifeMs;
  }

  /** `onTick` is called for each tick of a wait, `afterWait` at its end. */
  port(onTick: () => void, afterWait: () => void): Clock {
    return {
      nowMs: () => this.nowMs,
      epochMs: () => this.nowMs,
      remainingMs: () => this.#diesAtMs - this.nowMs,
      wait: async (ms) => {
        const ticksBefore = Math.floor(this.nowMs / TICK_MS);
        this.nowMs += Math.round(ms);
        const ticks = Math.floor(this.nowMs / TICK_MS) - ticksBefore;
        for (let tick = 0; tick < ticks; tick++) onTick();
        afterWait();
      },
    };
  }
}
