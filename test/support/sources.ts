/** The source files of this repository, with what each of them imports. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';

export const ROOT = join(__dirname, '../..');

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

const TRACKED = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT })
  .toString()
  .split('\n')
  // A file that was deleted is still in git's index until the next commit.
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));

export const SOURCES: readonly Source[] = TRACKED.filter((path) =>
  /\.(ts|cjs|mjs)$/.test(path),
).map((path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, lines: text.split('\n') };
});

/** What is neither a test nor an example. */
export const PRODUCT = SOURCES.filter(({ path }) => !/^(test|examples)\//.test(path));

/** The modules that a file imports, types included; files of this project by path from the root. */
export function importsOf({ path, text }: Source): readonly string[] {
  const found = text.matchAll(/(?:from|import|require\()\s*\(?['"]([\w@./:-]+)['"]/g);
  return Array.from(found, ([, name = '']) =>
    name.startsWith('.')
      ? relative(ROOT, normalize(join(ROOT, dirname(path), name))).replaceAll(sep, '/')
      : name,
  );
}
