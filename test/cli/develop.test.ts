/**
 * `npx secure-redis develop` with real servers of each engine: from nothing to a hardened server
 * whose connection string works, and whose data is kept.
 */

import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findServers } from '../../cli/server/redis-binary';
import {
  develop,
  endServers,
  git,
  newProject,
  onFreePort,
  pidIn,
  runIn,
  sendTo,
  variablesIn,
} from '../support/run-develop';

afterAll(endServers);

const SERVERS = findServers().map(({ path }) => path);

const send = (folder: string, ...command: readonly string[]) =>
  sendTo(variablesIn(folder).REDIS_URL, ...command);

const addresses = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address);

const canConnect = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true));
    for (const event of ['error', 'timeout']) socket.once(event, () => end(false));
  });

/** Every file of a folder, as one text. */
function textIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n');
}

describe.each(SERVERS)('%s', (program) => {
  test('is hardened, keeps its data, and starts once', async () => {
    const folder = newProject();
    const [, port = ''] = await onFreePort();
    const args = ['--server', program, '--port', port];
    const { code, out, err } = await develop(folder, ...args);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^started: (Redis|Valkey) \d+\.\d+\.\d+ at localhost:\d+, this machine only/,
    );

    // The variables, for their owner alone, and nothing that git could commit.
    const { REDIS_PASSWORD: password = '', REDIS_URL: url } = variablesIn(folder);
    expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*-)[A-Za-z0-9-]{64}$/);
    expect(url).toBe(`redis://default:${password}@localhost:${port}/0`);
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, '.secure-redis')).mode & 0o777).toBe(0o700);
    expect(git(folder, 'status', '--short', '--untracked-files=all')).toBe('?? .gitignore\n');

    // The password is in no process, configuration or log.
    const process = `/proc/${pidIn(folder)}`;
    const seen = ['cmdline', 'environ'].map((name) => readFileSync(join(process, name), 'latin1'));
    expect(seen.join('').includes(password)).toBe(false);
    expect(seen[0]).toContain('redis.conf');
    expect(textIn(join(folder, '.secure-redis')).includes(password)).toBe(false);

    // Its session is its own, so that the end of a terminal does not reach it.
    const [, , , , session] = readFileSync(join(process, 'stat'), 'utf8')
      .replace(/^.*\) /, '0 ')
      .split(' ');
    expect(session).toBe(String(pidIn(folder)));

    // A second run changes nothing.
    const pid = pidIn(folder);
    const again = await develop(folder);
    expect(again.out).toMatch(/^already running: /);
    expect([again.code, pidIn(folder), variablesIn(folder).REDIS_URL]).toEqual([0, pid, url]);

    // Data outlives a stop and a crash.
    expect(await send(folder, 'SET', 'kept', 'yes')).toBe('OK');
    expect((await develop(folder, '--stop')).out).toBe(
      'stopped; its data is kept in .secure-redis/data\n',
    );
    expect(await canConnect('127.0.0.1', Number(port))).toBe(false);
    expect((await develop(folder, '--stop')).out).toBe('already stopped\n');
    expect((await develop(folder)).out).toMatch(/^started: /);
    expect(await send(folder, 'GET', 'kept')).toBe('yes');
    global.process.kill(pidIn(folder), 'SIGKILL');
    expect((await develop(folder, '--status')).out).toMatch(/^stopped\. Start it with/);
    const env = { REDIS_PASSWORD: password, REDIS_URL: url };
    expect((await runIn(folder, ['develop'], { env })).code).toBe(0);
    const environment = readFileSync(`/proc/${pidIn(folder)}/environ`, 'latin1');
    expect(environment.includes(password)).toBe(false);
    expect(await send(folder, 'GET', 'kept')).toBe('yes');
    expect(variablesIn(folder).REDIS_PASSWORD === password).toBe(true);
  }, 60_000);

  test('refuses logins and commands, by purpose', async () => {
    const folder = newProject();
    const port = await onFreePort();
    const args = ['--server', program, ...port, '--purpose', 'queue'];
    expect((await develop(folder, ...args)).out).toContain('then writes are refused, since no job');
    const { REDIS_URL: url = '' } = variablesIn(folder);
    const bare = new Redis(url.replace(/\/\/.*@/, '//'), { retryStrategy: () => null });
    bare.on('error', () => undefined);
    await expect(bare.ping()).rejects.toThrow('NOAUTH');
    bare.disconnect();
    const refused = await Promise.all(
      [
        ...['FLUSHALL', 'FLUSHDB', 'KEYS *', 'CONFIG GET *', 'CONFIG SET maxmemory 0', 'SHUTDOWN'],
        ...['BGSAVE', 'MONITOR', 'ACL LIST', 'SAVE', 'REPLICAOF NO ONE', 'SWAPDB 0 1'],
        ...['MODULE LIST', 'CLIENT LIST', 'SLOWLOG GET', 'SCRIPT FLUSH', 'MIGRATE h 1 k 0 1'],
      ].map((each) => send(folder, ...each.split(' '))),
    );
    expect(new Set(refused)).toEqual(new Set(['NOPERM']));
    const allowed = [
      ['SET', 'a', '1'],
      ['EVAL', "return redis.call('get', KEYS[1])", '1', 'a'],
      ['PUBLISH', 'c', 'm'],
      ['SCAN', '0'],
      ['INFO', 'memory'],
    ];
    for (const command of allowed) expect(await send(folder, ...command)).not.toBe('NOPERM');
    const info = String(await send(folder, 'INFO', 'memory'));
    expect(info).toMatch(/^maxmemory:268435456\r$/m);
    expect(info).toMatch(/^maxmemory_policy:noeviction\r$/m);
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) {
      expect(await canConnect(address, Number(port[1]))).toBe(false);
    }
    expect(await canConnect('127.0.0.1', Number(port[1]))).toBe(true);

    // Another purpose restarts it, with the port and the password of before.
    const cache = await develop(folder, '--purpose', 'sessions');
    expect(cache.out).toContain('\nrestarted: ');
    expect(variablesIn(folder).REDIS_URL === url).toBe(true);
    expect(String(await send(folder, 'INFO'))).toContain('maxmemory_policy:volatile-lru');
    expect(await send(folder, 'GET', 'a')).toBe('1');
  }, 60_000);
});

