/** Lets one `develop` at a time change the server of a folder. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../aws/cloud';
import { beginningOf } from '../server/processes';
import type { Screen } from '../terminal/screen';

const POLL_MS = 50;
/** Longer than the start of a server that loads much data. */
const WAIT_MS = 90_000;
/** Until it is told what is waited for. */
const SILENT_MS = 2_000;

/** Runs a piece of work while no other process does. The lock of a dead process is void. */
export async function locked<T>(file: string, screen: Screen, work: () => Promise<T>): Promise<T> {
  const release = () => rmSync(file, { force: true });
  for (let waited = 0; !take(file); waited += POLL_MS) {
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) release();
    else if (waited >= WAIT_MS) {
      throw new CliError(
        `${file} must be free, got held by process ${holder?.pid ?? 'unknown'} for ` +
          `${WAIT_MS / 1_000} s. End that process, or remove the file.`,
      );
    } else {
      if (waited === SILENT_MS) {
        const who = holder?.pid ?? 'unknown';
        screen.tell(`waiting for process ${who}; if it is no develop, remove ${file}`);
      }
      await sleep(POLL_MS);
    }
  }
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(file: string): boolean {
  try {
    const text = [process.pid, beginningOf(process.pid) ?? ''].join(' ').trim();
    writeFileSync(file, `${text}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

interface Holder {
  readonly pid: number;
  /** Absent on a machine without `/proc`. */
  readonly beginning?: string;
}

/** `undefined` while the file has just been made, or has just gone. */
function holderOf(file: string): Holder | undefined {
  try {
    const [, pid, beginning] = /^(\d+)(?: (\d+))?\n/.exec(readFileSync(file, 'utf8')) ?? [];
    return pid === undefined ? undefined : { pid: Number(pid), beginning };
  } catch {
    return undefined;
  }
}

/** A process that began at another time has only the id of the one that is gone. */
function isAlive({ pid, beginning }: Holder): boolean {
  try {
    process.kill(pid, 0);
    return beginning === undefined || beginning === (beginningOf(pid) ?? beginning);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
