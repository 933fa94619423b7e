/**
 * `verify`, `doctor` and the client work with a Redis that this project has not deployed: a plain
 * TLS server with one password, as other clouds have it.
 */

import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { connectIoredis, connectNodeRedis, RedisCredentials } from '../../client';
import { redisUrl } from '../../client/redis-url';
import { runInside } from '../support/cli-process';
import { anAuthority, certificateWith } from '../support/doctor-certificates';
import { notePassword } from '../support/leaks';
import { endOwnServers, type OwnServer, startOwnServer, tlsConfig } from '../support/own-server';

/** As `openssl rand -base64 32` prints it: with + and /, and = at the end. */
const PASSWORD = 'x7Qm+Zk3/vT9aLwE1uYcR5oN8dHsJ2fGpB6iK4tVbC0=';
notePassword(PASSWORD);

const { path: program } = ensureRedisServer(() => undefined);
let server: OwnServer;
let ca = '';
let caFile = '';

beforeAll(async () => {
  const authority = await anAuthority('The authority of a cloud');
  const pair = await certificateWith({ authority });
  const config = await tlsConfig({ caPem: authority.certPem, ...pair });
  ({ caFile } = config);
  ca = authority.certPem;
  server = await startOwnServer(program, [...config.lines, 'port 0', `requirepass ${PASSWORD}`]);
});

afterAll(endOwnServers);

const url = (options = '') =>
  `rediss://:${encodeURIComponent(PASSWORD)}@localhost:${server.port}/0${options}`;
const cli = (...args: readonly string[]) => runInside(args, { PATH: process.env.PATH ?? '' });

/** The form of the practice. */
const trusting = () => `?ssl_cert_reqs=required&ssl_ca_certs=${caFile}`;

test('verify reads its connection string, and finds what TLS and the password are', async () => {
  const { out, err, code } = await cli('verify', url(trusting()), '--json');
  expect(err).not.toContain('must');
  const verdicts = new Map(
    (JSON.parse(out) as { lines: { id: string; verdict: string }[] }).lines.map((line) => [
      line.id,
      line.verdict,
    ]),
  );
  for (const id of ['no-login-refused', 'wrong-password-refused', 'plaintext-refused']) {
    expect([id, verdicts.get(id)]).toStrictEqual([id, 'pass']);
  }
  expect(code).toBe(1);
  expect(`${out}${err}`).not.toContain(PASSWORD);
});

test('doctor finds it healthy', async () => {
  const { out, code } = await cli('doctor', url(trusting()), '--json');
  expect(JSON.parse(out)).toMatchObject({ state: 'healthy' });
  expect(code).toBe(0);
});

const OTHERS = [
  ['of 12 characters', 'abcDEF123456'],
  ['of quotes, spaces and more', ' a"b\'c\\d @:/#?%zz '],
  ['outside of ASCII', 'pässwörd-密码-🔑'],
  ['of 8192 bytes, the longest', 'x'.repeat(8_192)],
] as const;

function credentialsOf(username: string, password: string): RedisCredentials {
  const at = { host: 'localhost', readerHost: 'localhost', port: server.port };
  return new RedisCredentials({ read: async () => JSON.stringify({ username, password, ...at }) });
}

async function pingWith(credentials: RedisCredentials, library: string): Promise<string> {
  if (library === 'ioredis') {
    const redis = await connectIoredis(credentials, { Redis, ca });
    const answer = await redis.ping();
    redis.disconnect();
    return answer;
  }
  const redis = await connectNodeRedis(credentials, { createClient, ca });
  const answer = await redis.ping();
  redis.destroy();
  return answer;
}

describe.each(['ioredis', 'node-redis'])('The client connects by %s', (library) => {
  test('with the login of a connection string', async () => {
    const { username, password } = redisUrl.parse(url());
    expect(await pingWith(credentialsOf(username, password.reveal()), library)).toBe('PONG');
  });

  test.each(OTHERS)('with a password %s', async (_, password) => {
    await addUser('app', password);
    expect(await pingWith(credentialsOf('app', password), library)).toBe('PONG');
  });
});

function open(username: string, password: string): Redis {
  const options = { lazyConnect: true, retryStrategy: () => null, tls: { ca } };
  const redis = new Redis({ port: server.port, username, password, ...options });
  redis.on('error', () => undefined);
  return redis;
}

async function addUser(username: string, password: string): Promise<void> {
  notePassword(password);
  const redis = open('default', PASSWORD);
  await redis.acl('SETUSER', username, 'reset', 'on', `>${password}`, '~*', '+@all');
  redis.disconnect();
}
