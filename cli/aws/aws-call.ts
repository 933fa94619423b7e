/**
 * Sends one call to AWS, or reads a list with all its pages, within a deadline. Failures become a
 * CliError.
 */

import { withDeadline } from '../../contract/deadline';
import { awsFailure } from './aws-failure';
import { CliError } from './cloud';

/** Ten times more than any cache has alarms in ALARM state or published parameters. */
const PAGES_MAX = 100;

const CONNECT_TIMEOUT_MS = 5_000;
export const ANSWER_TIMEOUT_MS = 15_000;

/** Timeouts of one request. A call, including retries, also has a deadline. */
export function timeouts(requestTimeout: number) {
  return {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout,
    // Otherwise the SDK only warns about a late answer.
    throwOnRequestTimeout: true,
  };
}

/** Lets a call drop its connection at the deadline. */
export interface Signal {
  readonly abortSignal: AbortSignal;
}

export async function call<T>(
  operation: string,
  deadlineMs: number,
  send: (signal: Signal) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(deadlineMs, (abortSignal) => send({ abortSignal }));
  } catch (error) {
    throw error instanceof CliError ? error : awsFailure(operation, error);
  }
}

export interface Page<T> {
  readonly items?: readonly T[];
  readonly next?: string;
}

/** Reads all pages within one deadline. @throws CliError if the pages do not end. */
export async function allPages<T>(
  operation: string,
  deadlineMs: number,
  fetch: (signal: Signal, token?: string) => Promise<Page<T>>,
): Promise<readonly T[]> {
  return call(operation, deadlineMs, async (signal) => {
    const found: T[] = [];
    const tokens = new Set<string>();
    let token: string | undefined;
    for (let pages = 1; pages <= PAGES_MAX; pages++) {
      const { items = [], next } = await fetch(signal, token);
      found.push(...items);
      if (!next) return found;
      if (tokens.has(next)) break;
      tokens.add(next);
      token = next;
    }
    throw new CliError(
      `${operation} must end within ${PAGES_MAX} pages with a token each, got one more or the ` +
        'same token twice. Check the proxy, --region and AWS_ENDPOINT_URL.',
    );
  });
}
