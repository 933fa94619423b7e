/**
 * Probes a node from outside, like a host on the network.
 *
 * TLS is verified, except by probes that test plaintext or other TLS settings.
 */

import { connect as connectPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { converse } from '../../contract/conversation';
import { RespError } from '../../contract/resp';
import type { SecretText } from '../../contract/secret-text';

export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
}

/** The result of a probe: the last reply as text, or the error code. */
export type Seen = string;

const TIMEOUT_MS = 5_000;

const WORDS = {
  'timed-out': 'no answer',
  'connection-closed': 'connection closed',
  'not-redis': 'not Redis',
};

/** Connects over TLS and sends commands. Returns the reply to the last command. */
export function overTls(
  target: ProbeTarget,
  options: ConnectionOptions,
  commands: readonly (readonly string[])[],
): Promise<Seen> {
  const socket = connectTls({ ...target, servername: target.host, ...options });
  return ask(socket, 'secureConnect', commands);
}

export function overPlaintext(target: ProbeTarget): Promise<Seen> {
  return ask(connectPlain(target), 'connect', [['PING']]);
}

/** Logs in with a password and sends PING or another command. */
export function logIn(
  target: ProbeTarget,
  ca: string,
  username: string,
  password: SecretText,
  command: readonly string[] = ['PING'],
): Promise<Seen> {
  return overTls(target, { ca }, [['AUTH', username, password.reveal()], command]);
}

function ask(
  socket: Socket,
  ready: 'connect' | 'secureConnect',
  commands: readonly (readonly string[])[],
): Promise<Seen> {
  return converse<Seen>(socket, {
    ready,
    commands,
    timeoutMs: TIMEOUT_MS,
    resultOf: (replies) => {
      const refused = replies.find((reply) => reply instanceof RespError);
      if (refused instanceof RespError) return refused.code;
      const last = commands.length - 1;
      return replies.length > last ? String(replies[last]) : undefined;
    },
    endedBy: (ending) =>
      ending.why === 'error' ? (ending.error.code ?? ending.error.name) : WORDS[ending.why],
  });
}
