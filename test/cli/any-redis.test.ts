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

/** With characters that a URL has encoded; the client accepts those of ElastiCache only. */
const PASSWORD = 'Qx7#password^of$another<cloud>-0123456789';
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

test.each(['ioredis', 'node-redis'])('the client connects by %s', async (library) => {
  const { username, password, host, port } = redisUrl.parse(url());
  const secret = { username, password: password.reveal(), host, readerHost: host, port };
  const credentials = new RedisCredentials({ read: async () => JSON.stringify(secret) });
  if (library === 'ioredis') {
    const redis = await connectIoredis(credentials, { Redis, ca });
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  } else {
    const redis = await connectNodeRedis(credentials, { createClient, ca });
    expect(await redis.ping()).toBe('PONG');
    redis.destroy();
  }
});
