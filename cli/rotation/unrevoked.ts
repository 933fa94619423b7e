/**
 * Reports at the end of the process that a leaked password is not yet revoked, however the process
 * ends: an error, a signal such as Ctrl-C, a closed terminal, a closed stdout. Such an end never
 * has exit code 0.
 *
 * Only SIGKILL cannot be reported.
 */

import { writeSync } from 'node:fs';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const STDERR = 2;
/** A shell adds the number of the signal that ended a process. */
const SIGNALLED = 128;

const ENDINGS = {
  rotating:
    'the leaked password is NOT revoked, and a rotation may still be under way: ' +
    '`rotate --leaked` again continues it',
  revoking:
    'the leaked password is NOT revoked, or not proven to be, and its sessions are not ended: ' +
    '`revoke --end-sessions`, which can be repeated',
} as const;

export type RevocationStage = keyof typeof ENDINGS;

export class Unrevoked {
  #stage: RevocationStage;

  constructor(stage: RevocationStage) {
    this.#stage = stage;
    process.on('exit', this.#atExit);
    for (const signal of SIGNALS) process.on(signal, this.#atSignal);
  }

  /** Changes the reported stage. */
  reach(stage: RevocationStage): void {
    this.#stage = stage;
  }

  get missing(): string {
    return ENDINGS[this.#stage];
  }

  /** Call it when all is done, or when the command's answer reports what is missing. */
  end(): void {
    process.off('exit', this.#atExit);
    for (const signal of SIGNALS) process.off(signal, this.#atSignal);
  }

  readonly #atSignal = (signal: (typeof SIGNALS)[number]): void => {
    process.exit(SIGNALLED + constants.signals[signal]);
  };

  readonly #atExit = (): void => {
    process.exitCode ||= 1;
    try {
      writeSync(STDERR, `${this.missing}\n`);
    } catch {
      // The terminal is closed.
    }
  };
}
