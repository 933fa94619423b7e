/** The lines of `verify` about a running server, from its facts. Pure. */

import type { VerifyLine } from '../line';
import { type CommandOptions, commandLines } from './command-lines';
import { handshakeLines } from './handshake-lines';
import { loginLines } from './login-lines';
import { networkLines } from './network-lines';
import { type ResourceOptions, resourceLines } from './resource-lines';
import type { ServerFacts } from './server-facts';

export function serverLines(
  facts: ServerFacts,
  options: ResourceOptions & CommandOptions,
): readonly VerifyLine[] {
  return [
    ...loginLines(facts),
    ...networkLines(facts),
    ...handshakeLines(facts),
    ...commandLines(facts, options),
    ...resourceLines(facts, options),
  ];
}

/** Ids of all lines, which an accepted finding may name. */
export const SERVER_LINE_IDS: readonly string[] = [
  'no-login-refused',
  'cluster-nodes-refuse',
  'wrong-password-refused',
  'login-accepted',
  'application-connection',
  'default-user',
  'password-rule',
  'failed-logins-logged',
  'port-binding',
  'other-addresses',
  'other-host',
  'private-address',
  'encrypted',
  'protected-mode',
  'plaintext-refused',
  'no-plaintext-port',
  'tls-version',
  'old-tls-refused',
  'tls-cipher',
  'certificate-verified',
  'certificate-trusted',
  'certificate-host',
  'certificate-days',
  'administration-refused',
  'data-commands-refused',
  'process-commands-refused',
  'memory-limit',
  'eviction-policy',
  'persistence',
  'connection-limit',
  'version-supported',
];
