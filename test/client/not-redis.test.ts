/**
 * A server with valid TLS that is not Redis is refused by every adapter with a separate code: the
 * reply to HELLO must be a map, the reply to PING must be PONG.
 */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { type Certificates, makeCertificates } from '../../cli/server/certificates';
import type { RedisClientEvent } from '../../client/connect-options';
import { RedisClientError } from '../../client/redis-client-error';
import { RedisCredentials } from '../../client/redis-credentials';
import { Password } from '../../contract/password';
import { RespDecoder } from '../../contract/resp';
import { printCredentials } from '../../contract/secret-json';
import { CLUSTERS, type Connect, STANDALONE } from '../support/clients';
import { noteOutput } from '../support/leaks';

const PASSWORD = 'password-for-no-redis-1';
const QUICK = { connectTimeoutMs: 5_000 };

let certificates: Certificates;
let server: Server | undefined;
const sockets = new Set<TLSSocket>();

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

const port = () => ((server as Server).address() as AddressInfo).port;

function credentials(): RedisCredentials {
  const at = { host: 'localhost', readerHost: 'localhost', port: port() };
  return new RedisCredentials({
    read: async () => printCredentials('default', Password.of(PASSWORD), at),
  });
}

/** A reply to a command with its arguments, in bytes. */
type Answer = (name: string, args: readonly string[]) => string;

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;

/** As Redis says it, in the protocol that is asked for. */
function helloOf(mode: string, role: string): Answer {
  return (_, [protocol]) => {
    const fields = [bulk('mode'), bulk(mode), bulk('role'), bulk(role)].join('');
    return protocol === '3' ? `%2\r\n${fields}` : `*4\r\n${fields}`;
  };
}

/** A server as Redis is to a login, but for some commands. */
function redis(mode: string, special: Readonly<Record<string, string>> = {}): Answer {
  return (name, args) => {
    const given = special[name];
    if (given !== undefined) return given;
    if (name === 'HELLO') return helloOf(mode, 'master')(name, args);
    if (name === 'PING') return '+PONG\r\n';
    if (name !== 'CLUSTER') return '+OK\r\n';
    const node = `*3\r\n${bulk('localhost')}:${port()}\r\n${bulk('a'.repeat(40))}`;
    return `*1\r\n*3\r\n:0\r\n:16383\r\n${node}`;
  };
}

async function listen(answer: Answer): Promise<void> {
  const { certPem: cert, keyPem: key } = certificates;
  server = createServer({ cert, key }, (socket) => {
    sockets.add(socket);
    const decoder = new RespDecoder();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const command of decoder.feed(chunk)) {
        const [name = '', ...args] = command as readonly string[];
        socket.write(answer(name.toUpperCase(), args));
      }
    });
  });
  await once(server.listen(0, 'localhost'), 'listening');
}

async function errorOf(connect: Connect, answer: Answer) {
  await listen(answer);
  const events: RedisClientEvent[] = [];
  const log = (event: RedisClientEvent) => void events.push(event);
  const startMs = performance.now();
  const options = { ca: certificates.caPem, log, ...QUICK };
  const error = await connect(credentials(), options).then(
    (client) => client.end(),
    (failure: unknown) => failure,
  );
  expect(performance.now() - startMs).toBeLessThan(QUICK.connectTimeoutMs - 500);
  noteOutput(inspect([error, events], { depth: 9, showHidden: true }));
  expect(error).toBeInstanceOf(RedisClientError);
  return { error: error as RedisClientError, events };
}

const ALL = [
  ...STANDALONE.map(([name, connect]) => [name, 'standalone', connect] as const),
  ...CLUSTERS.map(([name, connect]) => [`${name} cluster`, 'cluster', connect] as const),
];

describe.each(ALL)('%s refuses', (_, mode, connect) => {
  test('no server that answers as Redis does', async () => {
    await listen(redis(mode));
    const client = await connect(credentials(), { ca: certificates.caPem });
    client.end();
  });

  test.each([
    ['a web server', () => 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
    ['a proxy that answers OK to everything', () => '+OK\r\n'],
    ['a server with a list for HELLO', redis(mode, { HELLO: '*2\r\n+OK\r\n+OK\r\n' })],
    ['a server with an empty list for HELLO', redis(mode, { HELLO: '*0\r\n' })],
    ['a server with a number for HELLO', redis(mode, { HELLO: ':3\r\n' })],
    ['a server with OK for PING', redis(mode, { PING: '+OK\r\n' })],
    ['a server with a list for PING', redis(mode, { PING: '*1\r\n+PONG\r\n' })],
    ['a server with another word for PING', redis(mode, { PING: bulk('PONG!') })],
  ] as const)('%s', async (_what, answer) => {
    const { error, events } = await errorOf(connect, answer);
    expect(error.code).toBe('not-redis');
    expect(error.message).toMatch(
      /^localhost:\d+ must answer (in the protocol of Redis|HELLO|PING|CLUSTER SLOTS).*\. Check/,
    );
    expect(error.message).toContain('something else answers there, such as a proxy');
    expect(events.some(({ event }) => event === 'connected')).toBe(false);
  });
});
