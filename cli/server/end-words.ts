/** Says in plain words why a connection to a server has ended. Quotes no text of the server. */

import type { EndReason, ProbeEnd } from './probe';

const WORDS: Readonly<Record<EndReason, string>> = {
  'name-not-found': 'the host name has no address',
  'connection-refused': 'connection refused',
  'no-route': 'no route to the host',
  'timed-out': 'no answer in time',
  'connection-closed': 'the connection was closed',
  'tls-failed': 'the TLS handshake failed',
  'certificate-not-trusted': 'the certificate is not trusted',
  'not-redis': 'an answer that is not of the Redis protocol',
  'too-many-bytes': 'more bytes than any expected answer has',
  'refused-unasked': 'an error before any command',
  'reply-unasked': 'a reply to no command',
  failed: 'the connection failed',
  'closed-by-us': 'the connection was closed here',
};

/** `connection refused (ECONNREFUSED)`. */
export function endWords({ why, details: { code, error } }: ProbeEnd): string {
  const more = code ?? (error === undefined ? undefined : shownCode(error.code));
  return more === undefined ? WORDS[why] : `${WORDS[why]} (${more})`;
}

/** The first word of an error of a server, if it has the format of a code. */
export function shownCode(code: string): string {
  return /^[A-Z][A-Z0-9_]{1,19}$/.test(code) ? code : 'an error without a code';
}
