/**
 * The folder `.secure-redis` of a development server: its data, configuration, certificates and
 * log. Only this user can read it, and git ignores it by a file of its own.
 */

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { kindOf } from '../aws/aws-failure';
import { CliError } from '../aws/cloud';
import { gitProblem } from '../dotenv/git-ignored';

export const FOLDER_NAME = '.secure-redis';

export interface DevelopmentFolder {
  readonly path: string;
  readonly data: string;
  readonly tls: string;
  /** The configuration of the server. It has hashes of passwords, and no password. */
  readonly config: string;
  /** The output of the server. */
  readonly log: string;
  readonly pid: string;
  readonly settings: string;
  readonly lock: string;
}

export function developmentFolder(parent: string): DevelopmentFolder {
  const path = join(parent, FOLDER_NAME);
  const within = (name: string) => join(path, name);
  return {
    path,
    data: within('data'),
    tls: within('tls'),
    config: within('redis.conf'),
    log: within('server.log'),
    pid: within('server.pid'),
    settings: within('settings.json'),
    lock: within('lock'),
  };
}

export function isFolderMade({ path }: DevelopmentFolder): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Removes a folder in which nothing was written but what making it writes. */
export function removeUnusedFolder(folder: DevelopmentFolder): void {
  const { path, data, tls } = folder;
  if (!existsSync(path)) return;
  const made = ['.gitignore', basename(data), basename(tls)];
  const isUnused =
    readdirSync(path).every((name) => made.includes(name)) &&
    [data, tls].every((each) => !existsSync(each) || readdirSync(each).length === 0);
  if (isUnused) rmSync(path, { recursive: true, force: true });
}

/** @throws CliError if the folder cannot be made, or git does not ignore it */
export function makeDevelopmentFolder(folder: DevelopmentFolder): void {
  const { path } = folder;
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found && !found.isDirectory()) {
      throw new CliError(`${path} must be a folder, got something else. Remove it.`);
    }
    for (const each of [path, folder.data, folder.tls]) {
      mkdirSync(each, { recursive: true, mode: 0o700 });
      chmodSync(each, 0o700);
    }
    const ignore = join(path, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '# Everything, this file too.\n*\n');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof CliError || code === undefined) throw error;
    throw new CliError(
      `${path} must be a folder that you may write, got ${kindOf(code)}. Make it writable, or ` +
        'run develop in another folder.',
    );
  }
  const problem = gitProblem(folder.settings);
  if (problem === undefined) return;
  throw new CliError(
    `${path} must be a folder that git ignores, got one that git could commit. Add the line ` +
      `'${FOLDER_NAME}/' to '.gitignore', and \`git rm -r --cached ${FOLDER_NAME}\` it, if it is ` +
      'tracked.',
  );
}
