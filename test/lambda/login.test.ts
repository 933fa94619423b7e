/**
 * Proves that a login and a probe believe nothing but Redis's own words: PING is answered by PONG
 * exactly, and whatever else answers is neither an accepted login nor an open door.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { promisify } from 'node:util';
import { makeCertificates } from '../../cli/server/certificates';
import { noteOutput } from '../support/leaks';

const ROOT = join(__dirname, '../..');
const TIMEOUT_MS = 60_000;
const ACCEPTED = 'accepted';
const NOT_READY = 'unreachable not-ready';
const NOT_REDIS = 'unreachable not-redis';

/** What a server sends once it is spoken to, and what it then is: to a login, and to a probe. */
const SERVERS: readonly (readonly [sends: string, login: string, probe: string])[] = [
  ['+OK\r\n+PONG\r\n', ACCEPTED, 'unreachable'],
  ['+PONG\r\n', NOT_REDIS, 'accepted'],
  ['+OK\r\n+OK\r\n', NOT_READY, 'unreachable'],
  ['+OK\r\n+PONGO\r\n', NOT_READY, 'unreachable'],
  ['+OK\r\n+pong\r\n', NOT_READY, 'unreachable'],
  ['+OK\r\n:1\r\n', NOT_READY, 'unreachable'],
  ['+OK\r\n$-1\r\n', NOT_READY, 'unreachable'],
  ['+OK\r\n*1\r\n+PONG\r\n', NOT_READY, 'unreachable'],
  ['+OK\r\n-LOADING Redis is loading the dataset in memory\r\n', NOT_READY, 'unreachable'],
  ['+QUEUED\r\n+PONG\r\n', NOT_REDIS, 'unreachable'],
  [':1\r\n+PONG\r\n', NOT_REDIS, 'unreachable'],
  ['HTTP/1.1 400 Bad Request\r\n\r\n', NOT_REDIS, 'unreachable'],
  ['-WRONGPASS invalid username-password pair or user is disabled.\r\n', 'refused', 'unreachable'],
  ['-NOAUTH Authentication required.\r\n', NOT_READY, 'refused'],
];

/** In a process of its own: whom Node trusts is told when it starts. */
const ASKS = `
  const { login } = require('./lambda/rotation/login');
  const { probe } = require('./lambda/rotation/probe');
  const { Password } = require('./contract/password');
  const password = Password.of('login-test-password-0');
  const ask = async (port) => {
    const node = { host: 'localhost', port };
    const { answer, why } = await login(node, 'default', password);
    const { noPassword } = await probe(node);
    return [why ? answer + ' ' + why : answer, noPassword];
  };
  Promise.all(process.argv.slice(1).map((port) => ask(Number(port))))
    .then((answers) => console.log(JSON.stringify(answers)));`;

test(
  'PONG is the answer to PING, and nothing else is',
  async () => {
    const { caPem, certPem, keyPem } = await makeCertificates();
    const servers: Server[] = [];
    for (const [sends] of SERVERS) {
      const server = createServer({ cert: certPem, key: keyPem }, (socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.write(sends));
      });
      await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
      servers.push(server);
    }
    const folder = mkdtempSync(join(tmpdir(), 'login-test-'));
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, caPem);
    const ports = servers.map((server) => String((server.address() as AddressInfo).port));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-r', './bin/register.cjs', '-e', ASKS, ...ports],
      { cwd: ROOT, env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile } },
    );
    noteOutput(stdout);
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
    const answers = JSON.parse(stdout) as string[][];
    const seen = SERVERS.map(([sends], index) => [sends, ...(answers[index] ?? [])]);
    expect(seen).toStrictEqual(SERVERS);
  },
  TIMEOUT_MS,
);
