/** Runs once after all tests: searches all output for every generated password. */

import { rmSync } from 'node:fs';
import { searchLeaks } from './leaks';
import { runFolder } from './temporary-folder';

interface JestConfig {
  readonly testPathPatterns?: { readonly patterns?: readonly string[] };
}

export default async function globalTeardown(config: JestConfig): Promise<void> {
  const folder = runFolder();
  const { passwords, outputs, leaks } = searchLeaks(folder);
  rmSync(folder, { recursive: true, force: true });
  process.stderr.write(
    `leak search: ${passwords} passwords in ${outputs} outputs: ${leaks.length} leaks\n`,
  );
  if (leaks.length > 0) throw new Error(`a password leaked:\n${leaks.join('\n')}`);
  const isWholeRun = (config.testPathPatterns?.patterns ?? []).length === 0;
  if (isWholeRun && (passwords === 0 || outputs === 0)) {
    throw new Error('the leak search had nothing to search: the notes are not taken any more');
  }
}
