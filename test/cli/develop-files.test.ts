/** The file of `npx secure-redis develop`: copied, moved, half filled, edited, made public. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  develop,
  endServers,
  newProject,
  onFreePort,
  runIn,
  sendTo,
  variablesIn,
} from '../support/run-develop';

afterAll(endServers);

const envIn = (folder: string) => join(folder, '.env');

test('a copy of a project writes its own file, and a moved one keeps its data', async () => {
  const [first, copy] = [newProject(), newProject()];
  await develop(first, ...(await onFreePort()));
  const before = readFileSync(envIn(first), 'utf8');
  await sendTo(variablesIn(first).REDIS_URL, 'SET', 'kept', 'yes');
  cpSync(first, copy, { recursive: true });
  const [option = '', port = ''] = await onFreePort();
  expect((await develop(copy, option, port)).code).toBe(0);
  expect(readFileSync(envIn(first), 'utf8') === before).toBe(true);
  expect(variablesIn(copy).REDIS_URL?.endsWith(`@localhost:${port}/0`)).toBe(true);
  const moved = `${first}-moved`;
  renameSync(first, moved);
  expect((await develop(moved)).out).toMatch(/\nrestarted: /);
  expect((await runIn(moved, ['develop', '--status'])).code).toBe(0);
  expect(await sendTo(variablesIn(moved).REDIS_URL, 'GET', 'kept')).toBe('yes');
  // Where the servers of the test are ended.
  mkdirSync(first);
}, 60_000);

test('the printed command works with a blank in the path, and exports nothing', async () => {
  const folder = newProject('*.env\n');
  mkdirSync(join(folder, "a b's"));
  const { out } = await develop(folder, '--file', "a b's/.env", ...(await onFreePort()));
  const [, command = ''] = /try {8}([\s\S]*?)\n {2}stop/.exec(out) ?? [];
  const program = '#!/bin/sh\nenv | grep -c ^REDISCLI_AUTH=.\n';
  writeFileSync(join(folder, 'redis-cli'), program, { mode: 0o755 });
  const env = { PATH: `${folder}:${process.env.PATH}` };
  const { stdout } = spawnSync('sh', ['-c', `${command}\nenv`], {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  expect(stdout.split('\n')[0]).toBe('1');
  expect(/^REDIS/m.test(stdout)).toBe(false);
});

test.each(['REDIS_PASSWORD=', 'REDIS_PASSWORD=""\nREDIS_URL=', 'export REDIS_URL= # later'])(
  'a variable that is empty is filled: %j',
  async (lines) => {
    const folder = newProject();
    writeFileSync(envIn(folder), `COLOUR=blue\n${lines}\nSIZE=1\n`);
    expect((await develop(folder, ...(await onFreePort()))).err).toBe('');
    const text = readFileSync(envIn(folder), 'utf8');
    expect(text.startsWith('COLOUR=blue\nSIZE=1\n')).toBe(true);
    expect(text.match(/REDIS_PASSWORD=|REDIS_URL=/g)).toHaveLength(2);
    expect(await sendTo(variablesIn(folder).REDIS_URL, 'PING')).toBe('PONG');
    expect((await develop(folder)).out).toMatch(/^already running: /);
  },
);

test('a weak password leaves no folder behind', async () => {
  const folder = newProject();
  writeFileSync(envIn(folder), 'REDIS_PASSWORD=short\n');
  expect((await develop(folder)).code).toBe(2);
  expect(existsSync(join(folder, '.secure-redis'))).toBe(false);
});

test('a folder as the file, and a port that is none, are told', async () => {
  const folder = newProject();
  await develop(folder, ...(await onFreePort()));
  const { err } = await develop(folder, '--file', '.');
  expect(err).toMatch(/^--file must be a regular file, got '\.'\./);
  await develop(folder, '--stop');
  const path = join(folder, '.secure-redis/settings.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/"port": \d+/, '"port": 99999'));
  expect((await develop(folder)).err).toMatch(/settings\.json must be as develop has written it/);
});

test('the state is 1 for a file that leads elsewhere, is public or not ignored', async () => {
  const folder = newProject();
  await develop(folder, ...(await onFreePort()));
  const text = readFileSync(envIn(folder), 'utf8');
  const status = () => develop(folder, '--status');
  expect((await status()).code).toBe(0);
  writeFileSync(envIn(folder), text.replace('@localhost', '@cache.example'));
  const elsewhere = await status();
  expect(elsewhere.out).toMatch(/problem {4}the variables in .*\.env do not lead to the server/);
  writeFileSync(envIn(folder), text);
  chmodSync(envIn(folder), 0o644);
  const open = await status();
  expect(open.out).toMatch(/problem {4}.*\.env can be read by other users of this machine\. Run/);
  chmodSync(envIn(folder), 0o600);
  writeFileSync(join(folder, '.gitignore'), '');
  const committed = await status();
  expect(committed.out).toMatch(/problem {4}--file must be a file that git ignores/);
  expect([elsewhere.code, open.code, committed.code]).toEqual([1, 1, 1]);
}, 60_000);
