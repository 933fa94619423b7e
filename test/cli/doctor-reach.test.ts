/**
 * `doctor` tells why a server cannot be reached: connection strings, names, routes, ports, and what
 * is not Redis. Each failure is produced.
 */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionFacts } from '../../cli/doctor/connection-facts';
import { answerOfDoctor } from '../../cli/doctor/diagnosed';
import { diagnosedFacts } from '../../cli/doctor/doctor';
import { examine } from '../../cli/doctor/examine';
import { ProbeEnd } from '../../cli/server/probe';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { serverAddressOf } from '../../cli/server/server-address';
import { Screen } from '../../cli/terminal/screen';
import { built } from '../support/built';
import { Admin, type Doctored, doctored, PASSWORD, produces } from '../support/doctor-run';
import { noteOutput } from '../support/leaks';
import {
  answerWith,
  endOwnServers,
  type OwnServer,
  startOwnServer,
  startSentinel,
} from '../support/own-server';
import { temporaryFolder } from '../support/temporary-folder';

const { path: program } = ensureRedisServer(() => undefined);
const SECRET = 'Pa55/w0rd#with?all@of:it%of-32-chars';

let plain: OwnServer;

beforeAll(async () => {
  plain = await startOwnServer(program, ['port PORT', 'save 3600 1', `requirepass ${PASSWORD}`]);
});

afterAll(endOwnServers);

const urlOf = (port: number, host = '127.0.0.1') => `redis://:${PASSWORD}@${host}:${port}/0`;

/** As `doctored`, of facts. */
function told(facts: ConnectionFacts): Doctored {
  const { json } = answerOfDoctor(diagnosedFacts(facts, false, Date.now()), new Screen(true));
  return json as Doctored;
}

/** With a name that does not resolve, for this reason. */
async function resolvingBy(code: string, url: string): Promise<Doctored> {
  const options = { url, readsOnly: false, timeoutMs: 500, resolve: async () => ({ code }) };
  return told(await examine(serverAddressOf(url), options));
}

async function suspended(isFull: boolean): Promise<Doctored> {
  const server = await startOwnServer(program, ['port PORT', 'tcp-backlog 1']);
  const admin = await Admin.of(server.port);
  const [, pid] = /process_id:(\d+)/.exec(String(await admin.ask('INFO', 'server'))) ?? [];
  process.kill(Number(pid), 'SIGSTOP');
  const waiting = Array.from({ length: isFull ? 4 : 0 }, () => connect(server.port, '127.0.0.1'));
  for (const socket of waiting) socket.on('error', () => undefined);
  await sleep(50);
  const answer = await doctored(`redis://127.0.0.1:${server.port}/0`, { timeout: 0.5 });
  for (const socket of waiting) socket.destroy();
  await server.stop();
  return answer;
}

function ofFile(text: string): Promise<Doctored> {
  const file = join(temporaryFolder('doctor-env'), '.env');
  writeFileSync(file, text);
  return doctored(undefined, { file });
}

