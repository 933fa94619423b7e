/**
 * Output of a rehearsal: progress lines, and the table at the end.
 *
 * It keeps every line, so that the lines can be searched for passwords.
 */

import type { CheckResult } from './checks';

const ID_COLUMNS = 21;

export class Transcript {
  readonly lines: string[] = [];
  readonly #startMs = performance.now();
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startMs;
  }

  /** Prints the heading of the next part. */
  part(title: string): void {
    this.print('');
    this.say(title);
  }

  /** Prints an event with the time since the start. */
  say(text: string): void {
    const seconds = (this.elapsedMs / 1000).toFixed(1).padStart(5);
    this.print(`${seconds} s  ${text}`);
  }

  detail(text: string): void {
    this.print(`         ${text}`);
  }

  check(result: CheckResult): void {
    this.detail(`${mark(result)} ${result.claim} (${result.detail})`);
  }

  /** Prints passed checks, failed checks, and what remains unproven. */
  table(results: readonly CheckResult[], unproven: readonly string[]): void {
    const failed = results.filter(({ pass }) => !pass);
    const passed = results.filter(({ pass }) => pass);
    this.#results(
      'proven here, about the template and the function',
      passed.filter(({ ofRehearsal }) => !ofRehearsal),
    );
    this.#results(
      "checks of the rehearsal's own servers, which stand in for ElastiCache",
      passed.filter(({ ofRehearsal }) => ofRehearsal),
    );
    this.#results('failed', failed);
    this.print('');
    this.print('not proven here');
    for (const each of unproven) this.print(`  -   ${each}`);
    const seconds = (this.elapsedMs / 1000).toFixed(1);
    this.print('');
    this.print(`${passed.length} passed, ${failed.length} failed, in ${seconds} s`);
  }

  #results(title: string, results: readonly CheckResult[]): void {
    if (results.length === 0) return;
    this.print('');
    this.print(title);
    const idColumns = Math.max(ID_COLUMNS, ...results.map(({ id }) => id.length + 2));
    for (const result of results) {
      this.print(`${mark(result)}  ${result.id.padEnd(idColumns)}${result.claim}`);
      if (!result.pass) this.print(`      seen: ${result.detail}`);
    }
  }

  print(line: string): void {
    this.lines.push(line);
    this.#write(line);
  }
}

function mark({ pass }: CheckResult): string {
  return pass ? 'ok  ' : 'FAIL';
}
