/**
 * A failed AWS call in words for an operator: its name, its request id and what to do. Never its
 * text, which could quote what was sent.
 */

import { CliError } from './cloud';

/** The first that fits the error's name is what to do. */
const ADVICE: readonly (readonly [name: RegExp, advice: string])[] = [
  [/^NoRegion$/, 'name one with --region, or set AWS_REGION'],
  [/^CredentialsProviderError$/, 'log in (`aws sso login`), or name a profile with --profile'],
  [/Expired/, 'your credentials are too old: log in again (`aws sso login`)'],
  [
    /^(UnrecognizedClient|InvalidSignature|InvalidClientTokenId|SignatureDoesNotMatch)/,
    'the credentials are not those of this account: choose others with --profile',
  ],
  [/^AccessDenied|NotAuthorized/, 'your role may not do this: take one that operates the stack'],
  [/Throttl|TooManyRequests|RequestLimit/, 'AWS is asked too often: try again in a minute'],
  [
    /^ResourceNotFound/,
    'what the stack published is gone: look whether a deploy is under way, or was undone',
  ],
  [
    /^(E[A-Z_]+|TimeoutError|NetworkingError)$/,
    'AWS cannot be reached: check the network, the proxy, --region and AWS_ENDPOINT_URL',
  ],
  [/^(Internal|ServiceUnavailable)/, 'AWS has a fault of its own: try again in a minute'],
];

interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly requestId?: string };
}

export function awsFailure(operation: string, error: unknown): CliError {
  // Anything can be thrown.
  const { name, code, message, $metadata } = (error ?? {}) as Partial<SdkError>;
  const isRegionMissing = typeof message === 'string' && message.startsWith('Region ');
  const kind = isRegionMissing ? 'NoRegion' : kindOf(nameOf(name, code));
  const [, advice = 'look the name up in the API reference of AWS; its support knows the id'] =
    ADVICE.find(([pattern]) => pattern.test(kind)) ?? [];
  const id = REQUEST_ID.exec($metadata?.requestId ?? '')?.[0] ?? 'none';
  return new CliError(`${operation} failed: ${kind}, request id ${id}; ${advice}`);
}

/** As AWS, Lambda and Node name kinds of errors: a name says what kind it is, and no sentence. */
const KIND = /^[A-Za-z][\w.]{0,79}$/;
const REQUEST_ID = /^[\w=+/-]{1,128}$/;

/** A name that somebody else gave to an error, if it is one: a name can hold a text, too. */
export function kindOf(name: unknown): string {
  return typeof name === 'string' && KIND.test(name) ? name : 'Unknown';
}

/** Errors of Node are all named Error, and differ in their code. */
function nameOf(name: unknown, code: unknown): unknown {
  return (name === 'Error' || name === 'AggregateError') && typeof code === 'string' ? code : name;
}
