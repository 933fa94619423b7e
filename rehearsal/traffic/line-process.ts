/**
 * A client in a process of its own, which takes lines and gives lines.
 *
 * What is secret reaches it by its environment or its input, never by an argument: arguments are
 * in the list of processes, for every user of the machine.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** However this process ends, no client stays behind. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const STOP_TIMEOUT_MS = 3_000;

export class LineProcess {
  /** What it said last on its standard error. */
  lastError = '';
  /** Takes each line of its standard error. */
  onErrorLine: (line: string) => void = () => undefined;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  /** One waits at a time: each line answers a question. */
  #wake: () => void = () => undefined;
  readonly #ended: Promise<number | null>;
  #hasEnded = false;

  constructor(
    command: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    cwd?: string,
  ) {
    const [file = '', ...args] = command;
    this.#child = spawn(file, args, { cwd, env: { ...process.env, ...environment } });
    running.add(this.#child);
    this.#ended = new Promise((resolve) => {
      const end = (code: number | null) => {
        running.delete(this.#child);
        resolve(code);
      };
      // A program that is not there has no exit; without a listener its error would end us.
      this.#child.once('error', (error: NodeJS.ErrnoException) => {
        this.lastError ||= error.code ?? error.name;
        end(null);
      });
      this.#child.once('close', end);
    });
    // What is written to one that has just ended is lost, which its answer will show.
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#take(line));
    createInterface({ input: this.#child.stderr }).on('line', (line) => {
      if (line.trim() === '') return;
      this.lastError = line;
      this.onErrorLine(line);
    });
    this.#ended.then(() => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /**
   * The next line that is wanted, or nothing if it is given up before.
   *
   * @throws Error with what it said last, if it has ended.
   */
  async next(
    isWanted: (line: string) => boolean = () => true,
    givenUp: Promise<undefined> = new Promise(() => undefined),
  ): Promise<string | undefined> {
    for (;;) {
      while (this.#lines.length > 0) {
        const line = this.#lines.shift();
        if (line !== undefined && isWanted(line)) return line;
      }
      if (this.#hasEnded) throw new Error(this.lastError || 'ended');
      const heard = new Promise<boolean>((resolve) => {
        this.#wake = () => resolve(true);
      });
      if (!(await Promise.race([heard, givenUp]))) return undefined;
    }
  }

  /** Its exit code, or nothing if it had to be killed. */
  async stop(): Promise<number | null> {
    this.#child.stdin.end();
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const code = await this.#ended;
    clearTimeout(timer);
    return code;
  }

  #take(line: string): void {
    this.#lines.push(line);
    this.#wake();
  }
}
