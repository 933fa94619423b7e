/**
 * Ends servers and removes temporary folders when this process ends.
 *
 * At an ordinary end, a failure or a signal that can be caught, an exit handler does it. After
 * `kill -9` or for lack of memory no handler runs: then a shell does it that waits for the end of
 * its standard input, which the kernel closes together with this process. Only if that shell is
 * killed, too, servers and folders stay.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Writable } from 'node:stream';

/** The process group of the server that runs in a folder. */
const GROUP_FILE = 'server.group';

/**
 * Takes one folder per line; at the end of its input, ends their servers and removes them. A server
 * that a wrapper script moved into another group is known by its working folder, where there is
 * `/proc`.
 */
const SCRIPT = `
while IFS= read -r folder; do set -- "$@" "$folder"; done
for folder; do
  if read -r group < "$folder/${GROUP_FILE}"; then kill -9 -- "-$group"; fi
  for process in /proc/[0-9]*; do
    if [ "$process/cwd" -ef "$folder" ]; then kill -9 "\${process#/proc/}"; fi
  done
done
rm -rf -- "$@"`;

/** A folder is removed while a server that was just killed still writes into it. */
const REMOVE_TRIES = 5;

/** A line break would end the name that the shell reads; Node loads no module below a backslash. */
const FORBIDDEN = [
  ['line break', '\n'],
  ['backslash', '\\'],
] as const;

/** What ends each server that runs. */
const running = new Set<() => void>();
const folders = new Set<string>();
let watchdog: Writable | undefined;

process.on('exit', () => {
  for (const end of running) end();
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
  const [wrong] = FORBIDDEN.find(([, text]) => resolve(parent).includes(text)) ?? [];
  if (wrong !== undefined) {
    const got = JSON.stringify(parent);
    throw new Error(`${must}, without a ${wrong} in its path, got ${got}. ${advice}.`);
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

/**
 * A server with a folder of its own, and all that its process group holds, ends with this process.
 *
 * @returns what to call when it has ended.
 */
export function endWithThisProcess(group: number, folder: string, end: () => void): () => void {
  const file = join(folder, GROUP_FILE);
  running.add(end);
  writeFileSync(file, `${group}\n`, { mode: 0o600 });
  watch(folder);
  return () => {
    running.delete(end);
    // The number may be given to another process from now on.
    rmSync(file, { force: true });
  };
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
