/**
 * What a login, a probe and an end of sessions send, and what each answer of a node means to them,
 * typed by hand. `login.test.ts` proves the login against real TLS servers, in another process.
 */

import { Password } from '../../contract/password';
import { endAllSessions, endSessions } from '../../lambda/rotation/end-sessions';
import { login } from '../../lambda/rotation/login';
import { probe } from '../../lambda/rotation/probe';
import { FakeNode, type NodeAnswer } from '../support/fake-node';

const mockSockets: FakeNode[] = [];
let mockTls: NodeAnswer = 'silent';
let mockPlain: NodeAnswer = 'silent';

jest.mock('node:tls', () => ({
  ...jest.requireActual('node:tls'),
  connect: (options: object) => mockConnect(options, 'secureConnect', mockTls),
}));
jest.mock('node:net', () => ({
  ...jest.requireActual('node:net'),
  connect: (options: object) => mockConnect(options, 'connect', mockPlain),
}));

function mockConnect(options: object, ready: 'connect' | 'secureConnect', answer: NodeAnswer) {
  const socket = new FakeNode(options, ready, answer);
  mockSockets.push(socket);
  return socket;
}

beforeEach(() => {
  mockSockets.length = 0;
  [mockTls, mockPlain] = ['silent', 'silent'];
});

const PASSWORD = Password.of('login-answers-password-0');
const NODE = { host: 'node-1.example.com', port: 6379 };
const AUTH = '*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$24\r\nlogin-answers-password-0\r\n';
const PING = '*1\r\n$4\r\nPING\r\n';
const kill = (type: string) =>
  '*8\r\n$6\r\nCLIENT\r\n$4\r\nKILL\r\n$4\r\nTYPE\r\n' +
  `$${type.length}\r\n${type}\r\n` +
  '$4\r\nUSER\r\n$3\r\napp\r\n$6\r\nSKIPME\r\n$3\r\nyes\r\n';

const unreachable = (why: string) => ({ answer: 'unreachable', why });
const refusedConnection = Object.assign(new Error('x'), { code: 'ECONNREFUSED', errno: -111 });

describe('A login', () => {
  const loginTo = (answer: NodeAnswer, node = NODE) => {
    mockTls = answer;
    return login(node, 'app', PASSWORD);
  };

  test('requires TLS 1.2 and a certificate for the name, and sends AUTH, then PING', async () => {
    expect(await loginTo('+OK\r\n+PONG\r\n')).toStrictEqual({ answer: 'accepted' });
    const [socket] = mockSockets;
    expect(socket?.options).toStrictEqual({
      host: 'node-1.example.com',
      port: 6379,
      servername: 'node-1.example.com',
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
    });
    expect([socket?.written, socket?.destroyed]).toStrictEqual([[AUTH, PING], 1]);
  });

  test.each(['10.0.0.1', '::1'])('names no server to the address %s', async (host) => {
    await loginTo('+OK\r\n+PONG\r\n', { host, port: 1 });
    expect(mockSockets[0]?.options).toMatchObject({ host, servername: '' });
  });

  test.each<[answer: NodeAnswer, expected: object]>([
    ['+OK\r\n-NOPERM this user has no permissions\r\n', { answer: 'accepted' }],
    ['-WRONGPASS invalid username-password pair\r\n', { answer: 'refused' }],
    ['-ERR invalid password\r\n', { answer: 'refused' }],
    ['-ERR invalid passwords\r\n', unreachable('not-ready')],
    ['-ERR unknown command\r\n', unreachable('not-ready')],
    ['-NOPERM x\r\n', unreachable('not-ready')],
    ['-LOADING x\r\n', unreachable('not-ready')],
    ['+OK\r\n-LOADING x\r\n', unreachable('not-ready')],
    ['+OK\r\n-WRONGPASS x\r\n', unreachable('not-ready')],
    ['+OK\r\n+OK\r\n', unreachable('not-ready')],
    ['+QUEUED\r\n+PONG\r\n', unreachable('not-redis')],
    ['+PONG\r\n', unreachable('not-redis')],
    ['HTTP/1.1 400 Bad Request\r\n', unreachable('not-redis')],
    [refusedConnection, unreachable('connection-refused')],
  ])('of a node that answers %j', async (answer, expected) => {
    expect(await loginTo(answer)).toStrictEqual(expected);
  });

  test('is not over after the reply to AUTH alone', async () => {
    const answer = loginTo('+OK\r\n');
    await new Promise((resolve) => setImmediate(resolve));
    expect(mockSockets[0]?.destroyed).toBe(0);
    mockSockets[0]?.emit('data', Buffer.from('+PONG\r\n'));
    expect(await answer).toStrictEqual({ answer: 'accepted' });
  });
});

