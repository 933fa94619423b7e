/** A new empty folder for a test. It goes when the test run ends. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folder of this test run: set when it begins, inherited by jest's workers, removed at its end. */
export const RUN_FOLDER_VARIABLE = 'TEST_RUN_FOLDER';

/** For the setup alone: makes the folder of this run. */
export function makeRunFolder(): void {
  process.env[RUN_FOLDER_VARIABLE] = mkdtempSync(join(tmpdir(), 'secure-redis-run-'));
}

/** @throws Error outside of a test run. */
export function runFolder(): string {
  const folder = process.env[RUN_FOLDER_VARIABLE];
  if (!folder)
    throw new Error(`${RUN_FOLDER_VARIABLE} is missing; run the tests with \`npm test\``);
  return folder;
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(runFolder(), `${name}-`));
}
