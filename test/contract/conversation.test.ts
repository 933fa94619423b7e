/**
 * A conversation with a Redis server sends its commands once the socket is ready, and ends with one
 * result whatever the other side does: the socket is closed then, and no timer is left.
 */

import { EventEmitter } from 'node:events';
import { type ConversationEnd, converse } from '../../contract/conversation';
import type { RespReply } from '../../contract/resp';

const TIMEOUT_MS = 5_000;

class FakeSocket extends EventEmitter {
  readonly written: string[] = [];
  destroyed = 0;

  write(bytes: Buffer): void {
    this.written.push(bytes.toString());
  }

  destroy(): void {
    this.destroyed += 1;
  }
}

/** A conversation whose result is the replies, once there are two of them. */
function start(ready: 'connect' | 'secureConnect' = 'connect') {
  const socket = new FakeSocket();
  const results: unknown[] = [];
  const result = converse<readonly RespReply[] | ConversationEnd>(socket, {
    ready,
    commands: [['AUTH', 'app', 'a'], ['PING']],
    timeoutMs: TIMEOUT_MS,
    resultOf: (replies) => (replies.length < 2 ? undefined : [...replies]),
    endedBy: (ending) => ending,
  });
  void result.then((each) => results.push(each));
  const seen = async () => {
    await Promise.resolve();
    return { results, destroyed: socket.destroyed, timers: jest.getTimerCount() };
  };
  return { socket, seen };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('The commands of a conversation', () => {
  test.each(['connect', 'secureConnect'] as const)('are sent at %s', (ready) => {
    const { socket } = start(ready);
    socket.emit(ready === 'connect' ? 'secureConnect' : 'connect');
    expect(socket.written).toStrictEqual([]);
    socket.emit(ready);
    expect(socket.written).toStrictEqual([
      '*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$1\r\na\r\n',
      '*1\r\n$4\r\nPING\r\n',
    ]);
  });
});

describe('A conversation ends once, closes its socket and stops its timer', () => {
  test('with the result of replies in several chunks', async () => {
    const { socket, seen } = start();
    socket.emit('data', Buffer.from('+OK\r\n+PO'));
    expect(await seen()).toStrictEqual({ results: [], destroyed: 0, timers: 1 });
    socket.emit('data', Buffer.from('NG\r\n'));
    expect(await seen()).toStrictEqual({ results: [['OK', 'PONG']], destroyed: 1, timers: 0 });
  });

  const error = new Error('ECONNREFUSED');
  test.each<[what: string, act: (socket: FakeSocket) => void, ending: ConversationEnd]>([
    ['an error', (socket) => socket.emit('error', error), { why: 'error', error }],
    ['a closed connection', (socket) => socket.emit('close'), { why: 'connection-closed' }],
    [
      'bytes that are not RESP',
      (socket) => socket.emit('data', Buffer.from('HTTP/1.1 400 Bad Request\r\n')),
      { why: 'not-redis' },
    ],
    ['no reply in time', () => jest.advanceTimersByTime(TIMEOUT_MS), { why: 'timed-out' }],
  ])('with %s', async (_what, act, ending) => {
    const { socket, seen } = start();
    act(socket);
    expect(await seen()).toStrictEqual({ results: [ending], destroyed: 1, timers: 0 });
  });

  test('not before its time is over', async () => {
    const { seen } = start();
    jest.advanceTimersByTime(TIMEOUT_MS - 1);
    expect(await seen()).toStrictEqual({ results: [], destroyed: 0, timers: 1 });
  });
});
