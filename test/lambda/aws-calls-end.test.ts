/**
 * Proves that every AWS call of the function ends, however an endpoint misbehaves: it accepts and
 * never answers, its headers trickle, its body stalls after one byte, or comes at a byte a time.
 */

import { createServer, type Server, type Socket } from 'node:net';
import { Password } from '../../contract/password';
import { awsTokenCache, awsUserCache } from '../../lambda/rotation/aws-cache';
import { awsSecrets } from '../../lambda/rotation/aws-secrets';
import { CALL_MS_MAX, readSettings } from '../../lambda/rotation/settings';
import { noteOutput } from '../support/leaks';

const DEADLINE_MS = 300;
/** For a machine that is busy. Without a deadline none of these calls would end at all. */
const ENDS_WITHIN_MS = 4_000;
const TRICKLE_MS = 100;
const PASSWORD = Password.of('deadline-password-0');
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 4096';

/** What an endpoint does with a connection once something has come in. */
const ENDPOINTS: Readonly<Record<string, (socket: Socket) => void>> = {
  'accepts and never answers': () => undefined,
  'sends its headers a byte at a time': (socket) => trickle(socket, HEAD),
  'sends 200 and one byte': (socket) => void socket.write(`${HEAD}\r\n\r\n{`),
  'sends 200 and a byte at a time': (socket) => {
    socket.write(`${HEAD}\r\n\r\n`);
    trickle(socket, ' '.repeat(4096));
  },
};

function trickle(socket: Socket, text: string): void {
  let sent = 0;
  const timer = setInterval(() => socket.write(text.charAt(sent++)), TRICKLE_MS);
  socket.on('close', () => clearInterval(timer));
}

const sockets = new Set<Socket>();
let server: Server | undefined;

async function listen(onData: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => onData(socket));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

beforeEach(() => {
  process.env.AWS_REGION = 'us-east-1';
  process.env.AWS_ACCESS_KEY_ID = 'TEST';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server?.close(resolve));
});

/** Each call that a rotation or a daily check makes. */
function calls(): Readonly<Record<string, () => Promise<unknown>>> {
  const secrets = awsSecrets({ secretArn: 'arn' }, DEADLINE_MS);
  const cache = awsTokenCache('group', DEADLINE_MS);
  const of = { name: 'app', userId: 'app-1', replicationGroupId: 'group' };
  const user = awsUserCache(of, DEADLINE_MS);
  const endpoints = { host: 'a', readerHost: 'b', port: 6380 };
  return {
    labels: () => secrets.labels(),
    read: () => secrets.read('v1'),
    put: () => secrets.put('v1', { username: 'default', password: PASSWORD, endpoints }),
    move: () => secrets.move('current', 'v0', 'v1'),
    history: () => secrets.history(),
    markRevoked: () => secrets.markRevoked('v1', 'now'),
    unmarkRevoked: () => secrets.unmarkRevoked('v1', 'now'),
    look: () => cache.look(),
    ask: () => cache.ask(PASSWORD),
    askAlone: () => cache.askAlone(PASSWORD),
    lookAtUser: () => user.lookAtUser(),
    askList: () => user.askList([PASSWORD]),
  };
}

async function endOf(call: () => Promise<unknown>): Promise<string> {
  const startMs = performance.now();
  const words = await call().then(
    () => 'it was answered',
    (error: Error) => error.message,
  );
  noteOutput(words);
  const tookMs = performance.now() - startMs;
  return tookMs < ENDS_WITHIN_MS ? words : `${words}, after ${tookMs.toFixed(0)} ms`;
}

describe('Every AWS call of the function ends', () => {
  test.each(['http', 'https'].flatMap((scheme) => Object.keys(ENDPOINTS).map((n) => [scheme, n])))(
    'at an endpoint of %s that %s',
    async (scheme, name) => {
      const port = await listen(ENDPOINTS[name] ?? (() => undefined));
      process.env.AWS_ENDPOINT_URL = `${scheme}://127.0.0.1:${port}`;
      const ends = await Promise.all(
        Object.values(calls()).map(async (call) => (await endOf(call)).slice(0, 120)),
      );
      // Over TLS none of the four gets past the handshake: some are no TLS, which is told at once.
      const failed = /^AwsCallFailed: an AWS call failed, .* \(\w+: \w+/;
      for (const end of ends) expect(end).toMatch(failed);
      if (scheme === 'http') expect(ends.join('\n')).not.toContain('answered');
    },
  );

  test('and says which it was, and that it timed out', async () => {
    const port = await listen((socket) => socket.write(`${HEAD}\r\n\r\n{`));
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
    expect(await endOf(() => awsSecrets({ secretArn: 'arn' }, DEADLINE_MS).labels())).toContain(
      '(DescribeSecret: TimeoutError, request id none)',
    );
    expect(await endOf(() => awsTokenCache('group', DEADLINE_MS).ask(PASSWORD))).toContain(
      '(ModifyReplicationGroup: TimeoutError, request id none)',
    );
  });

  test('and its connection is dropped then, with nothing sent after it', async () => {
    const seen = { begun: 0, closed: 0 };
    const port = await listen((socket) => {
      seen.begun += 1;
      socket.on('close', () => {
        seen.closed += 1;
      });
    });
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
    await endOf(() => awsSecrets({ secretArn: 'arn' }, DEADLINE_MS).labels());
    await new Promise((resolve) => setTimeout(resolve, 2 * DEADLINE_MS));
    expect(seen).toStrictEqual({ begun: 1, closed: 1 });
  });
});

describe('A turn after a wait fits into the time that is kept for it', () => {
  test('six calls of 20 s and four rounds of logins of 5 s', () => {
    expect(CALL_MS_MAX).toBe(20_000);
    const { timing } = readSettings({
      CREDENTIALS_SECRET_ARN: 'arn',
      REPLICATION_GROUP_ID: 'group',
      POLL_INTERVAL_MS: '5000',
      QUIET_MS: '60000',
      ROTATION_DAYS: '90',
      GRACE_DAYS: '7',
    });
    expect(timing.iterationMsMax).toBe(140_000);
  });
});
