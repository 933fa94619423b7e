/**
 * What is open on one connection: a transaction whose commands are sent one by one, or a WATCH.
 *
 * A part of it that is refused must not be executed by itself on another connection. The server
 * discards a transaction of which it refused a part, so the connection is kept until the end.
 */

/** Where a command is: between MULTI and its end, between WATCH and its end, or that end. */
export type Place = 'transaction' | 'watch' | 'end';

/** What the server answers at the end of a transaction of which it refused a part. */
export const DISCARDED = 'EXECABORT';

export class Whole {
  /** Whether a part was refused, so that the connection is left when all of it has ended. */
  hasRefused = false;
  #isTransaction = false;
  #isWatching = false;

  get isTransaction(): boolean {
    return this.#isTransaction;
  }

  /** Takes the name of each command before it is sent, and says where that command is. */
  place(name: string): Place | undefined {
    const word = name.toUpperCase();
    if (word === 'MULTI') this.#isTransaction = true;
    if (word === 'WATCH') this.#isWatching = true;
    if (!this.#isTransaction && !this.#isWatching) return undefined;
    const isUnwatch = word === 'UNWATCH' && !this.#isTransaction;
    if (isUnwatch || word === 'EXEC' || word === 'DISCARD' || word === 'RESET') {
      this.#isTransaction = false;
      this.#isWatching = false;
      return 'end';
    }
    return this.#isTransaction ? 'transaction' : 'watch';
  }

  /**
   * Whether the connection is kept although a part is refused. After a second refusal behind a
   * WATCH the application has given its transaction up, and may never end it.
   */
  stays(reason: string, place: Place | undefined): boolean {
    // Without a login there is no transaction.
    if (reason === 'NOAUTH' || reason === 'WRONGPASS') return false;
    const stays = place === 'transaction' || (place === 'watch' && !this.hasRefused);
    if (stays) this.hasRefused = true;
    return stays;
  }

  /** The connection has ended, and with it what was open. */
  closed(): void {
    this.hasRefused = false;
    this.#isTransaction = false;
    this.#isWatching = false;
  }
}
