/**
 * Starts, finds, asks and stops the server of a development folder.
 *
 * The server is a process of its own session, so that it outlives this process and its terminal. A
 * process id is trusted only if that process works in the folder: ids are used again. A server
 * whose id was lost is found by its command line and its working folder.
 */

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { converse } from '../../contract/conversation';
import { RespError, type RespReply } from '../../contract/resp';
import type { SecretText } from '../../contract/secret-text';
import { CliError } from '../aws/cloud';
import { orphansOf, processesWith, worksIn } from '../server/processes';
import { type DevelopmentFolder, FOLDER_NAME } from './development-folder';

/** A server answers in tenths of a second, and then loads its data. */
const START_TIMEOUT_MS = 15_000;
const LOAD_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const ASK_TIMEOUT_MS = 3_000;
const POLL_MS = 15;

/** Variables that programs need: none of the application, such as REDIS_PASSWORD. */
const PASSED = ['PATH', 'HOME', 'TZ', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];

const CONFIG_END = `${sep}${FOLDER_NAME}${sep}redis.conf`;

/** Characters that make a path a glob pattern for the server. */
const PATTERN = /[*?[]/;

export interface Address {
  readonly host: string;
  readonly port: number;
  /** The authority to trust, as PEM; absent for plaintext. */
  readonly ca?: string;
}

/** Sends one command after a login. @returns the reply, or the error code or reason as a text */
export async function askServer(
  { host, port, ca }: Address,
  username: string,
  password: SecretText,
  command: readonly string[],
): Promise<string> {
  const socket =
    ca === undefined
      ? createConnection({ host, port })
      : connectTls({ host, port, ca, servername: host });
  return converse<string>(socket, {
    ready: ca === undefined ? 'connect' : 'secureConnect',
    commands: [['AUTH', username, password.reveal()], command],
    timeoutMs: ASK_TIMEOUT_MS,
    resultOf: (replies) => {
      const refused = replies.find((reply: RespReply) => reply instanceof RespError);
      if (refused instanceof RespError) return refused.code;
      return replies.length < 2 ? undefined : String(replies[1]);
    },
    endedBy: (ending) => (ending.why === 'error' ? (ending.error.code ?? 'error') : ending.why),
  });
}

/** The id of the running server of a folder. */
export function runningPid(folder: DevelopmentFolder): number | undefined {
  const pid = pidIn(folder);
  if (pid !== undefined && isServerOf(pid, folder)) return pid;
  const servers = processesWith(isDevelopmentServer);
  return servers.find((each) => isServerOf(each, folder));
}

/** A shell that works in the folder is none. */
function isDevelopmentServer([, config, ...others]: readonly string[]): boolean {
  return others.length === 0 && (config === '-' || config?.endsWith(CONFIG_END) === true);
}

function pidIn({ pid }: DevelopmentFolder): number | undefined {
  try {
    const read = Number.parseInt(readFileSync(pid, 'utf8'), 10);
    return read > 1 ? read : undefined;
  } catch {
    return undefined;
  }
}

function isServerOf(pid: number, folder: DevelopmentFolder): boolean {
  const isThere = worksIn(pid, folder.data);
  if (isThere !== undefined) return isThere;
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'args=', '-p', `${pid}`], { encoding: 'utf8' });
  return stdout?.includes(` ${folder.config}`) === true;
}

/** What became of a start: the process id, or the last output of a server that has ended. */
export type Started = { readonly pid: number } | { readonly failure: string };

export async function startServer(
  program: string,
  folder: DevelopmentFolder,
  ask: () => Promise<string>,
): Promise<Started> {
  rmSync(folder.pid, { force: true });
  const [config, log] = [openSync(folder.config, 'r'), openSync(folder.log, 'w', 0o600)];
  const isPattern = PATTERN.test(folder.config);
  const child = spawn(program, [isPattern ? '-' : folder.config], {
    cwd: folder.data,
    detached: true,
    stdio: [isPattern ? config : 'ignore', log, log],
    env: Object.fromEntries(PASSED.map((name) => [name, process.env[name]])),
  });
  for (const file of [config, log]) closeSync(file);
  child.unref();
  let failure: string | undefined;
  child.once('error', ({ message }) => {
    failure = message;
  });
  child.once('exit', () => {
    failure ??= lastWords(folder);
  });
  const began = performance.now();
  for (let ms = 0; ms < LOAD_TIMEOUT_MS; ms = performance.now() - began) {
    await sleep(POLL_MS);
    if (failure !== undefined) return { failure };
    const pid = runningPid(folder);
    const answer = pid === undefined ? '' : await ask();
    if (pid !== undefined && answer === 'PONG') return { pid };
    if (answer !== 'LOADING' && ms > START_TIMEOUT_MS) break;
  }
  if (child.pid !== undefined) kill(-child.pid, 'SIGKILL');
  return { failure: `no answer in time; ${lastWords(folder)}` };
}

/** Its data is on the disk when it has ended. @returns whether it had to be killed */
export async function stopServer(folder: DevelopmentFolder, pid: number): Promise<boolean> {
  requireStoppable(pid, folder);
  kill(pid, 'SIGTERM');
  await ended(pid, folder);
  const isStuck = isServerOf(pid, folder);
  if (isStuck) {
    kill(pid, 'SIGKILL');
    await ended(pid, folder);
  }
  rmSync(folder.pid, { force: true });
  return isStuck;
}

/** @throws CliError if another user has started it */
function requireStoppable(pid: number, { path }: DevelopmentFolder): void {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return;
    throw new CliError(
      `the server of ${path} must be yours to stop it, got process ${pid} of another user. Run ` +
        '`npx secure-redis develop --stop` as that user.',
    );
  }
}

/** Kills servers whose folder was deleted while they ran, as by `git clean`. @returns how many */
export function killOrphans({ data }: DevelopmentFolder): number {
  const orphans = orphansOf(data);
  for (const pid of orphans) kill(pid, 'SIGKILL');
  return orphans.length;
}

async function ended(pid: number, folder: DevelopmentFolder): Promise<void> {
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (isServerOf(pid, folder) && performance.now() < deadline) await sleep(POLL_MS);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** The refused line of the configuration, and the last line of the output, without hashes. */
function lastWords({ log }: DevelopmentFolder): string {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  const wrong = lines.find((line) => line.startsWith('>>>'));
  const words = [...(wrong === undefined ? [] : [wrong]), ...lines.slice(-1)].join(' ');
  return words.replaceAll(/#[0-9a-f]{64}/g, '[hash of a password]').trim() || 'no output';
}