describe('An end of sessions', () => {
  const endOn = (answer: NodeAnswer) => {
    mockTls = answer;
    return endSessions(NODE, 'app', PASSWORD);
  };

  test('kills the sessions of one user by type, and never its own', async () => {
    expect(await endOn('+OK\r\n:3\r\n:2\r\n')).toStrictEqual({ count: 5 });
    expect(mockSockets[0]?.written).toStrictEqual([AUTH, kill('normal'), kill('pubsub')]);
    expect(mockSockets[0]?.destroyed).toBe(1);
  });

  test.each<[answer: NodeAnswer, expected: object]>([
    ['+OK\r\n:0\r\n:0\r\n', { count: 0 }],
    ['-WRONGPASS x\r\n', { why: 'password-refused' }],
    ['-LOADING x\r\n', { why: 'not-ready' }],
    ['+PONG\r\n:1\r\n:1\r\n', { why: 'not-redis' }],
    ['+OK\r\n-NOPERM x\r\n:1\r\n', { why: 'command-refused' }],
    // The first kill alone would leave subscribers connected.
    ['+OK\r\n:1\r\n-ERR syntax error\r\n', { why: 'command-refused' }],
    ['+OK\r\n-LOADING x\r\n', { why: 'not-ready' }],
    ['+OK\r\n-MASTERDOWN x\r\n', { why: 'not-ready' }],
    ['+OK\r\n+OK\r\n', { why: 'not-redis' }],
    ['HTTP/1.1 400 Bad Request\r\n', { why: 'not-redis' }],
    [refusedConnection, { why: 'connection-refused' }],
  ])('on a node that answers %j', async (answer, expected) => {
    expect(await endOn(answer)).toStrictEqual(expected);
  });

  test.each(['', '+OK\r\n', '+OK\r\n:1\r\n'])('is not over after %j', async (answer) => {
    const result = endOn(answer);
    await new Promise((resolve) => setImmediate(resolve));
    expect(mockSockets[0]?.destroyed).toBe(0);
    mockSockets[0]?.emit('close');
    expect(await result).toStrictEqual({ why: 'connection-closed' });
  });

  test('reports each node, with the count or the reason', async () => {
    const asked: unknown[] = [];
    const answered = { current: 'accepted', noPassword: 'refused', plaintext: 'refused' } as const;
    const nodes = ['a', 'b'].map((host) => ({ host, port: 1, ...answered }));
    const cache = {
      username: 'app',
      endSessions: async (...given: readonly [{ host: string }, ...unknown[]]) => {
        asked.push(given);
        return given[0].host === 'a' ? { count: 2 } : { why: 'timed-out' as const };
      },
    };
    const ports = { cache } as unknown as Parameters<typeof endAllSessions>[2];
    const credentials = { username: 'edited', password: PASSWORD };
    expect(await endAllSessions(nodes, credentials, ports)).toStrictEqual([
      { host: 'a', port: 1, ...answered, sessionsEnded: 2 },
      { host: 'b', port: 1, ...answered, why: 'timed-out' },
    ]);
    expect(asked).toStrictEqual(nodes.map((node) => [node, 'app', PASSWORD]));
  });
});

