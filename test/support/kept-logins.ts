/**
 * Logs in over one TLS connection per node, with AUTH and PING each time: the server judges the
 * password as on a new connection, and a TLS handshake takes 20 times the CPU time.
 */

import { connect, type TLSSocket } from 'node:tls';
import { encodeCommand, RespDecoder, RespError, type RespReply } from '../../contract/resp';
import type { logIn, ProbeTarget, Seen } from '../../rehearsal/redis/probe';

interface Connection {
  readonly socket: TLSSocket;
  /** Ends when the login before has its replies. */
  last: Promise<unknown>;
}

/** A login as `logIn` of the probe, and the end of its connections. */
export function keptLogins() {
  const connections = new Map<number, Connection>();
  const connectionTo = ({ host, port }: ProbeTarget, ca: string): Connection => {
    const known = connections.get(port);
    if (known && !known.socket.destroyed) return known;
    const socket = connect({ host, port, servername: host, ca });
    // An error closes it, which the login in progress tells.
    socket.on('error', () => undefined);
    const made = { socket, last: Promise.resolve() };
    connections.set(port, made);
    return made;
  };
  const ask: typeof logIn = async (target, ca, username, password, command = ['PING']) => {
    const connection = connectionTo(target, ca);
    const commands = [['AUTH', username, password.reveal()], command];
    const answer = connection.last.then(() => exchange(connection.socket, commands));
    connection.last = answer;
    return answer;
  };
  const end = () => {
    for (const { socket } of connections.values()) socket.destroy();
  };
  return { ask, end };
}

/** The last reply as a text, or the code of the first refusal. */
function exchange(socket: TLSSocket, commands: readonly (readonly string[])[]): Promise<Seen> {
  return new Promise((resolve) => {
    const decoder = new RespDecoder();
    const replies: RespReply[] = [];
    const end = (seen: Seen) => {
      socket.off('data', onData);
      socket.off('close', onClose);
      resolve(seen);
    };
    const onClose = () => end('connection closed');
    const onData = (chunk: Buffer) => {
      replies.push(...decoder.feed(chunk));
      if (replies.length < commands.length) return;
      const refused = replies.find((reply) => reply instanceof RespError);
      end(refused instanceof RespError ? refused.code : String(replies.at(-1)));
    };
    socket.on('data', onData);
    socket.on('close', onClose);
    for (const command of commands) socket.write(encodeCommand(...command));
  });
}