describe('The state', () => {
  test('is 0 where the file leads to the server, and 1 where a person must act', async () => {
    const folder = newProject();
    const none = await develop(folder, '--status');
    expect([none.code, none.out]).toEqual([
      1,
      'no development server in this folder. Start it with `npx secure-redis develop`.\n',
    ]);
    expect(readdirSync(folder)).toEqual(['.git', '.gitignore']);
    const started = await develop(folder, ...(await onFreePort()), '--json');
    const { state, pid, variables, users } = JSON.parse(started.out);
    expect({ state, pid, variables, users }).toEqual({
      state: 'started',
      pid: pidIn(folder),
      variables: ['REDIS_PASSWORD', 'REDIS_URL', 'REDIS_READER_URL'],
      users: ['default'],
    });
    const running = await develop(folder, '--status', '--json');
    expect(running.code).toBe(0);
    expect(JSON.parse(running.out)).toMatchObject({ state: 'running', keys: 0, problems: [] });
    writeFileSync(join(folder, '.env'), 'COLOUR=blue\n', { mode: 0o644 });
    const lost = await develop(folder, '--status');
    expect(lost.out).toMatch(/problem {4}the password in .*\.env is not that of the server\. Run/);
    expect(lost.code).toBe(1);
    // A new password, in a file that is private from now on, and the other line.
    expect((await develop(folder)).out).toMatch(/\nrestarted: /);
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
    expect(variablesIn(folder).COLOUR).toBe('blue');
    expect(await send(folder, 'PING')).toBe('PONG');
    // Made public by hand, it is private again after a run that changes nothing else.
    chmodSync(join(folder, '.env'), 0o644);
    expect((await develop(folder)).out).toMatch(/^already running: /);
    expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
  }, 60_000);

  test('of a server that hangs is told, and develop starts it again', async () => {
    const folder = newProject();
    await develop(folder, ...(await onFreePort()));
    process.kill(pidIn(folder), 'SIGSTOP');
    const hung = await develop(folder, '--status');
    expect(hung.out).toMatch(
      /^not answering: .*\n[\s\S]*problem {4}the server does not answer: tim/,
    );
    expect(hung.code).toBe(1);
    expect((await develop(folder)).out).toMatch(/restarting the server, which does not answer; it/);
    expect(await send(folder, 'PING')).toBe('PONG');
  }, 60_000);

  test('is gone after a reset, which a person confirms; the password stays', async () => {
    const folder = newProject();
    await develop(folder, ...(await onFreePort()));
    await send(folder, 'SET', 'a', '1');
    const { REDIS_PASSWORD: password } = variablesIn(folder);
    const pid = pidIn(folder);
    const unasked = await develop(folder, '--reset');
    expect(unasked.err).toMatch(/^this must be confirmed, got no terminal, so nothing was done/);
    expect([unasked.code, pidIn(folder)]).toEqual([2, pid]);
    expect((await develop(folder, '--reset', '--yes')).code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['.env', '.git', '.gitignore']);
    expect((await develop(folder, '--reset', '--yes')).out).toBe('nothing to delete\n');
    await develop(folder, ...(await onFreePort()));
    expect(await send(folder, 'GET', 'a')).toBe(null);
    expect(variablesIn(folder).REDIS_PASSWORD === password).toBe(true);
  }, 60_000);
});
