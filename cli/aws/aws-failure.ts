/**
 * Describes a failed AWS call for an operator: error name, request id and what to do. Never its
 * message, which could quote the request.
 */

import { CliError } from './cloud';

interface Advice {
  readonly what: string;
  /** Whether a retry may succeed. */
  readonly isPassing?: boolean;
}

const ASKED_TOO_OFTEN: Advice = {
  what: 'AWS throttles the requests: try again in a minute',
  isPassing: true,
};
const FAULT_OF_AWS: Advice = {
  what: 'AWS has an internal error: try again in a minute',
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
  what: 'look the name up in the API reference of AWS, or give AWS Support the request id',
};

/** What to do, by the first pattern that matches the error's name. */
const ADVICE: readonly (readonly [name: RegExp, advice: Advice])[] = [
  [/^NoRegion$/, { what: 'name a region with --region, or set AWS_REGION' }],
  [
    /^ERR_INVALID_URL$/,
    { what: 'check AWS_ENDPOINT_URL, which must be a URL such as https://HOST' },
  ],
  [
    /^CredentialsProviderError$/,
    { what: 'log in (`aws sso login`), or name a profile with --profile' },
  ],
  [/Expired/, { what: 'your credentials have expired: log in again (`aws sso login`)' }],
  [
    /^(UnrecognizedClient|InvalidSignature|InvalidClientTokenId|SignatureDoesNotMatch)/,
    { what: 'the credentials are not those of this account: choose others with --profile' },
  ],
  [
    /^AccessDenied|NotAuthorized/,
    { what: 'your role lacks this permission: use a role that operates the stack' },
  ],
  [/Throttl|TooManyRequests|RequestLimit/, ASKED_TOO_OFTEN],
  [
    /^ResourceNotFound/,
    { what: 'a resource that the stack published is gone: check for a deploy or a rollback' },
  ],
  [/^(E[A-Z_]+|TimeoutError|NetworkingError)$/, NOT_REACHED],
  [/^(Internal|ServiceUnavailable)/, FAULT_OF_AWS],
];

/** Names of errors without an AWS error name: from a load balancer, a proxy or a web server. */
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
  // JavaScript can throw any value.
  const { name, code, message, $metadata } = (error ?? {}) as Partial<SdkError>;
  const isRegionMissing = typeof message === 'string' && message.startsWith('Region ');
  const kind = isRegionMissing ? 'NoRegion' : kindOf(nameOf(name, code));
  const status = $metadata?.httpStatusCode;
  const { what, isPassing } = adviceOn(kind, status);
  const id = REQUEST_ID.exec($metadata?.requestId ?? '')?.[0] ?? 'none';
  const http = UNNAMED.test(kind) && status !== undefined ? `, HTTP ${status}` : '';
  return new CliError(`${operation} failed: ${kind}, request id ${id}${http}; ${what}`, isPassing);
}

/** Format of error names of AWS, Lambda and Node. A sentence never matches. */
const KIND = /^[A-Za-z][\w.]{0,79}$/;
const REQUEST_ID = /^[\w=+/-]{1,128}$/;

/** The name of an external error if it has the format of a name; it could be any text. */
export function kindOf(name: unknown): string {
  return typeof name === 'string' && KIND.test(name) ? name : 'Unknown';
}

const NAMES_OF_NODE: readonly unknown[] = ['Error', 'AggregateError', 'TypeError'];

/** Errors of Node share few names, and differ in their code. */
function nameOf(name: unknown, code: unknown): unknown {
  return NAMES_OF_NODE.includes(name) && typeof code === 'string' ? code : name;
}
