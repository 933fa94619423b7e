/**
 * The rehearsal on unusual machines: temporary folders of any name, full disks, few open files,
 * servers that do not start, `kill -9`.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from '../../cli/server/certificates';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { Password } from '../../contract/password';
import { makeFolderIn } from '../../rehearsal/machine/cleanup';
import { explain } from '../../rehearsal/machine/machine';
import { RedisNode } from '../../rehearsal/redis/redis-node';
import { noteOutput } from '../support/leaks';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = join(__dirname, '../..');
async function start(folder: string, change: { binaryPath?: string; parameters?: object } = {}) {
  return RedisNode.start({
    binaryPath: ensureRedisServer(noteOutput).path,
    folder,
    id: '001',
    certificates: await makeCertificates(),
    passwords: [Password.of('password-a-0000000000')],
    ...change,
    parameters: { ...change.parameters },
  });
}

describe('A server runs in a folder of any name', () => {
  test.each([
    ['spaces', 'a folder  of mine'],
    ['quotes and a backslash', `it's "quoted" \\ twice`],
    ['letters of more than one byte', 'Ordner für Läufe'],
    ['brackets, which are a pattern elsewhere', 'zz[1]'],
    ['a question mark and an asterisk', 'what? *.conf'],
    ['braces, a dollar, a hash and a percent sign', '{a,b} $HOME #1 100%41'],
    ['a path too long for a socket', `${'long'.repeat(25)}/${'er'.repeat(50)}`],
  ])('%s', async (_, name) => {
    const folder = join(temporaryFolder('named'), name);
    mkdirSync(folder, { recursive: true });
    const node = await start(folder);
    expect(await node.admin('PING')).toBe('PONG');
    expect(await node.setting('tls-port')).toBe(String(node.port));
    expect(await node.setting('port')).toBe('0');
    await node.stop();
  });

  test('and none with the settings that a server has without a configuration', async () => {
    const binaryPath = script(`exec "${ensureRedisServer(noteOutput).path}" "$@" < /dev/null`);
    const sent = start(temporaryFolder('nodes[1]'), { binaryPath });
    await expect(sent).rejects.toThrow(
      'to not listen anywhere, exiting.. A script must pass its standard input on, or TMPDIR be',
    );
  });
});

/** An executable file. */
function script(text: string): string {
  const file = join(temporaryFolder('server'), 'server');
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o700);
  return file;
}

describe('A script that runs a server leaves nothing behind', () => {
  const SERVER = ensureRedisServer(noteOutput).path;

  test.each([
    ['as its child', `${SERVER} "$@"`],
    ['as the child of a child', `(sh -c '${SERVER} "$@" | cat' sh "$@")`],
    ['in the background, and waits', `${SERVER} "$@" & wait`],
    ['in a session of its own', `setsid ${SERVER} "$@"`],
    ['in its place', `exec ${SERVER} "$@"`],
  ])('%s', async (_, text) => {
    const folder = temporaryFolder('nodes');
    const node = await start(folder, { binaryPath: script(text) });
    const [server = 0, ...more] = processesUnder(folder);
    expect(more).toEqual([]);
    node.pause();
    await until(() => isStopped(server));
    node.resume();
    expect(await node.refusedLogins()).toBe(0);
    await node.stop();
    await until(() => processesUnder(folder).length === 0);
  });

  test('also where it does not wait: then the server ends, and the advice is `exec`', async () => {
    const folder = temporaryFolder('nodes');
    const sent = start(folder, { binaryPath: script(`${SERVER} "$@" &`) });
    await expect(sent).rejects.toThrow(/ended without an error.*must run the server with `exec`/);
    await until(() => processesUnder(folder).length === 0);
  });

  test('or never answers', async () => {
    const folder = temporaryFolder('nodes');
    const sent = start(folder, { binaryPath: script(`cd ${folder}; echo so far; sleep 300`) });
    await expect(sent).rejects.toThrow('did not answer in 15 s, got: so far. Check');
    await until(() => processesUnder(folder).length === 0);
  });
});

describe('A server that does not start is quoted', () => {
  test.each([
    [
      'a value it does not take',
      { 'maxmemory-policy': 'nosuch' },
      /policy.*nosuch.* must be one of/,
    ],
    ['a parameter it does not know', { nosuch: '1' }, /'nosuch "?1"?'.* Bad directive/],
  ])('%s', async (_, parameters, words) => {
    await expect(start(temporaryFolder('nodes'), { parameters })).rejects.toThrow(words);
  });

  test('never with a secret of its configuration', async () => {
    const binaryPath = script('grep masterauth "$1"; exit 1');
    const sent = start(temporaryFolder('nodes'), { binaryPath });
    await expect(sent).rejects.toThrow('got: masterauth [secret]. Check');
  });

  test('and one that is built without TLS is known by its words', async () => {
    const binaryPath = script('echo "1:M 1 Jan # Failed finding TLS support."; exit 1');
    const sent = start(temporaryFolder('nodes'), { binaryPath });
    await expect(sent).rejects.toThrow('TLS support.. Take a server that is built with TLS.');
  });

  test('or that it said nothing, or is not there', async () => {
    const silent = start(temporaryFolder('nodes'), { binaryPath: script('exit 1') });
    await expect(silent).rejects.toThrow('got: nothing. Check');
    const missing = start(temporaryFolder('nodes'), { binaryPath: '/nosuch/server' });
    await expect(missing).rejects.toThrow('ENOENT');
  });
});

