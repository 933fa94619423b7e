/**
 * `env`: the environment variables of an application as a `.env` file, for development.
 *
 * Printed, the password is a placeholder and no secret is read. With --file, the file holds the
 * password, is readable only by its owner, and must be ignored by git or outside of a repository.
 */

import { isUtf8 } from 'node:buffer';
import { spawnSync } from 'node:child_process';
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
import { APPLICATION_ENV } from '../../contract/application-env';
import {
  connectionUrl,
  connectionUrlTemplate,
  DEFAULT_DATABASE,
} from '../../contract/connection-url';
import type { Password } from '../../contract/password';
import { kindOf } from '../aws/aws-failure';
import { CliError } from '../aws/cloud';
import type { CommandResult } from '../terminal/screen';
import type { PublishedCache } from './cache';
import type { Work } from './commands';

export interface DotenvOptions {
  readonly file?: string;
  /** A PEM file with an additional certificate authority. */
  readonly ca?: string;
}

const BEGIN = '# secure-redis: begin';
const END = '# secure-redis: end';

/** The block that this command writes. Line endings may differ; BEGIN without END is no block. */
const BLOCK = new RegExp(`^${BEGIN}\r?\n(?:(?!${BEGIN}|${END})[^\n]*\n)*${END}(?:\r?\n|$)`, 'm');
const NAMES = Object.values(APPLICATION_ENV).filter((name) => name !== APPLICATION_ENV.secretArn);
const OURS = new RegExp(`^\\s*(?:export\\s+)?(${NAMES.join('|')})\\s*=`, 'm');
/** Characters that every parser of .env files accepts without quotes. */
const PLAIN_PATH = /^[\w./-]+$/;

export async function dotenv(
  { cloud, cache }: Work,
  options: DotenvOptions,
): Promise<CommandResult> {
  const ca = options.ca === undefined ? undefined : checkedCa(options.ca);
  if (options.file === undefined) {
    const lines = blockOf(cache, ca);
    return { exitCode: 0, lines, json: { cache: cache.name, lines, isRevealed: false } };
  }
  const file = checkedFile(options.file);
  const rest = restOf(file);
  const { password } = await cloud.credentials(cache.secretArn);
  const end = rest.includes('\r\n') ? '\r\n' : '\n';
  const block = blockOf(cache, ca, password).map((line) => line + end);
  write(file, [...(rest.trim() === '' ? [] : [rest.trimEnd(), end, end]), ...block].join(''));
  const line = `wrote ${file}, readable only by you; write it again after each rotation`;
  return { exitCode: 0, lines: [line], json: { cache: cache.name, file, isRevealed: true } };
}

/** The block of this command. Secret if `password` is given. */
function blockOf(cache: PublishedCache, ca: string | undefined, password?: Password): string[] {
  const url = (host: string) => {
    const { port, username } = cache;
    const target = { username, host, port, database: DEFAULT_DATABASE };
    return password ? connectionUrl(target, password) : connectionUrlTemplate(target);
  };
  const ofUser = cache.user === undefined ? '' : ` --user ${cache.user}`;
  // The host name of a configuration endpoint.
  const isSharded = cache.host.startsWith('clustercfg.');
  const note = password
    ? '# It holds the password: never commit it. Write it again after each rotation.'
    : `# Fill it: npx secure-redis env --cache ${cache.name}${ofUser} --file .env`;
  return [
    BEGIN,
    `# Redis for development: ${cache.name}`,
    note,
    `# ${APPLICATION_ENV.secretArn}=${cache.secretArn}`,
    `${APPLICATION_ENV.url}=${url(cache.host)}`,
    `${APPLICATION_ENV.readerUrl}=${url(cache.readerHost)}`,
    `${isSharded ? '' : '# for a sharded cache: '}${APPLICATION_ENV.cluster}=true`,
    ...(ca === undefined ? [] : [`${APPLICATION_ENV.caFile}=${ca}`]),
    END,
  ];
}

function checkedCa(given: string): string {
  const path = resolve(given);
  if (existsSync(path) && statSync(path).isFile() && PLAIN_PATH.test(path)) return path;
  throw new CliError(
    `--ca must be a file that exists, with letters, digits, _, -, . and / in its path, got ` +
      `'${given}'. Name another file.`,
  );
}

/** @throws CliError if it cannot be written, or is in a repository that does not ignore it. */
function checkedFile(given: string): string {
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
  if (isInRepository(file) && !isIgnored(file)) {
    throw new CliError(
      `--file must be a file that git ignores, or outside of a repository, got '${given}': git ` +
        "could commit the password. Add it to '.gitignore' (and `git rm --cached` it, if " +
        'it is tracked).',
    );
  }
  return file;
}

function isInRepository(file: string): boolean {
  let folder = dirname(file);
  while (folder !== dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return true;
    folder = dirname(folder);
  }
  return existsSync(join(folder, '.git'));
}

/** As reported by git; false if git fails. A tracked file is not ignored. */
function isIgnored(file: string): boolean {
  const { HOME, PATH } = process.env;
  const args = ['-C', dirname(file), 'check-ignore', '-q', '--', basename(file)];
  return spawnSync('git', args, { stdio: 'ignore', env: { HOME, PATH } }).status === 0;
}

/**
 * The rest of the file, byte for byte. @throws CliError if the rest is not UTF-8, which a rewrite
 * would corrupt, or sets a variable of this command.
 */
function restOf(file: string): string {
  if (!existsSync(file)) return '';
  const rest = textOf(file).replace(BLOCK, '');
  const [, name] = OURS.exec(rest) ?? [];
  if (name === undefined) return rest;
  throw new CliError(
    `--file must be a file that does not set ${name} itself, got '${file}'. Remove that line, or ` +
      'name another file.',
  );
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
function write(file: string, text: string): void {
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
