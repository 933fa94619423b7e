/**
 * Says to ioredis which connections to leave, and whether to send the refused command again: it
 * asks through `reconnectOnError`, for duplicates and for the nodes of a cluster too.
 */

import type { Settings } from './connect-options';
import { canResend, LEAVES_MAX, Leaves, leftEvent, reasonToLeave } from './leave-node';
import type { RedisEndpoint } from './redis-client-error';

/** What ioredis takes for an answer: keep the connection; leave it; leave it and send again. */
type Answer = false | 1 | 2;

export class IoredisLeaving {
  readonly #settings: Settings;
  readonly #leaves = new Leaves();
  /** Connections that were made so far. Commands on one of them can be refused together. */
  #made = 0;
  #left = -1;
  /** ioredis calls it with the options of the connection as `this`. */
  readonly onError: (this: unknown, error: Error) => Answer;

  constructor(settings: Settings, at: RedisEndpoint) {
    this.#settings = settings;
    const answer = (error: Error, there: RedisEndpoint) => this.#answer(error, there);
    this.onError = function (error) {
      const { host, port } = (settings.isCluster ? this : at) as RedisEndpoint;
      return answer(error, { host, port });
    };
  }

  get inARow(): number {
    return this.#leaves.inARow;
  }

  connected(): void {
    this.#made += 1;
  }

  #answer({ message }: Error, at: RedisEndpoint): Answer {
    const word = reasonToLeave(message, this.#settings);
    if (word === undefined) return false;
    if (this.#left !== this.#made) {
      this.#left = this.#made;
      this.#leaves.note();
      this.#settings.log(leftEvent(word, at, this.#settings));
    }
    return canResend(word) && this.inARow <= LEAVES_MAX ? 2 : 1;
  }
}