describe('The connection string', () => {
  produces('variables-not-loaded', 'REDIS_URL is not set', () => {
    delete process.env.REDIS_URL;
    return doctored(undefined);
  });

  test('variables-not-loaded, too: the variable of the password is empty', async () => {
    expect((await doctored('redis://:@localhost:6379/0')).failure?.id).toBe('variables-not-loaded');
  });

  produces('variable-not-expanded', 'a .env file without REDIS_PASSWORD', () =>
    ofFile(`REDIS_URL=redis://:\${REDIS_PASSWORD}@127.0.0.1:${plain.port}/0\n`),
  );

  test('is completed by the variables of its file, as compose does', async () => {
    const given = await ofFile(
      `REDIS_PASSWORD=${PASSWORD}\n` +
        `REDIS_URL=redis://:\${REDIS_PASSWORD}@127.0.0.1:${plain.port}/0\n`,
    );
    expect(given.state).toBe('healthy');
    expect(given.notes.join()).toContain('REDIS_URL has a variable in it');
  });

  produces('password-not-encoded', 'a password of all characters that a URL must encode', () =>
    ofFile(`REDIS_PASSWORD='${SECRET}'\nREDIS_URL=redis://:\${REDIS_PASSWORD}@localhost:6379\n`),
  );

  test.each(['/', '#', '?', '@', '%'])('password-not-encoded: with %s alone', async (character) => {
    const { failure } = await doctored(`redis://:Pa55${character}w0rd@127.0.0.1:${plain.port}/0`);
    expect(failure?.id).toBe('password-not-encoded');
  });

  test('password-not-encoded: %41 in a password, which a URL decodes', async () => {
    const admin = await Admin.of(plain.port, PASSWORD);
    await admin.ask('ACL', 'SETUSER', 'percent', 'on', '>abc%41def', '+@all', '~*');
    const { failure } = await doctored(`redis://percent:abc%41def@127.0.0.1:${plain.port}/0`);
    expect(failure).toMatchObject({
      id: 'password-not-encoded',
      evidence: [
        'the server refuses the login of user percent, and accepts the password as it is ' +
          'written, not percent-decoded',
      ],
    });
    await admin.ask('ACL', 'DELUSER', 'percent');
    admin.close();
  });

  produces('password-without-colon', 'a password where the user is', () =>
    doctored(`redis://${PASSWORD}@127.0.0.1:${plain.port}/0`),
  );

  produces('quotes-or-spaces', 'quotes in REDIS_PASSWORD beside REDIS_URL', () =>
    ofFile(`REDIS_PASSWORD='"${PASSWORD}"'\nREDIS_URL=redis://127.0.0.1:${plain.port}/0\n`),
  );

  test.each([
    ['a line end of a secret file', `redis://:${PASSWORD}%0A@127.0.0.1:1/0`],
    ['quotes around all', `"redis://:${PASSWORD}@127.0.0.1:1/0"`],
    ['a space at its end', `redis://:${PASSWORD}@127.0.0.1:1/0 `],
  ])('quotes-or-spaces: %s', async (_, url) => {
    expect((await doctored(url)).failure?.id).toBe('quotes-or-spaces');
  });

  test('quotes-or-spaces: a space that is encoded', async () => {
    const { failure } = await doctored(`redis://:${PASSWORD}%20@127.0.0.1:${plain.port}/0`);
    expect(failure?.id).toBe('quotes-or-spaces');
  });

  produces('url-malformed', 'another scheme', () => doctored('http://localhost:6379'));

  produces('ca-file-unusable', 'a path without a file', () =>
    doctored('rediss://localhost:1/0?ssl_cert_reqs=required&ssl_ca_certs=/no/such/ca.crt'),
  );

  test('ca-file-unusable: a file without a certificate', async () => {
    const ca = join(temporaryFolder('doctor-ca'), 'ca.crt');
    writeFileSync(ca, 'not a certificate');
    expect((await doctored('rediss://localhost:1/0', { ca })).failure?.id).toBe('ca-file-unusable');
  });
});

describe('The way to the server', () => {
  produces('container-name-on-host', 'the name `redis` on a machine without it', () =>
    doctored('redis://redis:6379/0'),
  );

  produces('host-unknown', 'a name of .invalid, which resolves nowhere', async () => {
    const answer = await doctored('redis://no-such-host.invalid:6379/0');
    expect(answer.failure?.evidence[0]).toMatch(/no-such-host\.invalid does not resolve: E/);
    // On a machine without any DNS server the same name is `dns-unavailable`.
    if (answer.failure?.id === 'host-unknown') return answer;
    return resolvingBy('ENOTFOUND', 'redis://no-such-host.invalid:6379/0');
  });

  produces('dns-unavailable', 'scripted: a resolver that answers EAI_AGAIN', async () => {
    return resolvingBy('EAI_AGAIN', 'redis://redis.example.com:6379/0');
  });

  produces('connection-refused', 'a port where nothing listens', () =>
    doctored('redis://127.0.0.1:1'),
  );

  produces('wrong-port', 'a server whose port is published as 6380, asked at 6379', async () => {
    const forwarded = createTcpServer((socket) => {
      const behind = connect(plain.port, '127.0.0.1');
      for (const each of [socket, behind]) each.on('error', () => undefined);
      socket.pipe(behind).pipe(socket);
    });
    // No program listens at this address of the loopback network.
    await once(forwarded.listen(6380, '127.0.0.77'), 'listening');
    const answer = await doctored('redis://127.0.0.77:6379/0');
    forwarded.close();
    expect(answer.failure?.evidence[1]).toBe('port 6380 answers, with plaintext');
    return answer;
  });

  produces('network-unreachable', 'a multicast address, to which no TCP goes', () =>
    doctored('redis://224.0.0.1:6379/0'),
  );

  produces('connect-timed-out', 'a suspended server with a full backlog', () => suspended(true));

  produces('no-answer', 'a suspended server', () => suspended(false));

  produces(
    'elasticache-outside-vpc',
    'scripted: a private address that does not answer',
    async () =>
      told({
        address: serverAddressOf('rediss://x.abc123.euc1.cache.amazonaws.com:6379'),
        authorities: [],
        addresses: ['10.0.1.7'],
        end: new ProbeEnd('timed-out', 'connect'),
        talk: { loginTries: [], info: new Map() },
      }),
  );

  produces('connection-closed', 'scripted: a proxy without a server behind it', async () =>
    doctored(urlOf(await answerWith((socket) => socket.destroy()))),
  );
});

