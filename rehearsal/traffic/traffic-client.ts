/**
 * What the traffic asks of a client, whatever its library, process or language.
 *
 * An implementation hides no failure: what its application would see as an error is thrown.
 */

export interface TrafficClient {
  /** Connections that it has made so far. */
  readonly connects: number;
  /** Writes a value and reads it back. @throws Error with the kind in its words. */
  command(key: string, value: string): Promise<void>;
  /** Between two commands: not timed, but what it throws counts as a failure. */
  rest?(): Promise<void>;
  close(): Promise<void>;
}

/** What an application reads: the secret's string now. */
export type ReadSecret = () => string;

/**
 * The connection string for writers, as it stands in the secret.
 *
 * @throws Error without the secret in it, which what `JSON.parse` throws would have.
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
