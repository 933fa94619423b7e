/**
 * Looks at a node from outside, as anybody on the network could: what does it answer?
 *
 * TLS is verified unless a probe is there to show what happens otherwise.
 */

import { connect as connectPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Password } from '../../contract/password';
import { encodeCommand, RespDecoder, RespError, type RespReply } from '../../contract/resp';

export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
}

/** What came back: the last reply in words, or the code of the error that ended it. */
export type Seen = string;

const TIMEOUT_MS = 5_000;

/** Connects over TLS and sends the commands; the answer is the reply to the last one. */
export function overTls(
  target: ProbeTarget,
  options: ConnectionOptions,
  commands: readonly (readonly string[])[],
): Promise<Seen> {
  const socket = connectTls({ ...target, servername: target.host, ...options });
  return converse(socket, 'secureConnect', commands);
}

export function overPlaintext(target: ProbeTarget): Promise<Seen> {
  return converse(connectPlain(target), 'connect', [['PING']]);
}

/** AUTH and PING with a password, or AUTH and another command. */
export function logIn(
  target: ProbeTarget,
  ca: string,
  username: string,
  password: Password,
  command: readonly string[] = ['PING'],
): Promise<Seen> {
  return overTls(target, { ca }, [['AUTH', username, password.reveal()], command]);
}

function converse(
  socket: Socket,
  ready: 'connect' | 'secureConnect',
  commands: readonly (readonly string[])[],
): Promise<Seen> {
  return new Promise((resolve) => {
    const decoder = new RespDecoder();
    const replies: RespReply[] = [];
    const end = (seen: Seen) => {
      resolve(seen);
      socket.destroy();
    };
    socket.setTimeout(TIMEOUT_MS, () => end('no answer'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name));
    socket.on('close', () => end('connection closed'));
    socket.on(ready, () => {
      for (const command of commands) socket.write(encodeCommand(...command));
    });
    socket.on('data', (chunk) => {
      try {
        replies.push(...decoder.feed(chunk));
      } catch {
        end('not Redis');
        return;
      }
      const refused = replies.find((reply) => reply instanceof RespError);
      if (refused) end((refused as RespError).code);
      else if (replies.length >= commands.length) end(String(replies[commands.length - 1]));
    });
  });
}
