/**
 * One deadline for a call to AWS as a whole: DNS, connection, TLS, headers, body, repeats, pages.
 *
 * The SDK's own timeouts do not do that: they bound the wait for a connection and for the headers
 * of one try, so that a body which stalls or trickles holds a caller for as long as it likes.
 */

/** Named as the SDK names a timeout of its own. */
export class DeadlineError extends Error {
  override readonly name = 'TimeoutError';

  constructor(deadlineMs: number) {
    super(`the call must end within ${deadlineMs} ms, got no whole answer`);
  }
}

/**
 * Runs `send` for at most `deadlineMs` milliseconds. The signal is for the SDK, which then drops
 * the connection (`client.send(command, { abortSignal })`); the call ends whether it does or not.
 *
 * @throws DeadlineError at the deadline. AWS may have done what it was asked for all the same.
 */
export async function withDeadline<T>(
  deadlineMs: number,
  send: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    // Not `AbortSignal.timeout`, which lets a process end while it waits.
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