describe('A probe', () => {
  const NOAUTH = '-NOAUTH Authentication required.\r\n';

  test('sends PING with TLS and without, and no password', async () => {
    [mockTls, mockPlain] = [NOAUTH, 'HTTP/1.1 400 Bad Request\r\n'];
    expect(await probe(NODE)).toStrictEqual({ noPassword: 'refused', plaintext: 'refused' });
    const [tls, plain] = mockSockets;
    expect(tls?.options).toStrictEqual({
      host: 'node-1.example.com',
      port: 6379,
      servername: 'node-1.example.com',
      minVersion: 'TLSv1.2',
    });
    expect(plain?.options).toStrictEqual({ host: 'node-1.example.com', port: 6379 });
    expect([tls?.written, plain?.written]).toStrictEqual([[PING], [PING]]);
  });

  test('names no server to an address', async () => {
    [mockTls, mockPlain] = [NOAUTH, NOAUTH];
    await probe({ host: '10.0.0.1', port: 1 });
    expect(mockSockets[0]?.options).toMatchObject({ servername: '' });
  });

  test.each<[tls: NodeAnswer, plain: NodeAnswer, noPassword: string, plaintext: string]>([
    [NOAUTH, refusedConnection, 'refused', 'refused'],
    [NOAUTH, NOAUTH, 'refused', 'refused'],
    [NOAUTH, '+PONG\r\n', 'refused', 'accepted'],
    ['+PONG\r\n', refusedConnection, 'accepted', 'refused'],
    ['+PONG\r\n', '+PONG\r\n', 'accepted', 'accepted'],
    [refusedConnection, refusedConnection, 'unreachable', 'unreachable'],
    [refusedConnection, '+PONG\r\n', 'unreachable', 'accepted'],
    [refusedConnection, NOAUTH, 'unreachable', 'refused'],
    ['-LOADING x\r\n', refusedConnection, 'unreachable', 'unreachable'],
    ['+OK\r\n', refusedConnection, 'unreachable', 'unreachable'],
  ])('of a node that answers %j with TLS and %j without', async (tls, plain, ...expected) => {
    [mockTls, mockPlain] = [tls, plain];
    const { noPassword, plaintext } = await probe(NODE);
    expect([noPassword, plaintext]).toStrictEqual(expected);
  });
});

test.each<[what: string, ask: () => Promise<unknown>, rest: string, expected: object]>([
  ['a login', () => login(NODE, 'app', PASSWORD), 'K\r\n+PONG\r\n', { answer: 'accepted' }],
  ['a probe', () => probe(NODE), 'K\r\n', { noPassword: 'unreachable', plaintext: 'unreachable' }],
  [
    'an open probe',
    () => probe(NODE),
    'PONG\r\n',
    { noPassword: 'accepted', plaintext: 'refused' },
  ],
])('A node whose first reply comes in two pieces ends %s with the whole', async (...given) => {
  const [, ask, rest, expected] = given;
  mockTls = rest.startsWith('K') ? '+O' : '+';
  mockPlain = refusedConnection;
  const result = ask();
  await new Promise((resolve) => setImmediate(resolve));
  expect(mockSockets[0]?.destroyed).toBe(0);
  mockSockets[0]?.emit('data', Buffer.from(rest));
  expect(await result).toStrictEqual(expected);
});

describe('A node that stays silent', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
  afterEach(() => void jest.useRealTimers());

  test.each<[what: string, ask: () => Promise<unknown>, ms: number, expected: object]>([
    ['a login', () => login(NODE, 'app', PASSWORD), 5_000, unreachable('timed-out')],
    ['an end of sessions', () => endSessions(NODE, 'app', PASSWORD), 10_000, { why: 'timed-out' }],
    ['a probe', () => probe(NODE), 5_000, { noPassword: 'unreachable', plaintext: 'unreachable' }],
  ])('ends %s in time', async (_what, ask, ms, expected) => {
    const results: unknown[] = [];
    const asked = ask().then((result) => results.push(result));
    await jest.advanceTimersByTimeAsync(ms - 1);
    expect(results).toStrictEqual([]);
    jest.advanceTimersByTime(1);
    await asked;
    expect(results).toStrictEqual([expected]);
  });
});
