/**
 * Runs the rotation function as Lambda does: the built bundle in a separate process, kept warm
 * between invocations, killed at its timeout. A crash is a real kill.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as loopRound } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { DailyCheckEvent } from '../../contract/daily-check';
import type { RotationEvent } from '../../contract/rotation';
import { AwsError } from './secrets-manager-store';

export interface LambdaOptions {
  /** The folder with the bundle, as the cloud assembly names it. */
  readonly assetFolder: string;
  /** Handler of the template, `index.handler`. */
  readonly handler: string;
  /** The Node.js that runs the function; default: that of this process. */
  readonly nodePath?: string;
  /** The environment of the function; only PATH is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Milliseconds by which the function's clock is ahead of this machine's. */
  readonly clockOffsetMs?: () => number;
  /** Receives each line that the function prints. */
  readonly onLine: (line: string) => void;
  /** Receives the outcome of each invocation. */
  readonly onOutcome?: (outcome: LambdaOutcome) => void;
}

export type LambdaOutcome =
  | { readonly ok: true; readonly result?: unknown }
  | { readonly ok: false; readonly name: string; readonly code: string; readonly message: string };

/** The line of a killed process may be cut off; the next line is complete. */
const LOOP_ROUNDS = 2;

const KILLED: LambdaOutcome = {
  ok: false,
  name: 'Killed',
  code: 'Killed',
  message: 'the function was killed',
};

export class LambdaFunction {
  readonly #options: LambdaOptions;
  #process: ChildProcess | undefined;
  #running: Promise<LambdaOutcome> | undefined;

  constructor(options: LambdaOptions) {
    if (options.handler !== 'index.handler') {
      throw new Error(`the handler is ${options.handler}; the rehearsal runs index.handler`);
    }
    this.#options = options;
  }

  /**
   * Runs one event to its end.
   *
   * @throws AwsError `TooManyRequestsException` while another event runs: the template has a
   * reserved concurrency of 1.
   */
  async invoke(event: RotationEvent | DailyCheckEvent): Promise<LambdaOutcome> {
    if (this.#running) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.');
    this.#running = this.#invoke(event);
    try {
      const outcome = await this.#running;
      this.#options.onOutcome?.(outcome);
      return outcome;
    } finally {
      this.#running = undefined;
    }
  }

  /** Kills the process without cleanup. The next invocation starts a new process. */
  kill(): void {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }

  /** Kills the process and waits until it is gone. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    this.kill();
    await ended;
  }

  async #invoke(event: RotationEvent | DailyCheckEvent): Promise<LambdaOutcome> {
    this.#process ??= await this.#start();
    const child = this.#process;
    const { timeoutMs } = this.#options;
    const outcome = await new Promise<LambdaOutcome>((resolve) => {
      const timer = setTimeout(() => this.kill(), timeoutMs);
      const end = (outcome: LambdaOutcome) => {
        clearTimeout(timer);
        child.off('exit', onExit);
        resolve(outcome);
      };
      const onExit = () => end(KILLED);
      child.once('message', (message) => end(message as LambdaOutcome));
      child.once('exit', onExit);
      const offsetMs = this.#options.clockOffsetMs?.() ?? 0;
      child.send({ event, diesAtMs: Date.now() + timeoutMs, offsetMs }, (error) => {
        if (error) end(KILLED);
      });
    });
    // Lines printed before the response may still be in the pipe; read them first.
    for (let round = 0; round < LOOP_ROUNDS; round++) await loopRound();
    return outcome;
  }

  async #start(): Promise<ChildProcess> {
    const { assetFolder, nodePath, environment, onLine } = this.#options;
    const bundle = pathToFileURL(join(assetFolder, 'index.mjs')).href;
    const child = fork(join(__dirname, 'lambda-runner.mjs'), [bundle], {
      env: { PATH: process.env.PATH, ...environment },
      execPath: nodePath,
      // It then reads the certificates of SSL_CERT_FILE alone: Node.js has 140 more to parse.
      execArgv: ['--use-openssl-ca'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', onLine);
    }
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', () => reject(new Error('the bundle of the function does not load')));
    });
    child.removeAllListeners('exit');
    // If the process ends between invocations, the next one starts a new process, as in Lambda.
    child.once('exit', () => {
      if (this.#process === child) this.#process = undefined;
    });
    return child;
  }
}
