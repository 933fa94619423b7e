/**
 * Decides which connections ioredis leaves and whether it resends the refused command, through
 * `reconnectOnError`, including duplicates and cluster nodes.
 *
 * It resends only single commands. A transaction that is sent command by command stays on its
 * connection until its end: its remaining commands would run outside of the transaction on a new
 * connection.
 */

import type { ConnectSettings } from './connect-options';
import { type IoredisConnection, IoredisParts, type PartOfWhole } from './ioredis-parts';
import { canResend, LEAVES_MAX, Leaves, leftEvent, reasonToLeave } from './leave-node';
import { DISCARDED, type Whole } from './open-transaction';
import type { RedisEndpoint } from './redis-client-error';

/** Answers of `reconnectOnError`: keep the connection; reconnect; reconnect and resend. */
type Answer = false | 1 | 2;

export class IoredisLeaving {
  readonly #settings: ConnectSettings;
  readonly #leaves = new Leaves();
  readonly #parts: IoredisParts;
  /** Number of connections so far. Several commands on one connection can be refused together. */
  #made = 0;
  #left = -1;
  /** ioredis calls it with the options of the connection as `this`. */
  readonly onError: (this: unknown, error: Error) => Answer;

  constructor(
    settings: ConnectSettings,
    at: RedisEndpoint,
    onWatch: (connection: IoredisConnection, whole: Whole, at: RedisEndpoint) => void,
  ) {
    this.#settings = settings;
    const placeOf = (options: unknown): RedisEndpoint => {
      const { host, port } = (settings.isCluster ? options : at) as RedisEndpoint;
      return { host, port };
    };
    const answer = (error: Error, options: unknown) => this.#answer(error, placeOf(options));
    this.onError = function (error) {
      return answer(error, this);
    };
    this.#parts = new IoredisParts(
      (connection, whole) => onWatch(connection, whole, placeOf(connection.options)),
      (connection) => {
        this.#leave(DISCARDED, placeOf(connection.options));
        connection.disconnect(true);
      },
    );
  }

  /** Call it before the first command of the client. */
  watch(client: object): void {
    this.#parts.watch(client as IoredisConnection);
  }

  get inARow(): number {
    return this.#leaves.inARow;
  }

  connected(): void {
    this.#made += 1;
  }

  #answer(error: Error, at: RedisEndpoint): Answer {
    const part = this.#parts.of(error);
    const word = this.#reason(error, part);
    if (word === undefined || staysWith(word, part)) return false;
    this.#leave(word, at);
    return part === undefined && canResend(word) && this.inARow <= LEAVES_MAX ? 2 : 1;
  }

  #reason({ message }: Error, part: PartOfWhole | undefined): string | undefined {
    const isEnd = part?.place === 'end' && part.whole.hasRefused;
    if (isEnd && message.startsWith(DISCARDED)) return DISCARDED;
    return reasonToLeave(message, this.#settings);
  }

  #leave(word: string, at: RedisEndpoint): void {
    if (this.#left === this.#made) return;
    this.#left = this.#made;
    this.#leaves.note();
    this.#settings.log(leftEvent(word, at, this.#settings));
  }
}

/** Whether the connection is kept, so that the server refuses the whole transaction. */
function staysWith(word: string, part: PartOfWhole | undefined): boolean {
  if (part === undefined || part.place === 'pipeline') return false;
  return part.whole.stays(word, part.place);
}
