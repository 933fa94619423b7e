/**
 * A failed AWS call in words for an operator: its name, its request id and what to do. Never its
 * text, which could quote what was sent.
 */

import { CliError } from './cloud';

interface Advice {
  readonly what: string;
  /** Whether the same call may succeed a moment later. */
  readonly isPassing?: boolean;
}

const ASKED_TOO_OFTEN: Advice = {
  what: 'AWS is asked too often: try again in a minute',
  isPassing: true,
};
const FAULT_OF_AWS: Advice = {
  what: 'AWS has a fault of its own: try again in a minute',
  isPassing: true,
};
const NOT_REACHED: Advice = {
  what: 'AWS cannot be reached: check the network, the proxy, --region and AWS_ENDPOINT_URL',
  isPassing: true,
};
const NOT_OF_AWS: Advice = {
  what: 'the answer is not from AWS: check the proxy, --region and AWS_ENDPOINT_URL',
  isPassing: true,
};
const NAMED: Advice = {
  what: 'look the name up in the API reference of AWS; its support knows the id',
};

/** The first that fits the error's name is what to do. */
const ADVICE: readonly (readonly [name: RegExp, advice: Advice])[] = [
  [/^NoRegion$/, { what: 'name one with --region, or set AWS_REGION' }],
  [
    /^ERR_INVALID_URL$/,
    { what: 'check AWS_ENDPOINT_URL, which must be a URL such as https://HOST' },
  ],
  [
    /^CredentialsProviderError$/,
    { what: 'log in (`aws sso login`), or name a profile with --profile' },
  ],
  [/Expired/, { what: 'your credentials are too old: log in again (`aws sso login`)' }],
  [
    /^(UnrecognizedClient|InvalidSignature|InvalidClientTokenId|SignatureDoesNotMatch)/,
    { what: 'the credentials are not those of this account: choose others with --profile' },
  ],
  [
    /^AccessDenied|NotAuthorized/,
    { what: 'your role may not do this: take one that operates the stack' },
  ],
  [/Throttl|TooManyRequests|RequestLimit/, ASKED_TOO_OFTEN],
  [
    /^ResourceNotFound/,
    { what: 'what the stack published is gone: look whether a deploy is under way, or was undone' },
  ],
  [/^(E[A-Z_]+|TimeoutError|NetworkingError)$/, NOT_REACHED],
  [/^(Internal|ServiceUnavailable)/, FAULT_OF_AWS],
];

/** Of an answer without a name of AWS: from a load balancer, a proxy or a web server. */
const UNNAMED = /^(Unknown|SyntaxError)$/;

function adviceOn(kind: string, status: number | undefined): Advice {
  const [, byName] = ADVICE.find(([pattern]) => pattern.test(kind)) ?? [];
  if (byName !== undefined) return byName;
  if (status === 429) return ASKED_TOO_OFTEN;
  if (status !== undefined && status >= 500) return FAULT_OF_AWS;
  return UNNAMED.test(kind) && status !== undefined ? NOT_OF_AWS : NAMED;
}

interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number };
}

export function awsFailure(operation: string, error: unknown): CliError {
  // Anything can be thrown.
  const { name, code, message, $metadata } = (error ?? {}) as Partial<SdkError>;
  const isRegionMissing = typeof message === 'string' && message.startsWith('Region ');
  const kind = isRegionMissing ? 'NoRegion' : kindOf(nameOf(name, code));
  const status = $metadata?.httpStatusCode;
  const { what, isPassing } = adviceOn(kind, status);
  const id = REQUEST_ID.exec($metadata?.requestId ?? '')?.[0] ?? 'none';
  const http = UNNAMED.test(kind) && status !== undefined ? `, HTTP ${status}` : '';
  return new CliError(`${operation} failed: ${kind}, request id ${id}${http}; ${what}`, isPassing);
}

/** As AWS, Lambda and Node name kinds of errors: a name says what kind it is, and no sentence. */
const KIND = /^[A-Za-z][\w.]{0,79}$/;
const REQUEST_ID = /^[\w=+/-]{1,128}$/;

/** A name that somebody else gave to an error, if it is one: a name can hold a text, too. */
export function kindOf(name: unknown): string {
  return typeof name === 'string' && KIND.test(name) ? name : 'Unknown';
}

const NAMES_OF_NODE: readonly unknown[] = ['Error', 'AggregateError', 'TypeError'];

/** Errors of Node have few names, and differ in their code. */
function nameOf(name: unknown, code: unknown): unknown {
  return NAMES_OF_NODE.includes(name) && typeof code === 'string' ? code : name;
}