describe('What answers is not Redis', () => {
  produces('http-server', 'a web server of Node.js', async () => {
    const server = createServer((_, response) => response.end('hello'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    expect((await doctored(`rediss://127.0.0.1:${port}/0`)).failure?.id).toBe('http-server');
    const answer = await doctored(urlOf(port));
    server.close();
    return answer;
  });

  produces('not-redis', 'scripted: the greeting of an SSH server', async () =>
    doctored(urlOf(await answerWith((socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n')))),
  );

  produces('sentinel', 'a Sentinel', async () => {
    const { port } = await startSentinel(program);
    return doctored(`redis://127.0.0.1:${port}`);
  });
});

describe('The command line takes the connection string', () => {
  const run = (args: readonly string[], input: string, env: NodeJS.ProcessEnv = {}) => {
    const all = [built('cli'), 'doctor', ...args];
    const ran = spawnSync(process.execPath, all, { input, env, encoding: 'utf8' });
    noteOutput(`${ran.stdout}${ran.stderr}`);
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
  };

  test('from stdin, and says what it has checked', () => {
    const { code, out, err } = run(['-'], `${urlOf(plain.port)}\n`);
    expect({ code, err }).toStrictEqual({ code: 0, err: '' });
    expect(out).toMatch(/^healthy \(redis:\/\/127\.0\.0\.1:\d+\/0\)\n {2}checked {2}127\.0\.0\.1:/);
    expect(out).toContain('the login of user default is accepted');
    expect(out).toContain('SET is accepted in a transaction, which was discarded');
    expect(out).not.toContain('note');
  });

  test('from the environment, and an error from stdin', () => {
    expect(run([], '', { REDIS_URL: urlOf(plain.port) }).code).toBe(0);
    const { code, out } = run(['--error', '-'], 'a log\nWRONGPASS invalid username-password pair');
    expect({ code, id: out.split(':')[0] }).toStrictEqual({ code: 1, id: 'password-wrong' });
  });
});

describe('A connection string as an argument', () => {
  test('is noted, since the process list has its password', async () => {
    const { state, notes } = await doctored(urlOf(plain.port));
    expect(state).toBe('healthy');
    expect(notes).toStrictEqual([
      'every user of this machine can read the password in the process list, and your shell ' +
        'keeps it in its history: use REDIS_URL, --file .env, or - for stdin',
    ]);
  });

  test.each([
    [
      'with --file',
      () => doctored('redis://localhost', { file: '.env' }),
      /one of a URL and --file/,
    ],
    [
      'with a command that acts',
      () => doctored('redis://h', { command: 'exec' }),
      /got EXEC, which/,
    ],
    ['without a command', () => doctored('redis://h', { command: ' ' }), /such as "SET user:1 x"/],
    ['of no file', () => doctored(undefined, { file: '/no/.env' }), /got '\/no\/\.env': ENOENT/],
  ])('%s is wrong usage', async (_, run, message) => {
    await expect(run()).rejects.toThrow(message);
  });
});
