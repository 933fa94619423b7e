/** The reason of a failed command as one word, for any library. Never a secret. */

/** Error codes of a refused login, wherever in an error a library puts them. */
const REFUSALS = /\b(?:WRONGPASS|NOAUTH|NOPERM|CLUSTERDOWN|READONLY|LOADING|MISCONF)\b/;
const DEPTH_MAX = 4;

type Failure = Error & {
  readonly code?: unknown;
  /** ioredis: the error of a cluster's last node. */
  readonly lastNodeError?: Error;
  readonly errors?: unknown;
};

/** The kind of a failure as one word: the server's error code if there is one. Never a secret. */
export function failureOf(error: unknown): string {
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

/** The errors of an AggregateError. */
function firstOf(error: Failure): unknown {
  return Array.isArray(error.errors) ? error.errors[0] : undefined;
}

/** Detects an error by shape: what a client throws need not be an `Error` of this realm. */
function isError(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'message' in value;
}

/** Whether the login was refused, so that reading the secret again may help. */
export function isRefused(error: unknown): boolean {
  return ['WRONGPASS', 'NOAUTH'].includes(failureOf(error));
}
