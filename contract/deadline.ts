/**
 * A deadline for a whole call to AWS: DNS, connection, TLS, headers, body, retries, pages.
 *
 * The SDK's own timeouts bound only the wait for a connection and for the headers of one try, so a
 * body that stalls or trickles would block the caller indefinitely.
 */

/** Has the name of the SDK's own timeout errors. */
export class DeadlineError extends Error {
  override readonly name = 'TimeoutError';

  constructor(deadlineMs: number) {
    super(`the call must end within ${deadlineMs} ms, got no whole answer`);
  }
}

/**
 * Runs `send` for at most `deadlineMs` milliseconds. Pass the signal to the SDK, which then drops
 * the connection (`client.send(command, { abortSignal })`); the call ends even if the SDK ignores
 * it.
 *
 * @throws DeadlineError at the deadline. AWS may still have performed the request.
 */
export async function withDeadline<T>(
  deadlineMs: number,
  send: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    // Not `AbortSignal.timeout`, whose timer does not keep the process alive.
    timer = setTimeout(() => {
      const error = new DeadlineError(deadlineMs);
      reject(error);
      controller.abort(error);
    }, deadlineMs);
  });
  try {
    return await Promise.race([send(controller.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
