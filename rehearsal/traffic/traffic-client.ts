/**
 * Interface of a client under traffic, independent of library, process or language.
 *
 * An implementation must throw every error that its application would see.
 */

export interface TrafficClient {
  /** Number of connections so far. */
  readonly connects: number;
  /** Writes a value and reads it back. @throws Error whose message names the kind of failure. */
  command(key: string, value: string): Promise<void>;
  /** Called between two commands: not timed, but an error counts as a failure. */
  rest?(): Promise<void>;
  close(): Promise<void>;
}

/** Reads the current value of the secret. */
export type ReadSecret = () => string;

/**
 * The connection string for writers (`url`) in the secret.
 *
 * @throws Error without the secret, which an error of `JSON.parse` would quote.
 */
export function urlIn(secretString: string): string {
  let url: unknown;
  try {
    url = JSON.parse(secretString).url;
  } catch {
    throw new Error('unreadable');
  }
  if (typeof url !== 'string') throw new Error('unreadable');
  return url;
}
