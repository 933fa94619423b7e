/** Lets one `develop` at a time change the server of a folder. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../aws/cloud';
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
        `${file} must be free, got held by process ${holder ?? 'unknown'} for ${WAIT_MS / 1_000} ` +
          's. End that process, or remove the file.',
      );
    } else {
      if (waited === SILENT_MS) {
        const who = holder ?? 'unknown';
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
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** `undefined` while the file has just been made, or has just gone. */
function holderOf(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
