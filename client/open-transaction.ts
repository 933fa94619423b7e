/**
 * Tracks an open transaction that is sent command by command, or an open WATCH, on a connection.
 *
 * A refused part must not run alone on another connection. The server discards a transaction if it
 * has refused one of its commands, so the connection is kept until the end.
 */

/** Position of a command: in a transaction, after a WATCH, or the end of either. */
export type PlaceInTransaction = 'transaction' | 'watch' | 'end';

/** The server's reply to EXEC after it has refused a command of the transaction. */
export const DISCARDED = 'EXECABORT';

export class Whole {
  /** Whether a part was refused: the connection is then left at the end. */
  hasRefused = false;
  #isTransaction = false;
  #isWatching = false;
  #onEnd: (() => void)[] = [];

  get isTransaction(): boolean {
    return this.#isTransaction;
  }

  /** Calls back once, after the end of the open transaction was sent, or its connection closed. */
  onEnd(go: () => void): void {
    this.#onEnd.push(go);
  }

  /** Takes the name of each command before it is sent, and returns its position. */
  place(name: string): PlaceInTransaction | undefined {
    const word = name.toUpperCase();
    if (word === 'MULTI') this.#isTransaction = true;
    if (word === 'WATCH') this.#isWatching = true;
    if (!this.#isTransaction && !this.#isWatching) return undefined;
    const isUnwatch = word === 'UNWATCH' && !this.#isTransaction;
    if (isUnwatch || word === 'EXEC' || word === 'DISCARD' || word === 'RESET') {
      this.#end();
      return 'end';
    }
    return this.#isTransaction ? 'transaction' : 'watch';
  }

  /**
   * Whether the connection is kept although a part is refused. After a second refusal behind a
   * WATCH the application has abandoned its transaction, and may never end it.
   */
  stays(reason: string, place: PlaceInTransaction | undefined): boolean {
    // A connection without a login has no transaction.
    if (reason === 'NOAUTH' || reason === 'WRONGPASS') return false;
    const stays = place === 'transaction' || (place === 'watch' && !this.hasRefused);
    if (stays) this.hasRefused = true;
    return stays;
  }

  /** Resets the state after the connection has ended. */
  closed(): void {
    this.hasRefused = false;
    this.#end();
  }

  #end(): void {
    this.#isTransaction = false;
    this.#isWatching = false;
    // The end itself is sent after this call.
    for (const go of this.#onEnd.splice(0)) queueMicrotask(go);
  }
}
