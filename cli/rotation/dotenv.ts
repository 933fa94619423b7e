/**
 * `env`: the environment variables of an application as a `.env` file, for development.
 *
 * Printed, the password is a placeholder and no secret is read. With --file, the file holds the
 * password, is readable only by its owner, and must be ignored by git or outside of a repository.
 */

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { APPLICATION_ENV } from '../../contract/application-env';
import { connectionUrl, connectionUrlTemplate } from '../../contract/connection-url';
import type { Password } from '../../contract/password';
import { CliError } from '../aws/cloud';
import {
  assignment,
  BLOCK_BEGIN,
  BLOCK_END,
  checkedFile,
  dotenvParts,
  requireUnset,
  writeBlock,
} from '../dotenv/dotenv-file';
import type { CommandResult } from '../terminal/screen';
import type { PublishedCache } from './cache';
import type { Work } from './commands';

export interface DotenvOptions {
  readonly file?: string;
  /** A PEM file with an additional certificate authority. */
  readonly ca?: string;
}

const NAMES = Object.values(APPLICATION_ENV).filter((name) => name !== APPLICATION_ENV.secretArn);
/** Characters that every parser of .env files accepts without quotes. */
const PLAIN_PATH = /^[\w./-]+$/;

export async function dotenv(
  { cloud, cache }: Work,
  options: DotenvOptions,
): Promise<CommandResult> {
  const ca = options.ca === undefined ? undefined : checkedCa(options.ca);
  if (options.file === undefined) {
    const lines = [BLOCK_BEGIN, ...variablesOf(cache, ca), BLOCK_END];
    return { exitCode: 0, lines, json: { cache: cache.name, lines, isRevealed: false } };
  }
  const file = checkedFile(options.file);
  const { rest } = dotenvParts(file);
  requireUnset(file, rest, NAMES);
  const { password } = await cloud.credentials(cache.secretArn);
  writeBlock(file, rest, variablesOf(cache, ca, password));
  const line = `wrote ${file}, readable only by you; write it again after each rotation`;
  return { exitCode: 0, lines: [line], json: { cache: cache.name, file, isRevealed: true } };
}

/** The lines of the block. Secret if `password` is given. */
function variablesOf(cache: PublishedCache, ca?: string, password?: Password): string[] {
  const url = (host: string) => {
    const { port, username, database } = cache;
    const target = { username, host, port, database };
    return password ? connectionUrl(target, password) : connectionUrlTemplate(target);
  };
  const ofUser = cache.user === undefined ? '' : ` --user ${cache.user}`;
  // The host name of a configuration endpoint.
  const isSharded = cache.host.startsWith('clustercfg.');
  const note = password
    ? '# It holds the password: never commit it. Write it again after each rotation.'
    : `# Fill it: npx secure-redis env --cache ${cache.name}${ofUser} --file .env`;
  return [
    `# Redis for development: ${cache.name}`,
    note,
    `# ${APPLICATION_ENV.secretArn}=${cache.secretArn}`,
    assignment(APPLICATION_ENV.password, password?.reveal() ?? '{password}'),
    `${APPLICATION_ENV.url}=${url(cache.host)}`,
    `${APPLICATION_ENV.readerUrl}=${url(cache.readerHost)}`,
    `${isSharded ? '' : '# for a sharded cache: '}${APPLICATION_ENV.cluster}=true`,
    ...(ca === undefined ? [] : [`${APPLICATION_ENV.caFile}=${ca}`]),
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
