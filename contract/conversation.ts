/**
 * One conversation with a Redis server: commands go out once the socket is ready, and each reply is
 * judged as it arrives. It ends with a result, whatever the other side does, and closes the socket.
 *
 * It never puts a command into an error: AUTH has a password in it.
 */

import { encodeCommand, RespDecoder, type RespReply } from './resp';

/** The members of a socket of `node:net` or `node:tls` that a conversation uses. */
export interface ConversationSocket {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close' | 'connect' | 'secureConnect', listener: () => void): unknown;
  write(bytes: Buffer): unknown;
  destroy(): unknown;
}

/** What ended a conversation before the replies had a result. */
export type ConversationEnd =
  | { readonly why: 'timed-out' | 'connection-closed' | 'not-redis' }
  | { readonly why: 'error'; readonly error: NodeJS.ErrnoException };

export interface Conversation<Result> {
  /** The event after which the commands are sent. */
  readonly ready: 'connect' | 'secureConnect';
  readonly commands: readonly (readonly string[])[];
  /** Milliseconds for the whole conversation. */
  readonly timeoutMs: number;
  /** The result of the replies so far, or `undefined` while more must arrive. */
  resultOf(replies: readonly RespReply[]): Result | undefined;
  /** The result of a conversation that ended without one. */
  endedBy(ending: ConversationEnd): Result;
}

export function converse<Result>(
  socket: ConversationSocket,
  { ready, commands, timeoutMs, resultOf, endedBy }: Conversation<Result>,
): Promise<Result> {
  return new Promise((resolve) => {
    const end = (result: Result) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end(endedBy({ why: 'timed-out' })), timeoutMs);
    const decoder = new RespDecoder();
    const replies: RespReply[] = [];
    socket.on('error', (error) => end(endedBy({ why: 'error', error })));
    socket.on('close', () => end(endedBy({ why: 'connection-closed' })));
    socket.on(ready, () => {
      for (const command of commands) socket.write(encodeCommand(...command));
    });
    socket.on('data', (chunk) => {
      try {
        replies.push(...decoder.feed(chunk));
      } catch {
        end(endedBy({ why: 'not-redis' }));
        return;
      }
      const result = resultOf(replies);
      if (result !== undefined) end(result);
    });
  });
}