describe('TMPDIR must be a folder to write to', () => {
  test.each([
    [
      '/nosuch/folder',
      /^TMPDIR must be a folder .*, got '\/nosuch\/folder' \(ENOENT\)\. Set TMPDIR/,
    ],
    [__filename, /\(ENOTDIR\)/],
    ['/proc', /\(ENOENT|EACCES|EPERM\)/],
    ['/tmp/a\nb', /without a line break in its path, got "\/tmp\/a\\nb"\. Set TMPDIR/],
    ['/tmp/a\\b', /without a backslash in its path, got "\/tmp\/a\\\\b"\. Set TMPDIR/],
  ])('%s', (folder, words) => {
    expect(() => makeFolderIn(folder, 'x')).toThrow(words);
  });

  test('and npm start says so', () => {
    const env = { ...process.env, TMPDIR: '/nosuch' };
    const command = ['-r', './bin/register.cjs', 'rehearsal/main.ts'];
    const options = { cwd: ROOT, encoding: 'utf8', env } as const;
    const { status, stderr } = spawnSync(process.execPath, command, options);
    expect(stderr).toMatch(/^TMPDIR must be a folder [^\n]*\n$/);
    expect(status).toBe(1);
  });
});

describe('Missing resources of the machine are reported in one line', () => {
  const of = (code: string, message: string, path?: string) =>
    Object.assign(new Error(message), { code, path });

  test.each([
    [
      of('ENOSPC', 'ENOSPC: no space left on device, write', '/x/y'),
      /^the disk .*"ENOSPC" at \/x\/y\./,
    ],
    [
      of('EDQUOT', 'EDQUOT: quota exceeded'),
      /^the disk must have room .*"EDQUOT"\. Free some room/,
    ],
    [new Error("Error: cp\n    at x {\n  code: 'ENOSPC'\n}"), /^the disk [^\n]*$/],
    [new Error('write index.mjs: file too large'), /^the disk .*"file too large"/],
    [of('EMFILE', 'connect EMFILE /x'), /^the limit of open files must be higher, got "EMFILE"/],
    [new Error('stage "x" has no file'), /^stage "x" has no file$/],
  ])('%p', (error, line) => {
    expect(explain(error)).toMatch(line);
  });

  test('also how many files may be open', () => {
    const command = 'ulimit -n 100; exec "$0" -r ./bin/register.cjs rehearsal/main.ts';
    const options = { cwd: ROOT, encoding: 'utf8' } as const;
    const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath], options);
    expect(stderr).toMatch(/^the limit of open files must be at least 256, got 100\. Raise it/);
    expect(status).toBe(1);
  });
});

/** Processes with their working folder below one, by the kernel's own list. */
function processesUnder(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      try {
        return readlinkSync(`/proc/${id}/cwd`).startsWith(folder);
      } catch {
        // It ended meanwhile.
        return false;
      }
    })
    .map(Number);
}

/** Whether SIGSTOP has reached a process: its state is T, behind its name in parentheses. */
function isStopped(id: number): boolean {
  return /\) T /.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !isSo(); tries++) await sleep(25);
  expect(isSo()).toBe(true);
}

describe('After kill -9 nothing stays behind', () => {
  const started: ChildProcess[] = [];

  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  /** A process of its own that runs some lines; ends its line when it says that it is up. */
  async function run(lines: string, environment: Record<string, string> = {}) {
    const code = `(async () => { ${lines} console.log('up'); setInterval(() => 0, 1000); })()`;
    const child = spawn(process.execPath, ['-r', './bin/register.cjs', '-e', code], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    started.push(child);
    const [printed] = await once(child.stdout, 'data');
    return { child, printed: String(printed) };
  }

  const SERVER = `
    const { makeFolder } = require('./rehearsal/machine/cleanup');
    const { RedisNode } = require('./rehearsal/redis/redis-node');
    const { makeCertificates } = require('./cli/server/certificates');
    const node = await RedisNode.start({
      binaryPath: process.env.REHEARSAL_SERVER, folder: makeFolder('killed'), id: '001',
      certificates: await makeCertificates(), parameters: {}, passwords: [],
    });`;

  test.each([
    ['of the rehearsal', '', (pid: number) => pid],
    ['of its whole process group', '', (pid: number) => -pid],
    ['while a server is stopped', 'node.pause();', (pid: number) => pid],
  ])('%s: no server, no file', async (_, more, target) => {
    const folder = temporaryFolder('killed');
    const { child } = await run(`${SERVER}${more}`, { TMPDIR: folder });
    expect(processesUnder(folder)).toHaveLength(1);
    process.kill(target(child.pid ?? 0), 'SIGKILL');
    await until(() => processesUnder(folder).length === 0);
    await until(() => readdirSync(folder).length === 0);
  });

  test('of npm: the rehearsal that it started ends', async () => {
    const lines = `
      const { spawn } = require('node:child_process');
      const code =
        "require('./rehearsal/machine/machine').endWithNpm(); setInterval(() => 0, 1000)";
      const args = ['-r', './bin/register.cjs', '-e', code + "; console.log(process.pid)"];
      const { once } = require('node:events');
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      process.stdout.write(await once(child.stdout, 'data').then(String));`;
    const { child, printed } = await run(lines, { npm_lifecycle_event: 'start' });
    const below = Number.parseInt(printed, 10);
    expect(() => process.kill(below, 0)).not.toThrow();
    child.kill('SIGKILL');
    await until(() => {
      try {
        return !process.kill(below, 0);
      } catch {
        return true;
      }
    });
  });
});
