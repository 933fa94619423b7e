/**
 * Ends servers and removes temporary folders when this process ends.
 *
 * An exit handler does this at a normal end, a failure or a signal that can be caught. After `kill
 * -9` or without memory no handler runs: then a shell does it, which waits for the end of its
 * standard input, closed by the kernel together with this process. Servers and folders stay only if
 * that shell is killed too.
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

/** Retries, since a server that was just killed may still write into the folder. */
const REMOVE_TRIES = 5;

/** A line break would end the name that the shell reads; Node loads no module below a backslash. */
const FORBIDDEN = [
  ['line break', '\n'],
  ['backslash', '\\'],
] as const;

/** Functions that end the running servers. */
const running = new Set<() => void>();
const folders = new Set<string>();
let watchdog: Writable | undefined;

process.on('exit', () => {
  for (const end of running) end();
  for (const folder of folders) removeFolder(folder);
});

/**
 * A new folder below TMPDIR that only this user can read, removed when this process ends.
 *
 * @throws Error that names TMPDIR, if the folder cannot be created.
 */
export function makeFolder(name: string): string {
  return makeFolderIn(tmpdir(), name);
}

/** The same below another folder instead of TMPDIR. */
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

/** Ignores a folder that cannot be removed: it is temporary and must not prevent the exit. */
export function removeFolder(folder: string): void {
  folders.delete(folder);
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: REMOVE_TRIES });
  } catch {}
}

/**
 * Ends a server in its own folder, with its whole process group, when this process ends.
 *
 * @returns a function to call when the server has ended.
 */
export function endWithThisProcess(group: number, folder: string, end: () => void): () => void {
  const file = join(folder, GROUP_FILE);
  running.add(end);
  writeFileSync(file, `${group}\n`, { mode: 0o600 });
  watch(folder);
  return () => {
    running.delete(end);
    // The process id may be reused from now on.
    rmSync(file, { force: true });
  };
}

/** Passes a folder to the shell, which starts with the first folder. */
function watch(folder: string): void {
  watchdog ??= startWatchdog();
  watchdog.write(`${folder}\n`);
}

function startWatchdog(): Writable {
  // In a separate session, so that it survives Ctrl-C and a kill of this process group.
  const shell = spawn('sh', ['-c', SCRIPT, 'sh'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    detached: true,
  });
  // Without a shell only the exit handler cleans up.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  // A pipe of a child process is a socket, which must not keep this process alive.
  (shell.stdin as unknown as { unref(): void }).unref();
  return shell.stdin;
}
