/**
 * The processes of one server: what was started and whatever that started.
 *
 * A program that is named by --server can be a script that runs the server as its child. So the
 * server gets a process group of its own, and signals go to the group. What has left the group is
 * known by its working folder, where the machine has `/proc`.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { endWithThisProcess } from '../machine/cleanup';

export interface ServerFiles {
  readonly program: string;
  /** Where the server works; no other process may. */
  readonly folder: string;
  readonly configFile: string;
  /** Takes what it prints. */
  readonly logFile: string;
}

/** What makes a path a pattern for the server, which then takes what it matches, or nothing. */
const PATTERN = /[*?[]/;

/**
 * Then the configuration comes on standard input. Without a port a server that does not get it
 * ends; by default it would listen on every address, without TLS.
 */
const FROM_INPUT = ['--port', '0', '-'];

export class ServerProcess {
  /** Why it could not be started. */
  startError = '';
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #ended: Promise<void>;

  constructor({ program, folder, configFile, logFile }: ServerFiles) {
    this.#folder = folder;
    const config = openSync(configFile, 'r');
    const log = openSync(logFile, 'w', 0o600);
    const from = PATTERN.test(configFile) ? FROM_INPUT : [configFile];
    this.#process = spawn(program, from, { stdio: [config, log, log], detached: true });
    for (const file of [config, log]) closeSync(file);
    const { pid } = this.#process;
    const forget =
      pid === undefined
        ? () => undefined
        : endWithThisProcess(pid, folder, () => this.signal('SIGKILL'));
    this.#ended = new Promise((resolve) => {
      this.#process.once('exit', () => {
        // A script that does not wait for its server leaves it to us.
        this.signal('SIGKILL');
        forget();
        resolve();
      });
      // A program that is not there has no exit; without a listener its error would end us.
      this.#process.once('error', (error) => {
        this.startError = error.message;
        resolve();
      });
    });
  }

  /** Whether it ended, or never began. */
  get hasEnded(): boolean {
    const { exitCode, signalCode } = this.#process;
    return exitCode !== null || signalCode !== null || this.startError !== '';
  }

  /** 0 if it ended without an error. */
  get exitCode(): number | null {
    return this.#process.exitCode;
  }

  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Never waits: it is called when this process ends, too. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    for (const target of [-pid, ...processesIn(this.#folder)]) {
      try {
        process.kill(target, signal);
      } catch {
        // It has ended.
      }
    }
  }
}

/** Processes that work in a folder, by the kernel's list; none on a machine without one. */
function processesIn(folder: string): readonly number[] {
  const wanted = identityOf(folder);
  if (wanted === undefined) return [];
  return idsOf('/proc').filter((id) => identityOf(`/proc/${id}/cwd`) === wanted);
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

/** Of a folder under any of its names. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
