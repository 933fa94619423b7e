/**
 * A `.env` file with a block of variables that a command of this package writes, and other lines,
 * which it keeps byte for byte.
 *
 * The file must be ignored by git or outside of a repository, since the block holds passwords; it
 * is replaced atomically and readable only by its owner. No error quotes a line of it.
 */

import { isUtf8 } from 'node:buffer';
import {
  existsSync,
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { kindOf } from '../aws/aws-failure';
import { CliError } from '../aws/cloud';
import { gitProblem } from './git-ignored';

export const BLOCK_BEGIN = '# secure-redis: begin';
export const BLOCK_END = '# secure-redis: end';

/** The block. Line endings may differ; BLOCK_BEGIN without BLOCK_END is no block. */
const BLOCK = new RegExp(
  `^${BLOCK_BEGIN}\r?\n(?:(?!${BLOCK_BEGIN}|${BLOCK_END})[^\n]*\n)*${BLOCK_END}(?:\r?\n|$)`,
  'm',
);

/** Characters that every parser of .env files accepts without quotes. */
const PLAIN = /^[\w./:@%+=~,{}-]*$/;

/** A line that sets a variable, quoted where parsers of .env files or shells would change it. */
export function assignment(name: string, value: string): string {
  if (PLAIN.test(value)) return `${name}=${value}`;
  if (!value.includes("'")) return `${name}='${value}'`;
  if (!/["$`\\]/.test(value)) return `${name}="${value}"`;
  throw new CliError(
    `${name} must have no single quote together with one of " $ \` \\, got a value with both: ` +
      'no quotes mean the same to every reader of a .env file. Choose another value.',
  );
}

/** @throws CliError if it cannot be written, or is in a repository that does not ignore it. */
export function checkedFile(given: string): string {
  const path = resolve(given);
  try {
    return checkedPath(path, given);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof CliError || code === undefined) throw error;
    throw new CliError(`--file is '${given}', which cannot be used: ${kindOf(code)}; name another`);
  }
}

function checkedPath(path: string, given: string): string {
  const folder = dirname(path);
  if (basename(given) === '' || !existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new CliError(
      `--file must be in a folder that exists, got '${given}'. Create it, or name another.`,
    );
  }
  const file = join(realpathSync(folder), basename(path));
  const isThere = lstatSync(file, { throwIfNoEntry: false });
  if (isThere && !isThere.isFile()) {
    throw new CliError(`--file must be a regular file, got '${given}'. Name another.`);
  }
  // A rename would replace a read-only file, but its owner has protected it.
  if (isThere && (isThere.mode & 0o200) === 0) {
    throw new CliError(
      `--file must be a file that you may write, got '${given}', which is read-only. Make it ` +
        'writable with `chmod u+w`, or name another.',
    );
  }
  const problem = gitProblem(file);
  if (problem !== undefined) {
    throw new CliError(
      `--file must be a file that git ignores, or outside of a repository, got '${given}': git ` +
        `could commit the password. ${problem}`,
    );
  }
  return file;
}

/** The block in the file and the rest, which is kept. */
export interface DotenvParts {
  /** Empty without a block. */
  readonly block: string;
  readonly rest: string;
}

/** @throws CliError if the rest is not UTF-8, which a rewrite would corrupt. */
export function dotenvParts(file: string): DotenvParts {
  if (!existsSync(file)) return { block: '', rest: '' };
  const text = textOf(file);
  const [block = ''] = BLOCK.exec(text) ?? [];
  return { block, rest: text.replace(BLOCK, '') };
}

/** @throws CliError if the rest of the file sets one of the variables */
export function requireUnset(file: string, rest: string, names: readonly string[]): void {
  const set = new RegExp(`^\\s*(?:export\\s+)?(${names.join('|')})\\s*=`, 'm');
  const [, name] = set.exec(rest) ?? [];
  if (name === undefined) return;
  throw new CliError(
    `--file must be a file that does not set ${name} itself, got '${file}'. Remove that line, or ` +
      'name another file.',
  );
}

/** Writes the rest and a block with these lines. */
export function writeBlock(file: string, rest: string, lines: readonly string[]): void {
  const end = rest.includes('\r\n') ? '\r\n' : '\n';
  const block = [BLOCK_BEGIN, ...lines, BLOCK_END].map((line) => line + end);
  replaceFile(file, [...(rest.trim() === '' ? [] : [rest.trimEnd(), end, end]), ...block].join(''));
}

/** @throws CliError if the file cannot be read, or is not UTF-8 without a byte order mark. */
function textOf(file: string): string {
  const bytes = readable(file);
  const not = (what: string) =>
    new CliError(
      `--file is '${file}', which must be UTF-8 text without a byte order mark, got ${what}; it ` +
        'was not changed. Save it as UTF-8, or name another file.',
    );
  if (bytes[0] === 0xff && bytes[1] === 0xfe) throw not('UTF-16, little endian');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) throw not('UTF-16, big endian');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw not('UTF-8 with a byte order mark, which many readers take for part of the first name');
  }
  // UTF-16 without a byte order mark, or not a text.
  if (bytes.includes(0)) throw not(`a NUL byte at offset ${bytes.indexOf(0)}`);
  if (!isUtf8(bytes)) throw not('bytes that are not UTF-8, such as Latin-1');
  return bytes.toString('utf8');
}

function readable(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(`--file is '${file}', which cannot be read: ${code}; name another`);
  }
}

/** Characters of a file name that leave room for a suffix: systems allow 255 bytes. */
const NAME_MAX = 50;

/** Replaces the file atomically, so that its permissions are never wider than 0600. */
function replaceFile(file: string, text: string): void {
  const fresh = join(dirname(file), `${basename(file).slice(0, NAME_MAX)}.${process.pid}`);
  try {
    writeFileSync(fresh, text, { flag: 'wx', mode: 0o600 });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOSPC' || code === 'EDQUOT' ? `${code}, the disk is full` : code;
    throw new CliError(
      `${file} cannot be written: ${why}; it is unchanged. Free space, or name another --file.`,
    );
  }
}
