/** Identifies processes of this machine by their working folder, where it has `/proc`. */

import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs';

const PROC = '/proc';

/** Processes with a working folder; empty without `/proc`. */
export function processesIn(folder: string): readonly number[] {
  const wanted = identityOf(folder);
  if (wanted === undefined) return [];
  return idsOf(PROC).filter((id) => identityOf(`${PROC}/${id}/cwd`) === wanted);
}

/** Whether a process has a working folder; `undefined` if this machine cannot tell. */
export function worksIn(pid: number, folder: string): boolean | undefined {
  if (!existsSync(`${PROC}/self/cwd`)) return undefined;
  const wanted = identityOf(folder);
  return wanted !== undefined && identityOf(`${PROC}/${pid}/cwd`) === wanted;
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
