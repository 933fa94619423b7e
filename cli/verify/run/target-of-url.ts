/**
 * The server that a url names: an argument, standard input, or REDIS_URL. Its authority is a file.
 *
 * No message quotes the url.
 */

import { readFileSync } from 'node:fs';
import { APPLICATION_ENV } from '../../../contract/application-env';
import { CliError } from '../../aws/cloud';
import { serverAddressOf } from '../../server/server-address';
import type { VerifyTarget } from '../server/read-server';

const INPUT_BYTES_MAX = 64 * 1024;
const STDIN = '-';

/** @throws CliError for no url, a wrong url, or an unreadable file of the authority */
export async function targetOfUrl(
  given: string | undefined,
  caOption: string | undefined,
): Promise<VerifyTarget> {
  const text =
    given === STDIN
      ? await standardInput()
      : (given ?? (process.env[APPLICATION_ENV.url] || undefined));
  if (text === undefined) {
    throw new CliError(
      `verify must get a url, got none, and ${APPLICATION_ENV.url} is not set. Pass it on ` +
        `standard input (\`verify -\`), or set ${APPLICATION_ENV.url}.`,
    );
  }
  const { tls, host, port, username, password, database, caFile, verify } = serverAddressOf(text);
  if (given !== undefined && given !== STDIN && password !== undefined) {
    process.stderr.write(
      'the password is in an argument, which every user of this machine can see while the ' +
        `command runs. Pass the url by ${APPLICATION_ENV.url} or standard input (\`verify -\`).\n`,
    );
  }
  const file = caOption ?? caFile ?? (process.env[APPLICATION_ENV.caFile] || undefined);
  return {
    host,
    port,
    isTls: tls,
    username,
    password,
    database,
    verification: verify,
    ca: tls && file !== undefined ? authorityIn(file) : undefined,
  };
}

export function authorityIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(
      `the file of the authority must be one that can be read, got ${code} from ${file}. Name ` +
        'another with --ca.',
    );
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new CliError(
    `the file of the authority must hold certificates as PEM, got none in ${file}. Name another ` +
      'with --ca.',
  );
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > INPUT_BYTES_MAX) {
      throw new CliError('standard input must be one url, got more than 64 KiB. Pass one line.');
    }
  }
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (text !== '') return text;
  throw new CliError('standard input must be one url, got nothing. Pass one line.');
}
