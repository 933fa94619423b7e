/**
 * Lambda API over the rotation function: synchronous Invoke only.
 *
 * A function with a reserved concurrency of 1 rejects a second event while the first runs:
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */

import type { DailyCheckEvent } from '../../contract/daily-check';
import type { LambdaFunction } from './lambda-process';
import { AwsError } from './secrets-manager-store';

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export interface Invoked {
  readonly body: string;
  /** `X-Amz-Function-Error`: the function threw, though the call itself succeeded. */
  readonly functionError?: 'Unhandled';
}

/** The function that a request names, or `undefined` for requests to other services. */
export function invokedFunction(method: string, url: string): string | undefined {
  const [path = ''] = url.split('?');
  const [, name] = INVOCATIONS.exec(path) ?? [];
  return method === 'POST' && name !== undefined ? decodeURIComponent(name) : undefined;
}

/** @throws AwsError as AWS does. */
export async function answerLambda(
  rotation: LambdaFunction,
  { wanted, name }: { readonly wanted: string; readonly name: string },
  body: string,
): Promise<Invoked> {
  if (wanted !== name) {
    throw new AwsError('ResourceNotFoundException', `Function not found: ${wanted}`);
  }
  const outcome = await rotation.invoke(JSON.parse(body) as DailyCheckEvent);
  if (outcome.ok) return { body: JSON.stringify(outcome.result ?? null) };
  const { name: errorType, message: errorMessage } = outcome;
  return { body: JSON.stringify({ errorType, errorMessage }), functionError: 'Unhandled' };
}

/** Lambda's HTTP status for each error. */
export function lambdaStatus({ name }: AwsError): number {
  if (name === 'ResourceNotFoundException') return 404;
  return name === 'TooManyRequestsException' ? 429 : 400;
}
