/**
 * The process group of one server: the started program and its children.
 *
 * The program of --server can be a script that runs the server as a child. So the server gets a
 * separate process group, and signals go to the group. Processes that have left the group are found
 * by their working folder, if the machine has `/proc`.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { processesIn } from '../../cli/server/processes';
import { endWithThisProcess } from '../machine/cleanup';

export interface ServerFiles {
  readonly program: string;
  /** Working folder of the server and of no other process. */
  readonly folder: string;
  readonly configFile: string;
  /** Receives the output. */
  readonly logFile: string;
}

/** Characters that make a path a glob pattern for the server. */
const PATTERN = /[*?[]/;

/**
 * Reads the configuration from standard input. Port 0 ends a server that does not read it;
 * by default it would listen on every address, without TLS.
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
        // A script that does not wait for its server orphans it.
        this.signal('SIGKILL');
        forget();
        resolve();
      });
      // A missing program emits 'error' and no 'exit'; unhandled, it would crash this process.
      this.#process.once('error', (error) => {
        this.startError = error.message;
        resolve();
      });
    });
  }

  /** Whether the process ended or never started. */
  get hasEnded(): boolean {
    const { exitCode, signalCode } = this.#process;
    return exitCode !== null || signalCode !== null || this.startError !== '';
  }

  /** Exit code; 0 without an error. */
  get exitCode(): number | null {
    return this.#process.exitCode;
  }

  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Synchronous, since exit handlers call it too. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    for (const target of [-pid, ...processesIn(this.#folder)]) {
      try {
        process.kill(target, signal);
      } catch {
        // The process has ended.
      }
    }
  }
}
