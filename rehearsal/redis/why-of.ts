/** Why a command of a client failed, in one word, whatever the library. Never a secret. */

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
  return ['WRONGPASS', 'NOAUTH'].includes(failureOf(error));
}
