/** `npx secure-redis develop` starts no second server on the data of one that runs. */

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { worksIn } from '../../cli/server/processes';
import { built } from '../support/built';
import {
  develop,
  endServers,
  IS_ROOT,
  NOBODY,
  newProject,
  onFreePort,
  pidIn,
  runIn,
  sendTo,
  variablesIn,
} from '../support/run-develop';
import { runFolder } from '../support/temporary-folder';

afterAll(endServers);

/** A container sees its own processes only. */
const NAMESPACE = ['--pid', '--fork', '--mount-proc'];
const hasNamespaces = spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;

const isRunning = (pid: number, folder: string) =>
  worksIn(pid, join(folder, '.secure-redis/data')) === true;

async function started(): Promise<{ readonly folder: string; readonly pid: number }> {
  const folder = newProject();
  await develop(folder, ...(await onFreePort()));
  return { folder, pid: pidIn(folder) };
}

test('a server whose process id was lost is found, kept, moved and stopped', async () => {
  const { folder, pid } = await started();
  const lose = () => rmSync(join(folder, '.secure-redis/server.pid'), { force: true });
  lose();
  expect((await develop(folder)).out).toMatch(/^already running: /);
  expect((await develop(folder, '--status')).code).toBe(0);
  expect(isRunning(pid, folder)).toBe(true);
  const moved = await develop(folder, ...(await onFreePort()));
  expect(moved.out).toMatch(/\nrestarted: /);
  expect(isRunning(pid, folder)).toBe(false);
  const second = pidIn(folder);
  lose();
  expect((await develop(folder, '--stop')).out).toMatch(/^stopped; /);
  expect(isRunning(second, folder)).toBe(false);
  await develop(folder);
  const url = variablesIn(folder).REDIS_URL;
  expect(await sendTo(url, 'PING')).toBe('PONG');
  lose();
  expect((await develop(folder, '--reset', '--yes')).out).toMatch(/^deleted data/m);
  expect(await sendTo(url, 'PING')).not.toBe('PONG');
}, 60_000);

test('a server whose settings and process id were lost is restarted, with its data', async () => {
  const { folder, pid } = await started();
  const url = variablesIn(folder).REDIS_URL;
  await sendTo(url, 'SET', 'kept', 'yes');
  for (const name of ['server.pid', 'settings.json']) rmSync(join(folder, '.secure-redis', name));
  expect((await develop(folder)).out).toMatch(/\nrestarted: /);
  expect(isRunning(pid, folder)).toBe(false);
  expect(await sendTo(variablesIn(folder).REDIS_URL, 'GET', 'kept')).toBe('yes');
}, 60_000);

test(IS_ROOT ? 'the server of another user is told' : 'nothing here, as no root', async () => {
  if (!IS_ROOT) return;
  const { folder, pid } = await started();
  for (const each of [runFolder(), folder]) chmodSync(each, 0o755);
  rmSync(join(folder, '.git'), { recursive: true });
  spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);
  const options = { uid: NOBODY, env: { GIT_CONFIG_COUNT: '0' } };
  const as = (...args: readonly string[]) => runIn(folder, ['develop', ...args], options);
  expect((await as()).out).toMatch(/^already running: /);
  for (const args of [['--stop'], ['--reset', '--yes'], await onFreePort()]) {
    const { code, err } = await as(...args);
    expect(err).toMatch(/ must be yours to stop it, got process \d+ of another user\. Run `npx/);
    expect(code).toBe(2);
  }
  expect(isRunning(pid, folder)).toBe(true);
}, 60_000);

test(hasNamespaces ? 'the server of another container is told' : 'nothing here', async () => {
  if (!hasNamespaces) return;
  const { folder, pid } = await started();
  const inside = (...args: readonly string[]) =>
    spawnSync('unshare', [...NAMESPACE, process.execPath, built('cli'), 'develop', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder },
    });
  for (const args of [[], ['--stop'], ['--status'], ['--reset', '--yes'], await onFreePort()]) {
    const { status, stderr } = inside(...args);
    expect(stderr).toMatch(/got one that answers at port \d+: another container or another user/);
    expect(status).toBe(2);
  }
  expect(isRunning(pid, folder)).toBe(true);
  expect(existsSync(join(folder, '.secure-redis/settings.json'))).toBe(true);
}, 60_000);

test('a copy of a folder whose server runs has a server of its own, at another port', async () => {
  const { folder, pid } = await started();
  const copy = newProject();
  cpSync(join(folder, '.secure-redis'), join(copy, '.secure-redis'), { recursive: true });
  expect((await develop(copy, '--stop')).out).toBe('already stopped\n');
  expect((await develop(copy, ...(await onFreePort()))).out).toMatch(/^started: /);
  expect(pidIn(copy) === pid).toBe(false);
  expect(isRunning(pid, folder)).toBe(true);
}, 60_000);
