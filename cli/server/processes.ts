/** Identifies processes of this machine by their working folder, where it has `/proc`. */

import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

const PROC = '/proc';

/** Processes with a working folder; empty without `/proc`. */
export function processesIn(folder: string): readonly number[] {
  const wanted = identityOf(folder);
  if (wanted === undefined) return [];
  return idsOf(PROC).filter((id) => identityOf(`${PROC}/${id}/cwd`) === wanted);
}

/** Whether a process has a working folder; `undefined` if this user cannot tell. */
export function worksIn(pid: number, folder: string): boolean | undefined {
  if (!existsSync(`${PROC}/self/cwd`)) return undefined;
  const found = identityOf(`${PROC}/${pid}/cwd`);
  // The working folder of another user's process is not shown, but its command line is.
  if (found === undefined && existsSync(`${PROC}/${pid}`)) return undefined;
  return found !== undefined && found === identityOf(folder);
}

/** Processes with a command line, also those of other users; empty without `/proc`. */
export function processesWith(isWanted: (args: readonly string[]) => boolean): readonly number[] {
  const found = idsOf(PROC).filter((id) => isWanted(argumentsOf(id)));
  // A server that writes its data anew has a child with its command line.
  return found.filter((id) => !found.includes(parentOf(id)));
}

function argumentsOf(id: number): readonly string[] {
  return (textOf(`${PROC}/${id}/cmdline`) ?? '').split('\0').slice(0, -1);
}

function parentOf(id: number): number {
  return Number(statOf(id)[2]);
}

/** When a process began, in a form that tells it from a later one with its id. */
export function beginningOf(id: number): string | undefined {
  // The 22nd field, which is the 20th from the end of the name.
  return statOf(id)[20];
}

/** The fields of a process from the end of its name, which may have spaces. */
function statOf(id: number): readonly string[] {
  return (textOf(`${PROC}/${id}/stat`) ?? '').replace(/^.*\) /s, ') ').split(' ');
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Processes whose working folder was deleted; empty without `/proc`. */
export function orphansOf(folder: string): readonly number[] {
  return idsOf(PROC).filter((id) => linkOf(`${PROC}/${id}/cwd`) === `${folder} (deleted)`);
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function idsOf(list: string): readonly number[] {
  try {
    return readdirSync(list)
      .map(Number)
      .filter((id) => Number.isInteger(id));
  } catch {
    return [];
  }
}

/** The identity of a folder, the same under any of its names. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
