/**
 * What `npx secure-redis develop` finds: ports in use, other checkouts, crashed and foreign
 * processes, folders that were copied or deleted.
 */

import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../cli/server/free-port';
import {
  develop,
  endServers,
  git,
  newProject,
  onFreePort,
  pidIn,
  runIn,
  variablesIn,
} from '../support/run-develop';

afterAll(endServers);

describe('A port that is in use', () => {
  test('is told, with a command that works; without --port the next is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const folder = newProject();
    const { code, err } = await develop(folder, '--port', String(port));
    expect(err).toBe(
      `port ${port} must be free, got one where another program listens, which may be the server ` +
        `of another folder. Stop that program, or take another port, such as --port ${port + 1}.\n`,
    );
    expect([code, existsSync(join(folder, '.env'))]).toEqual([2, false]);
    expect(existsSync(join(folder, '.secure-redis'))).toBe(false);
    await new Promise((resolve) => other.close(resolve));
  });

  test('on IPv6 only is told, too', async () => {
    const other = createServer().listen(0, '::1');
    const isThere = await new Promise((resolve) => {
      other.once('listening', () => resolve(true));
      other.once('error', () => resolve(false));
    });
    // A machine without IPv6 has no such port.
    if (!isThere) return;
    const { port } = other.address() as AddressInfo;
    const { code, err } = await develop(newProject(), '--port', String(port));
    expect(err).toMatch(/port \d+ must be free, got one where another program listens/);
    expect(code).toBe(2);
    await new Promise((resolve) => other.close(resolve));
  });

  test('by a second checkout: both run, each with its own password', async () => {
    const [first, second] = [newProject(), newProject()];
    const [, port = ''] = await onFreePort();
    await develop(first, '--port', port);
    const refused = await develop(second, '--port', port);
    expect(refused.err).toContain('may be the server of another folder');
    await develop(second, ...(await onFreePort()));
    const urls = [first, second].map((folder) => variablesIn(folder).REDIS_URL);
    expect(new Set(urls).size).toBe(2);
    await develop(second, '--stop');
    expect((await develop(first, '--status')).code).toBe(0);

    // A copy of the first one has its settings, and does not touch its server.
    const copy = newProject();
    cpSync(join(first, '.secure-redis'), join(copy, '.secure-redis'), { recursive: true });
    const pid = pidIn(first);
    expect((await develop(copy, '--stop')).out).toBe('already stopped\n');
    expect((await develop(copy)).err).toContain('may be the server of another folder');
    expect((await develop(first, '--status')).code).toBe(0);
    expect(pidIn(first)).toBe(pid);
  }, 60_000);

  test('while nobody named one: the next free port is taken, and told', async () => {
    // 6379 is free or not: whatever the machine runs, the second project has another port.
    const [first, second] = [newProject(), newProject()];
    await develop(first);
    const { out } = await develop(second);
    expect(out).toMatch(/port 6379 is in use by another program: taking \d+\nstarted: /);
    expect(variablesIn(first).REDIS_URL === variablesIn(second).REDIS_URL).toBe(false);
  }, 60_000);
});

describe('What is left behind', () => {
  test('the id of another process is not trusted', async () => {
    const folder = newProject();
    await develop(folder, ...(await onFreePort()));
    await develop(folder, '--stop');
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    writeFileSync(join(folder, '.secure-redis/server.pid'), `${other.pid}\n`);
    expect((await develop(folder, '--stop')).out).toBe('already stopped\n');
    expect((await develop(folder)).out).toMatch(/^started: /);
    expect(other.signalCode).toBe(null);
    other.kill();
  });

  test('the lock of a dead process, and a start beside another, end in one server', async () => {
    const folder = newProject();
    const port = await onFreePort();
    mkdirSync(join(folder, '.secure-redis'));
    writeFileSync(join(folder, '.secure-redis/lock'), '999999999\n');
    const ran = await Promise.all([1, 2, 3].map(() => develop(folder, ...port)));
    expect(ran.map(({ code, err }) => [code, err])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
    const states = ran.map(({ out }) => out.split(':')[0]).sort();
    expect(states).toEqual(['already running', 'already running', 'started']);
    expect(existsSync(join(folder, '.secure-redis/lock'))).toBe(false);
  }, 60_000);

  test('a lock of a process id that is used again is told after two seconds', async () => {
    const folder = newProject();
    const port = await onFreePort();
    const lock = join(folder, '.secure-redis/lock');
    mkdirSync(join(folder, '.secure-redis'));
    writeFileSync(lock, `${process.pid}\n`);
    const running = develop(folder, ...port);
    setTimeout(() => rmSync(lock), 5_000);
    const { code, out } = await running;
    expect(out).toMatch(/waiting for process \d+; if it is no develop, remove \/.*\/lock\n/);
    expect(code).toBe(0);
  });

  test('a lock of a process that began at another time is void at once', async () => {
    const folder = newProject();
    mkdirSync(join(folder, '.secure-redis'));
    writeFileSync(join(folder, '.secure-redis/lock'), `${process.pid} 1\n`);
    const { code, out } = await develop(folder, ...(await onFreePort()));
    expect(out).not.toContain('waiting for process');
    expect(code).toBe(0);
  });

  test('settings that cannot be read', async () => {
    const folder = newProject();
    mkdirSync(join(folder, '.secure-redis'));
    writeFileSync(join(folder, '.secure-redis/settings.json'), '{"file": 1');
    const { code, err } = await develop(folder);
    expect(err).toMatch(/settings\.json must be as develop has written it, got something else\. R/);
    expect(code).toBe(2);
  });

  test('a server whose folder was deleted, as by git clean, is ended', async () => {
    const folder = newProject();
    const port = await onFreePort();
    await develop(folder, ...port);
    git(folder, 'clean', '-fdxq');
    expect(readdirSync(folder)).toEqual(['.git']);
    writeFileSync(join(folder, '.gitignore'), '.env\n');
    const { code, out } = await develop(folder, ...port);
    expect(out).toMatch(/ended a server whose folder was deleted\nstarted: /);
    expect(code).toBe(0);
  });

  test('data that the server cannot read', async () => {
    const folder = newProject();
    const port = await onFreePort();
    await develop(folder, ...port);
    await develop(folder, '--stop');
    const aof = join(folder, '.secure-redis/data/appendonlydir/appendonly.aof.1.base.rdb');
    writeFileSync(aof, 'REDIS9999');
    const { code, err } = await develop(folder);
    expect(err).toMatch(/must start, got: .*\. Its data may be of another server: name that one w/);
    expect(code).toBe(2);
  });

  test('a program that is no server any more', async () => {
    const folder = newProject();
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const name of ['git', 'sh']) symlinkSync(`/usr/bin/${name}`, join(bin, name));
    const env = { PATH: bin };
    const { code, err } = await runIn(folder, ['develop', '--port', String(await freePort())], {
      env,
    });
    expect(err).toMatch(/^redis-server or valkey-server 6\.2 or newer must be on PATH, got none; /);
    expect(code).toBe(2);
  });
});
