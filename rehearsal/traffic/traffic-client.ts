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

/** What a server calls a refusal, wherever in an error a library puts it. */
const REFUSALS = /\b(?:WRONGPASS|NOAUTH|NOPERM|CLUSTERDOWN|READONLY|LOADING|MISCONF)\b/;
const DEPTH_MAX = 4;

type Failure = Error & {
  readonly code?: unknown;
  /** Of ioredis: what the last node of a cluster said. */
  readonly lastNodeError?: Error;
  readonly errors?: unknown;
};

/** The kind of a failure in one word: the server's if there is one. Never a secret. */
export function whyOf(error: unknown): string {
  let failure = error as Failure;
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    const inner = failure.lastNodeError ?? failure.cause ?? firstOf(failure);
    if (!isError(inner)) break;
    failure = inner;
  }
  const { message, code, name } = failure;
  const [refusal] = REFUSALS.exec(message) ?? [];
  if (refusal !== undefined) return refusal;
  return typeof code === 'string' ? code : message.split(' ')[0] || name;
}

/** Of an AggregateError. */
function firstOf(error: Failure): unknown {
  return Array.isArray(error.errors) ? error.errors[0] : undefined;
}

/** By its shape: an error of Node itself is of no class that jest's tests know. */
function isError(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'message' in value;
}

/** Whether the password is the reason, so that reading the secret again would help. */
export function isRefused(error: unknown): boolean {
  return ['WRONGPASS', 'NOAUTH'].includes(whyOf(error));
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
