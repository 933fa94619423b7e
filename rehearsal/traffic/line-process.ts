/**
 * A client in its own process, with a protocol of lines on standard input and output.
 *
 * Secrets are passed in the environment or the input, never as arguments, which every user of the
 * machine can list.
 */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Killed when this process ends. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const STOP_TIMEOUT_MS = 3_000;

export class LineProcess {
  /** The last line of standard error. */
  lastError = '';
  /** Receives each line of standard error. */
  onErrorLine: (line: string) => void = () => undefined;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  /** Only one call of `next` waits at a time. */
  #resume: () => void = () => undefined;
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
      // A missing program emits 'error' and no 'exit'; unhandled, it would crash this process.
      this.#child.once('error', (error: NodeJS.ErrnoException) => {
        this.lastError ||= error.code ?? error.name;
        end(null);
      });
      this.#child.once('close', end);
    });
    // A write to a process that has just ended fails; the missing answer shows it.
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#take(line));
    createInterface({ input: this.#child.stderr }).on('line', (line) => {
      if (line.trim() === '') return;
      this.lastError = line;
      this.onErrorLine(line);
    });
    this.#ended.then(() => {
      this.#hasEnded = true;
      this.#resume();
    });
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /**
   * The next matching line, or undefined if `givenUp` resolves first.
   *
   * @throws Error with the last line of standard error, if the process has ended.
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
      const hasLine = new Promise<boolean>((resolve) => {
        this.#resume = () => resolve(true);
      });
      if (!(await Promise.race([hasLine, givenUp]))) return undefined;
    }
  }

  /** Stops the process. Returns its exit code, or null if it was killed. */
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
    this.#resume();
  }
}
