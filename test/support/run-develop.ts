/** Runs `npx secure-redis develop` in folders of a test, and ends their servers after it. */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Redis } from 'ioredis';
import { freePort } from '../../cli/server/free-port';
import { built } from './built';
import { noteOutput, notePassword } from './leaks';
import type { Ran } from './run-cli';
import { temporaryFolder } from './temporary-folder';

/** A user with no rights in the folders of a test. */
export const NOBODY = 65_534;
export const IS_ROOT = process.getuid?.() === 0;

const folders = new Set<string>();

/** An empty folder with a repository that ignores `.env`. */
export function newProject(ignored = '.env\n'): string {
  const folder = temporaryFolder('project');
  git(folder, 'init', '-q');
  if (ignored !== '') writeFileSync(join(folder, '.gitignore'), ignored);
  return folder;
}

export function git(folder: string, ...args: readonly string[]): string {
  const env = { PATH: process.env.PATH, HOME: folder };
  const ran = spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8', env });
  return `${ran.stdout}${ran.stderr}`;
}

/** Asynchronous, since the test may be a server that the command asks. */
export async function runIn(
  folder: string,
  args: readonly string[],
  { env = {}, uid }: { readonly env?: NodeJS.ProcessEnv; readonly uid?: number } = {},
): Promise<Ran> {
  folders.add(folder);
  const child = spawn(process.execPath, [built('cli'), ...args], {
    cwd: folder,
    uid,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder, ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  for (const [name, value = ''] of Object.entries(variablesIn(folder))) {
    if (name.startsWith('REDIS_PASSWORD') && value.length >= 32) notePassword(value);
  }
  noteOutput(out);
  noteOutput(err);
  return { code, out, err };
}

export const develop = (folder: string, ...args: readonly string[]) =>
  runIn(folder, ['develop', ...args]);

/** `--port` with a port that is free now. */
export async function onFreePort(): Promise<readonly string[]> {
  return ['--port', String(await freePort())];
}

/** The variables of `.env`; empty without one. */
export function variablesIn(folder: string): Readonly<Record<string, string | undefined>> {
  const file = join(folder, '.env');
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

/** Process id of the server that was started last. */
export function pidIn(folder: string): number {
  return Number(readFileSync(join(folder, '.secure-redis/server.pid'), 'utf8'));
}

/** Sends a command as an application does. @returns the reply or the error code */
export async function sendTo(url: string | undefined, ...command: readonly string[]) {
  const redis = new Redis(String(url), {
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const [name = '', ...args] = command;
    return await redis.call(name, ...args);
  } catch (error) {
    return (error as Error).message.split(' ')[0];
  } finally {
    redis.disconnect();
  }
}

/** For `afterAll`: ends every server. */
export async function endServers(): Promise<void> {
  for (const folder of folders) await runIn(folder, ['develop', '--reset', '--yes']);
  folders.clear();
}
