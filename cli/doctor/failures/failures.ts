/**
 * The table of `doctor`: all failures that it knows. Where texts of two rows match, the earlier row
 * wins.
 */

import { ADDRESS_FAILURES } from './address-failures';
import type { KnownFailure } from './known-failure';
import { LOGIN_FAILURES } from './login-failures';
import { REACH_FAILURES } from './reach-failures';
import { SERVER_FAILURES } from './server-failures';
import { TLS_FAILURES } from './tls-failures';
import { TOPOLOGY_FAILURES } from './topology-failures';

/** What a server has said comes before what a client made of it. */
const ALL = [
  ...LOGIN_FAILURES,
  ...TLS_FAILURES,
  ...TOPOLOGY_FAILURES,
  ...ADDRESS_FAILURES,
  ...REACH_FAILURES,
  ...SERVER_FAILURES,
] as const;

export type FailureId = (typeof ALL)[number]['id'];

export const FAILURES: readonly (KnownFailure & { readonly id: FailureId })[] = ALL;
