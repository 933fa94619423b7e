/**
 * Choice of the server: one of the template's engine if the machine has or offers it, otherwise of
 * the other engine; other programs are refused.
 */

import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as binary from '../../cli/server/redis-binary';
import { temporaryFolder } from '../support/temporary-folder';

const { PATH, REHEARSAL_SERVER } = process.env;

const VALKEY = 'Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc';
const REDIS = 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc';

let folder: string;

/** A program on PATH, which is nothing but these, a shell and what a shell needs. */
function program(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
  return file;
}

/** The command line of a process, empty once it has ended. */
async function programOf(id: number): Promise<string> {
  await sleep(25);
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Chooses as a process does that has not chosen before. */
async function choose(template: string) {
  const notices: string[] = [];
  let server: unknown;
  jest.isolateModules(() => {
    const { ensureRedisServer } = require('../../cli/server/redis-binary') as typeof binary;
    server = ensureRedisServer((notice) => notices.push(notice), template);
  });
  return { server, notices };
}

beforeEach(() => {
  folder = temporaryFolder('path');
  symlinkSync('/bin/sh', join(folder, 'sh'));
  process.env.PATH = folder;
  delete process.env.REHEARSAL_SERVER;
});

afterEach(() => {
  jest.restoreAllMocks();
  process.env.PATH = PATH;
  process.env.REHEARSAL_SERVER = REHEARSAL_SERVER;
});

const asUser = (id: number) => jest.spyOn(process, 'getuid' as never).mockReturnValue(id as never);

/** A package manager that knows valkey-server, and what comes of an installation. */
function apt(installed: string): string {
  const calls = join(folder, 'apt.log');
  program('apt-cache', `echo "$2:"; echo "  Installed: (none)"; echo "  Candidate: 8.0.1+dfsg1"`);
  program('apt-get', `echo "$@" >> '${calls}'; ${installed}`);
  return calls;
}

describe('The template chooses the engine', () => {
  test.each([
    ['valkey 8.0', 'valkey-server', 'valkey', '8.0.1'],
    ['redis 7.1', 'redis-server', 'redis', '7.0.15'],
  ])('%s', async (template, path, engine, version) => {
    program('valkey-server', `echo "${VALKEY}"`);
    program('redis-server', `echo "${REDIS}"`);
    expect(await choose(template)).toEqual({ server: { path, engine, version }, notices: [] });
  });

  test('by what a program says, not by its name', async () => {
    program('redis-server', `echo "${VALKEY}"`);
    expect(await choose('valkey 8.0')).toMatchObject({ server: { engine: 'valkey' } });
    expect(await choose('redis 7.1')).toMatchObject({ server: { engine: 'valkey' } });
  });

  test('a server that is too old is ignored', async () => {
    program('valkey-server', 'echo "Valkey server v=6.0.9 sha=0"');
    program('redis-server', `echo "${REDIS}"`);
    expect(await choose('valkey 8.0')).toMatchObject({ server: { engine: 'redis' } });
  });
});

describe('A server that only the package manager has', () => {
  beforeEach(() => program('redis-server', `echo "${REDIS}"`));

  test('is installed by root', async () => {
    asUser(0);
    const server = `printf '#!/bin/sh\\necho "${VALKEY}"\\n' > '${folder}/valkey-server'`;
    const calls = apt(
      `case "$1" in install) ${server}; /bin/chmod 700 '${folder}/valkey-server';; esac`,
    );
    expect(await choose('valkey 8.0')).toEqual({
      server: { path: 'valkey-server', engine: 'valkey', version: '8.0.1' },
      notices: [
        'no valkey-server >= 6.2 found; installing one: ' +
          'apt-get update && apt-get install -y valkey-server',
      ],
    });
    expect(readFileSync(calls, 'utf8')).toBe('update\ninstall -y valkey-server\n');
  });

  test('is named to another user, who goes on with the other engine', async () => {
    asUser(1000);
    apt('exit 1');
    const { server, notices } = await choose('valkey 8.0');
    expect(server).toMatchObject({ engine: 'redis', version: '7.0.15' });
    expect(notices).toStrictEqual([
      'no valkey-server >= 6.2 found; to use one, run: ' +
        "sudo sh -c 'apt-get update && apt-get install -y valkey-server'",
    ]);
  });

  test('and cannot be installed: the other engine goes on, and the reason is said', async () => {
    asUser(0);
    apt('echo "E: Unable to fetch some archives" >&2; exit 100');
    const { server, notices } = await choose('valkey 8.0');
    expect(server).toMatchObject({ engine: 'redis' });
    expect(notices[1]).toBe('that did not install it: E: Unable to fetch some archives');
  });

  test('is not looked for where apt has no such package', async () => {
    asUser(0);
    const calls = apt('exit 1');
    program('apt-cache', 'echo "N: Unable to locate package"');
    expect(await choose('valkey 8.0')).toMatchObject({ server: { engine: 'redis' }, notices: [] });
    expect(() => readFileSync(calls)).toThrow('ENOENT');
  });
});

describe('Without any server', () => {
  test('a user is given one command for both engines', async () => {
    asUser(1000);
    program('apt-get', 'exit 1');
    await expect(choose('valkey 8.0')).rejects.toThrow(
      "run: sudo sh -c 'apt-get update && apt-get install -y valkey-server || " +
        "apt-get update && apt-get install -y redis-server'",
    );
  });

  test('root installs the other engine where there is no package of the wanted one', async () => {
    asUser(0);
    const server = `printf '#!/bin/sh\\necho "${REDIS}"\\n' > '${folder}/redis-server'`;
    const make = `${server}; /bin/chmod 700 '${folder}/redis-server'`;
    program(
      'apt-get',
      `case "$*" in *redis*) ${make};; *valkey*) echo "E: none" >&2; exit 100;; esac`,
    );
    expect(await choose('valkey 8.0')).toMatchObject({ server: { engine: 'redis' } });
  });
});

describe('--server and REHEARSAL_SERVER name a program', () => {
  test('whatever its engine is', async () => {
    const path = program('mine', `echo "${REDIS}"`);
    process.env.REHEARSAL_SERVER = path;
    const server = { path, engine: 'redis', version: '7.0.15' };
    expect(await choose('valkey 8.0')).toMatchObject({ server });
    expect(binary.namedServer('mine')).toEqual({ ...server, path: 'mine' });
  });

  test.each([
    ['nosuch', '', "got 'nosuch' (there is no such program)"],
    ['', '', "got ''"],
    ['folder', 'FOLDER', '(this user cannot run it)'],
    ['cli', 'echo "redis-cli 7.0.15"', "got 'cli', whose --version prints: redis-cli 7.0.15."],
    ['silent', 'exit 0', 'whose --version prints: nothing'],
    ['failing', `echo "${REDIS}"; exit 1`, 'whose --version prints: Redis server v=7.0.15'],
    ['long', 'echo "\u001b[31m$(printf %0200d 0)"', `prints: ?[31m${'0'.repeat(75)}. Name`],
    ['old', 'echo "Redis server v=6.0.16 sha=0"', "6.2 or newer, got redis 6.0.16 at 'old'"],
    ['hangs', 'exec /bin/sleep 60', '(it answers --version with nothing in 5000 ms)'],
  ])('%p is refused', (name, script, message) => {
    if (script === 'FOLDER') mkdirSync(join(folder, name));
    else if (script) program(name, script);
    const path = name === 'folder' ? join(folder, name) : name;
    expect(() => binary.namedServer(path)).toThrow(message);
    expect(() => binary.namedServer(path)).toThrow('--server must be');
  });

  test('one that hangs with a child takes it along', async () => {
    const id = join(folder, 'child');
    program('hangs', `/bin/sleep 300 & echo $! > '${id}'; wait`);
    expect(() => binary.namedServer('hangs')).toThrow('with nothing in 5000 ms');
    const child = Number(readFileSync(id, 'utf8'));
    // Nobody may have asked for its exit code yet; then it is in the list, and runs nothing.
    let runs = 'not looked at';
    for (let look = 0; look < 200 && runs !== ''; look++) runs = await programOf(child);
    expect(runs).toBe('');
  });
});
