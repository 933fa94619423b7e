/**
 * Simulated clock: resumes the waiting tasks in order of time.
 *
 * An hour takes a moment: time passes only where every task waits.
 */

export class VirtualTime {
  nowMs = 0;
  readonly #waiting: { readonly atMs: number; readonly wake: () => void }[] = [];

  wait(ms: number): Promise<void> {
    return new Promise((wake) => this.#waiting.push({ atMs: this.nowMs + ms, wake }));
  }

  /** Runs until no task waits any more. */
  async run(): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      const nextMs = Math.min(...this.#waiting.map(({ atMs }) => atMs));
      if (!Number.isFinite(nextMs)) return;
      this.nowMs = nextMs;
      const due = this.#waiting.filter(({ atMs }) => atMs <= nextMs);
      const later = this.#waiting.filter(({ atMs }) => atMs > nextMs);
      this.#waiting.splice(0, this.#waiting.length, ...later);
      for (const { wake } of due) wake();
    }
  }
}
