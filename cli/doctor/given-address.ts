/**
 * The connection string that `doctor` is to examine: of its argument, stdin, a .env file or the
 * environment, with what stands beside it there: a password and an authority.
 */

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { SecretText } from '../../contract/secret-text';
import { kindOf } from '../aws/aws-failure';
import { CliError } from '../aws/cloud';
import { FROM_STDIN, readStdin } from './stdin';

const URL_BYTES_MAX = 8 * 1024;

export interface GivenAddress {
  /** As it was given; empty if there is none. */
  readonly url: string;
  /** Of REDIS_PASSWORD beside it. */
  readonly password?: SecretText;
  /** Of `--ca`, or REDIS_CA_FILE beside it. */
  readonly caFile?: string;
  readonly notes: readonly string[];
  /** Where it comes from, such as `REDIS_URL of .env`. */
  readonly from: string;
}

export interface AddressSources {
  readonly file?: string;
  readonly ca?: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws CliError if a file cannot be read, or two sources are given */
export async function givenAddress(
  argument: string | undefined,
  { file, ca }: AddressSources,
): Promise<GivenAddress> {
  if (argument !== undefined && file !== undefined) {
    throw new CliError('doctor must get one of a URL and --file, got both. Pass one of them.');
  }
  if (file !== undefined) return beside(variablesOf(file), `REDIS_URL of ${file}`, ca);
  if (argument === undefined) return beside(process.env, 'REDIS_URL of the environment', ca);
  if (argument === FROM_STDIN) {
    // A line end after it is that of `echo` or of the file.
    const url = (await readStdin(URL_BYTES_MAX)).replace(/\r?\n$/, '');
    return { url, caFile: ca, notes: [], from: 'stdin' };
  }
  return { url: argument, caFile: ca, notes: notesOfArgument(argument), from: 'the argument' };
}

function notesOfArgument(url: string): readonly string[] {
  if (!/\/\/[^/]*:[^@]+@/.test(url)) return [];
  return [
    'every user of this machine can read the password in the process list, and your shell keeps ' +
      'it in its history: use REDIS_URL, --file .env, or - for stdin',
  ];
}

function beside(variables: Variables, from: string, ca: string | undefined): GivenAddress {
  const { REDIS_URL = '', REDIS_PASSWORD, REDIS_CA_FILE } = variables;
  const url = expanded(REDIS_URL, variables);
  const notes =
    url === REDIS_URL
      ? []
      : [
          'REDIS_URL has a variable in it, which doctor has replaced as compose does: programs ' +
            'that do not replace it log in with the name of the variable',
        ];
  const hasLogin = /\/\/[^/]*@/.test(url);
  return {
    url,
    caFile: ca ?? (REDIS_CA_FILE || undefined),
    // Clients take a password that is set separately only if the string has none.
    ...(hasLogin || !REDIS_PASSWORD ? {} : { password: SecretText.of(REDIS_PASSWORD) }),
    notes,
    from,
  };
}

/** As compose and python-dotenv do; a variable that is not set stays, so that it is reported. */
function expanded(text: string, variables: Variables): string {
  return text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (whole, braced, bare) => {
    return variables[braced ?? bare] || whole;
  });
}

function variablesOf(file: string): Variables {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(
      `--file must be a .env file that can be read, got '${file}': ${kindOf(code)}. Name another.`,
    );
  }
}
