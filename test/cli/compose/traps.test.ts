/**
 * The traps of a common compose file, on real servers of each engine, and that the file of
 * `develop --compose` is free of them: docs/compose.md names the reports.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../cli/server/free-port';
import { findServers, type RedisBinary } from '../../../cli/server/redis-binary';
import { filledText, resolvedPart } from '../../../cli/verify/compose/interpolation';
import { serviceOf, verdictOn } from '../../support/compose-lines';
import { endContainers, healthOf, ran, secretIn, startContainer } from '../../support/container';
import { develop, newProject } from '../../support/run-develop';

/** Of a server of this test, so that it may be an argument. */
const PASSWORD = 'an-argument-that-everybody-can-read-1';
const POLL_MS = 50;
const POLLS_MAX = 100;

const children: ChildProcess[] = [];
afterAll(() => {
  endContainers();
  for (const child of children) child.kill('SIGKILL');
});

/** Starts a server as the command of a compose file does. */
async function start({ path, engine }: RedisBinary, ...args: readonly string[]) {
  const port = await freePort();
  const all = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...args];
  const child = spawn(path, all, { stdio: 'ignore' });
  children.push(child);
  const client = `${engine}-cli`;
  const ask = (...words: readonly string[]) => ran(client, ['-p', String(port), ...words]);
  for (let polls = 0; polls < POLLS_MAX && /refused/.test(ask('ping').out); polls++) {
    await sleep(POLL_MS);
  }
  return { port, ask, client, child };
}

const argumentsOf = (pid: number | undefined) => readFileSync(`/proc/${pid}/cmdline`, 'latin1');

/** A folder with the files of `develop --compose` for a server of this machine. */
async function project({ engine, version }: RedisBinary): Promise<string> {
  const folder = newProject();
  const name = engine === 'redis' ? 'redis' : 'valkey/valkey';
  await develop(folder, '--compose', '--image', `${name}:${version}`);
  return folder;
}

describe.each(findServers())('$path', (binary) => {
  test('a health check passes while the server refuses it', async () => {
    const { port, ask, client } = await start(binary, '--requirepass', PASSWORD);
    for (const words of [['ping'], ['--raw', 'incr', 'ping'], ['-a', 'wrong', 'ping']]) {
      const { code, out } = ask(...words);
      expect([code, out]).toEqual([0, expect.stringContaining('NOAUTH Authentication required.')]);
    }
    // Ours fails: the server has another password than the file.
    const folder = await project(binary);
    const health = healthOf(folder, port, { client });
    expect([health.code, health.out]).toEqual([1, expect.stringContaining('NOAUTH')]);
  });

  test('`grep PONG` passes on a server without a password', async () => {
    const { port, client } = await start(binary);
    const check = `REDISCLI_AUTH=${PASSWORD} ${client} -p ${port} ping | grep -q PONG`;
    expect(ran('sh', ['-c', check]).code).toBe(0);
    const health = healthOf(await project(binary), port, { client });
    expect([health.code, health.out]).toEqual([1, expect.stringContaining('AUTH failed')]);
  });

  test('`|| true` and `grep -v` pass while the server refuses', async () => {
    const { port, client } = await start(binary, '--requirepass', PASSWORD);
    const ends = ['| grep -q PONG || true', '| grep -v PONG', '| grep PONG | cat', '|| exit 1'];
    for (const end of ends) {
      expect(ran('sh', ['-c', `${client} -p ${port} ping ${end}`]).code).toBe(0);
      const compose = serviceOf(`healthcheck: { test: '${client} -p ${port} ping ${end}' }`);
      expect(verdictOn('health-check', compose)).toMatch(/^fail: redis: it passes while/);
    }
    const right = `${client} -p ${port} ping | grep -q PONG || exit 1`;
    expect(ran('sh', ['-c', right]).code).toBe(1);
    expect(verdictOn('health-check', serviceOf(`healthcheck: { test: '${right}' }`))).toMatch(
      /^pass: /,
    );
  });

  test('`incr ping` writes a key each time', async () => {
    const { ask } = await start(binary);
    expect([ask('--raw', 'incr', 'ping').out, ask('--raw', 'incr', 'ping').out]).toEqual([
      '1',
      '2',
    ]);
    expect(ask('keys', '*').out).toBe('ping');
    const folder = await project(binary);
    const { port } = await startContainer({ project: folder, server: binary.path });
    const client = `${binary.engine}-cli`;
    expect(healthOf(folder, port, { client }).code).toBe(0);
    const login = `REDISCLI_AUTH=$(cat ${secretIn(folder)}) ${client} -p ${port} dbsize`;
    expect(ran('sh', ['-c', login]).out).toBe('0');
  });

  test('a password is an argument that every user of the machine can read', async () => {
    const { port, client, child } = await start(
      binary,
      ...['--requirepass', PASSWORD, '--set-proc-title', 'no'],
    );
    expect(argumentsOf(child.pid)).toContain(PASSWORD);
    // A health check, too, as long as it runs.
    const check = spawn(client, ['-p', String(port), '-a', PASSWORD, 'blpop', 'none', '5']);
    children.push(check);
    await sleep(POLL_MS);
    expect(argumentsOf(check.pid)).toContain(PASSWORD);
  });

  test('`$` in a password is eaten, so that no login succeeds', async () => {
    const meant = 'E!r%ZwH3#2P$Gxyz';
    const filled = filledText(meant, {});
    expect(resolvedPart(filled.text, filled)).toBe('E!r%ZwH3#2P');
    const { ask } = await start(binary, '--requirepass', resolvedPart(filled.text, filled));
    expect(ask('-a', meant, 'ping').out).toContain('WRONGPASS');
    const compose = serviceOf(`command: [redis-server, --requirepass, '${meant}']`);
    expect(verdictOn('text-kept', compose)).toMatch(/^fail: /);
    const text = readFileSync(join(await project(binary), 'compose.yaml'), 'utf8');
    expect(text).not.toContain('$');
  });
});
