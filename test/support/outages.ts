/**
 * Outages that the function did not cause: a node refuses AWSCURRENT after a stack update or a
 * change by hand. Counted by what ended them; the longest names the schedule.
 */

type Cause = 'stack update' | 'hand';

const KINDS = ['rotation', 'check after the update', 'daily check'] as const;
type Kind = (typeof KINDS)[number];

/** From the shortest to the longest. */
const ENDS = [
  'within the invocation that was running',
  'by a later step or retry',
  'by the check after the update',
  'by the daily check',
] as const;

export class Outages {
  #kind: Kind = 'rotation';
  #open: { readonly cause: Cause; isOld: boolean } | undefined;
  #longest: { readonly cause: Cause; readonly end: number } | undefined;

  /** All that the future depends on. */
  get state(): string {
    const { cause, end } = this.#longest ?? {};
    return [this.#kind, this.#open?.cause, cause, end].join();
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  get isByHand(): boolean {
    return this.#open?.cause === 'hand';
  }

  /** The longest of the schedule, in words. */
  get told(): string | undefined {
    return this.#longest && `${this.#longest.cause}: ended ${ENDS[this.#longest.end]}`;
  }

  startInvocation(kind: Kind): void {
    this.#kind = kind;
    if (this.#open) this.#open.isOld = true;
  }

  /** What is so after a call or a tick: nobody refuses, or a node does because of `cause`. */
  note(cause: Cause | undefined): void {
    if (cause !== undefined) {
      this.#open ??= { cause, isOld: false };
      return;
    }
    if (!this.#open) return;
    const end = this.#open.isOld ? 1 + KINDS.indexOf(this.#kind) : 0;
    if (end >= (this.#longest?.end ?? 0)) this.#longest = { cause: this.#open.cause, end };
    this.#open = undefined;
  }
}
