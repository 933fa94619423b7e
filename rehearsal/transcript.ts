/**
 * What a person reads while the rehearsal runs, and the table at its end.
 *
 * It remembers each line, so that the lines can be searched for passwords.
 */

import type { CheckResult } from './checks';

const CLAIM_COLUMNS = 62;
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

  /** A heading: what begins now. */
  part(title: string): void {
    this.print('');
    this.say(title);
  }

  /** Something that happened, with the time since the start. */
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

  table(results: readonly CheckResult[]): void {
    this.print('');
    const idColumns = Math.max(ID_COLUMNS, ...results.map(({ id }) => id.length + 2));
    for (const result of results) {
      const { id, claim } = result;
      this.print(`${mark(result)}  ${id.padEnd(idColumns)}${claim.padEnd(CLAIM_COLUMNS)}`.trim());
      if (!result.pass) this.print(`      seen: ${result.detail}`);
    }
    const failed = results.filter(({ pass }) => !pass).length;
    const seconds = (this.elapsedMs / 1000).toFixed(1);
    this.print('');
    this.print(`${results.length - failed} passed, ${failed} failed, in ${seconds} s`);
  }

  print(line: string): void {
    this.lines.push(line);
    this.#write(line);
  }
}

function mark({ pass }: CheckResult): string {
  return pass ? 'ok  ' : 'FAIL';
}
