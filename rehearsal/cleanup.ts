/**
 * Ends servers and removes temporary folders when this process ends.
 *
 * At an ordinary end, a failure or a signal that can be caught, an exit handler does it. After
 * `kill -9` or for lack of memory no handler runs: then a shell does it that waits for the end of
 * its standard input, which the kernel closes together with this process. Only if that shell is
 * killed, too, servers and folders stay.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Writable } from 'node:stream';

/** The id of the server that runs in a folder. */
const PID_FILE = 'server.pid';

/** Takes one folder per line; at the end of its input, ends their servers and removes them. */
const SCRIPT = `
while IFS= read -r folder; do set -- "$@" "$folder"; done
for folder; do
  if read -r pid < "$folder/${PID_FILE}"; then kill -9 "$pid"; fi
done
rm -rf -- "$@"`;

/** A folder is removed while a server that was just killed still writes into it. */
const REMOVE_TRIES = 5;

const running = new Set<ChildProcess>();
const folders = new Set<string>();
let watchdog: Writable | undefined;

process.on('exit', () => {
  for (const server of running) server.kill('SIGKILL');
  for (const folder of folders) removeFolder(folder);
});

/**
 * A new folder below TMPDIR that only this user can read. It goes when this process ends.
 *
 * @throws Error that names TMPDIR, if there can be no such folder.
 */
export function makeFolder(name: string): string {
  return makeFolderIn(tmpdir(), name);
}

/** The same below another folder, which takes the place of TMPDIR. */
export function makeFolderIn(parent: string, name: string): string {
  const must = 'TMPDIR must be a folder that this user can write to';
  const advice = 'Set TMPDIR to such a folder';
  if (parent.includes('\n')) {
    throw new Error(`${must}, without a line break in its path. ${advice}.`);
  }
  try {
    const folder = mkdtempSync(join(resolve(parent), `${name}-`));
    folders.add(folder);
    watch(folder);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${must}, got '${parent}' (${code}). ${advice}, or make it.`);
  }
}

/** Leaves a folder that cannot be removed: it is temporary, and what ends must end. */
export function removeFolder(folder: string): void {
  folders.delete(folder);
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: REMOVE_TRIES });
  } catch {}
}

/** A server with a folder of its own ends with this process. */
export function endWithThisProcess(server: ChildProcess, folder: string): void {
  const pidFile = join(folder, PID_FILE);
  running.add(server);
  const forget = () => {
    if (!running.delete(server)) return;
    try {
      unlinkSync(pidFile);
    } catch {}
  };
  server.once('exit', forget);
  // A program that is not there has no exit; without a listener its error would end us.
  server.once('error', forget);
  if (server.pid === undefined) return;
  writeFileSync(pidFile, `${server.pid}\n`, { mode: 0o600 });
  watch(folder);
}

/** Hands a folder to the shell, which starts with the first one. */
function watch(folder: string): void {
  watchdog ??= startWatchdog();
  watchdog.write(`${folder}\n`);
}

function startWatchdog(): Writable {
  // In a session of its own, so that it outlives a Ctrl-C and a kill of this process's group.
  const shell = spawn('sh', ['-c', SCRIPT, 'sh'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    detached: true,
  });
  // Without a shell the exit handler is all there is.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  // A pipe of a child process is a socket, which must not keep this process alive.
  (shell.stdin as unknown as { unref(): void }).unref();
  return shell.stdin;
}
