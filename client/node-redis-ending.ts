/** Ends a connection of node-redis so that earlier commands are answered; it then reconnects. */

import type { Connected } from './node-redis-connected';

/** Events of node-redis after a connection has ended. */
export const CLOSED = ['reconnecting', 'end', 'terminated'];
/** A live node answers QUIT at once. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Resolves when the connection has ended. `send` passes the wrapped methods by. */
export function endConnection(client: Connected, send: Connected['sendCommand']): Promise<void> {
  // The server may close first, and QUIT must not be sent on the next connection.
  const unsent = new AbortController();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unsent.abort();
      stop();
      resolve();
    };
    const timer = setTimeout(done, CLOSE_TIMEOUT_MS);
    const stop = onceOf(client, CLOSED, done);
    send(['QUIT'], { abortSignal: unsent.signal }).catch(() => undefined);
  });
}

/** Calls back at the first of these events. Returns what ends the wait. */
export function onceOf(
  client: Connected,
  events: readonly string[],
  callback: () => void,
): () => void {
  const stop = () => {
    for (const event of events) client.off(event, first);
  };
  const first = () => {
    stop();
    callback();
  };
  for (const event of events) client.on(event, first);
  return stop;
}
