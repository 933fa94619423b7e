/**
 * One call to AWS: its deadline, its retries, and its errors.
 *
 * AWS errors leave the function as name and request id, never as message: some of AWS's messages
 * quote parameters.
 */

import { withDeadline } from '../../contract/deadline';
import { RotationError } from './rotation-error';

/**
 * Timeouts of one try: within the deadline of a call (`settings.ts`) a retry fits after a first try
 * without an answer.
 */
export const CALL = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 3_000,
    requestTimeout: 6_000,
    // Maximum silence of the connection, including within a body.
    socketTimeout: 6_000,
    throwOnRequestTimeout: true,
  },
} as const;

export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** Sends one call, and names its operation in errors. */
export interface NamedCall {
  <T>(operation: string, send: (options: CallOptions) => Promise<T>): Promise<T>;
  /** Returns `undefined` for an expected error name. */
  <T>(
    operation: string,
    send: (options: CallOptions) => Promise<T>,
    expected: string,
  ): Promise<T | undefined>;
}

export function namedWithin(callMsMax: number): NamedCall {
  return async <T>(
    operation: string,
    send: (options: CallOptions) => Promise<T>,
    expected?: string,
  ) => {
    try {
      return await withDeadline(callMsMax, (abortSignal) => send({ abortSignal }));
    } catch (error) {
      if ((error as AwsCallError).name === expected) return undefined as T;
      throw failedCall(operation, error as AwsCallError);
    }
  };
}

export type AwsCallError = Error & { $metadata?: { requestId?: string } };

export function failedCall(operation: string, { name, $metadata }: AwsCallError): RotationError {
  const detail = `${operation}: ${name}, request id ${$metadata?.requestId ?? 'none'}`;
  return new RotationError('AwsCallFailed', { detail });
}

export function unusable(detail: string): RotationError {
  return new RotationError('AwsCallFailed', { detail });
}
