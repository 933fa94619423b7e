/** Counter of a client's connections, by its events or by an adapter's log. */

import type { RedisClientEvent } from '../../client';

export class Connections {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  take(): void {
    this.#count += 1;
  }

  /** For the adapters of `client/`. */
  readonly log = ({ event }: RedisClientEvent): void => {
    if (event === 'connected') this.take();
  };
}
