/** Whether git could commit a file, as reported by git itself. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What to do about a file that git could commit; `undefined` if git cannot commit it. */
export function gitProblem(file: string): string | undefined {
  if (!isInRepository(file)) return undefined;
  const { HOME, PATH } = process.env;
  const ask = (...args: readonly string[]) =>
    spawnSync('git', ['-C', dirname(file), ...args, '--', basename(file)], {
      encoding: 'utf8',
      env: { HOME, PATH, LC_ALL: 'C' },
    });
  // A tracked file is not ignored, whatever the patterns say.
  const { status, error, stderr } = ask('check-ignore', '-q');
  if (status === 0) return undefined;
  if (status !== 1) {
    const [why = ''] = (error?.message ?? stderr).split('\n');
    return `git must answer whether it ignores the file, got: ${why.trim()}. Repair this first.`;
  }
  if (ask('ls-files', '--error-unmatch').status === 0) {
    return `It is tracked: run \`git rm --cached ${basename(file)}\`, and add it to '.gitignore'.`;
  }
  return `Add it to '.gitignore': \`echo ${basename(file)} >> .gitignore\`.`;
}

function isInRepository(file: string): boolean {
  let folder = dirname(file);
  while (folder !== dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return true;
    folder = dirname(folder);
  }
  return existsSync(join(folder, '.git'));
}
