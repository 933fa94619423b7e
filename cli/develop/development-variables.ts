/**
 * The variables of a development server in a `.env` file: passwords that are there are kept, also
 * outside of the block of this command, and others are generated.
 */

import { existsSync, statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { APPLICATION_ENV } from '../../contract/application-env';
import { connectionUrl, DEFAULT_DATABASE, DEFAULT_USERNAME } from '../../contract/connection-url';
import { SecretText } from '../../contract/secret-text';
import { STRONG_PASSWORD_RULE, weaknessOf } from '../../contract/strong-password';
import { CliError } from '../aws/cloud';
import {
  assignment,
  BLOCK_BEGIN,
  BLOCK_END,
  checkedFile,
  dotenvParts,
  requireUnset,
} from '../dotenv/dotenv-file';
import type { DevelopmentLogin } from './development-config';
import type { LikeUser } from './like';
import { newStrongPassword } from './new-password';

/** The first line of the block, which tells it from the block of `env --file`. */
const TITLE = '# Redis on this machine: npx secure-redis develop';

export const DEVELOPMENT_HOST = 'localhost';

/** A login with the names of its variables. */
export interface NamedLogin extends DevelopmentLogin {
  readonly passwordName: string;
  readonly urlName: string;
  /** Whether the password was in the file. */
  readonly isKept: boolean;
}

export interface DevelopmentEnv {
  readonly file: string;
  /** The lines outside of the block. */
  readonly rest: string;
  readonly logins: readonly NamedLogin[];
  /** What the block of another command was about, such as a cache on AWS. */
  readonly replaces?: string;
}

/** @throws CliError if the file cannot be written, or has a weak password */
export function readDevelopmentEnv(given: string, users: readonly LikeUser[]): DevelopmentEnv {
  const file = checkedFile(given);
  const { block, rest: found } = dotenvParts(file);
  const named = namesOf(users);
  const names = named.flatMap(({ passwordName, urlName }) => [passwordName, urlName]);
  const rest = withoutEmpty(found, [...names, APPLICATION_ENV.readerUrl, APPLICATION_ENV.caFile]);
  const isOurs = block === '' || block.includes(TITLE);
  const values: Values = { ...(isOurs ? parseEnv(block) : {}), ...parseEnv(rest) };
  const [, replaces] = /^# Redis for development: (.*?)\r?$/m.exec(block) ?? [];
  return {
    file,
    rest,
    logins: named.map((each) => ({ ...each, ...passwordIn(values, each, file) })),
    ...(replaces === undefined ? {} : { replaces }),
  };
}

/** Without the lines that set these variables to nothing, as a copy of an example does. */
function withoutEmpty(rest: string, names: readonly string[]): string {
  const line = `[ \\t]*(?:export[ \\t]+)?(?:${names.join('|')})[ \\t]*=[ \\t]*(?:''|"")?[ \\t]*`;
  return rest.replaceAll(new RegExp(`^${line}(?:#[^\\n]*)?(?:\\r?\\n|$(?![\\s\\S]))`, 'gm'), '');
}

type Values = Readonly<Record<string, string | undefined>>;

/** Plain names for one login; with several, each has the name of its user at the end. */
export function namesOf(users: readonly LikeUser[]) {
  const all = users.length === 0 ? [{ name: DEFAULT_USERNAME }] : users;
  return all.map((user) => {
    const end = all.length === 1 ? '' : `_${user.name.toUpperCase().replaceAll('-', '_')}`;
    return {
      username: user.name,
      ...('accessString' in user ? { accessString: user.accessString } : {}),
      passwordName: `${APPLICATION_ENV.password}${end}`,
      urlName: `${APPLICATION_ENV.url}${end}`,
    };
  });
}

function passwordIn(values: Values, { passwordName }: { passwordName: string }, file: string) {
  const given = values[passwordName];
  if (given === undefined || given === '') return { password: newStrongPassword(), isKept: false };
  const weakness = weaknessOf(given);
  if (weakness === undefined) return { password: SecretText.of(given), isKept: true };
  throw new CliError(
    `${passwordName} in ${file} must be a password of ${STRONG_PASSWORD_RULE}, got ${weakness}. ` +
      'Remove the line, and develop generates one, or take that of `npx secure-redis password`.',
  );
}

export interface DevelopmentAddress {
  readonly port: number;
  readonly isTls: boolean;
  readonly caFile: string;
}

/** The connection string of a login. Secret. */
export function urlOfLogin({ username, password }: DevelopmentLogin, at: DevelopmentAddress) {
  const { port, isTls } = at;
  const scheme = isTls ? 'rediss' : 'redis';
  const target = { username, host: DEVELOPMENT_HOST, port, database: DEFAULT_DATABASE };
  return connectionUrl({ ...target, scheme }, password);
}

/**
 * The lines of the block, without variables that the rest of the file sets to the same. Secret.
 *
 * @throws CliError if the rest sets a variable to something else
 */
export function linesOfBlock({ file, rest, logins }: DevelopmentEnv, at: DevelopmentAddress) {
  const set: Values = parseEnv(rest);
  const lines: (readonly [name: string, value: string])[] = logins.flatMap((login) => [
    [login.passwordName, login.password.reveal()] as const,
    [login.urlName, urlOfLogin(login, at)] as const,
  ]);
  const [only] = logins;
  if (logins.length === 1 && only) lines.push([APPLICATION_ENV.readerUrl, urlOfLogin(only, at)]);
  if (at.isTls) lines.push([APPLICATION_ENV.caFile, at.caFile]);
  const missing = lines.filter(([name, value]) => !isSame(name, set, value));
  const names = missing.map(([name]) => name);
  requireUnset(file, rest, [...names, ...(at.isTls ? [] : [APPLICATION_ENV.caFile])]);
  return [
    TITLE,
    '# It holds passwords of this machine only: never commit it.',
    ...missing.map(([name, value]) => assignment(name, value)),
  ];
}

/** Whether the file has the block and the rest that `develop` would write now. */
export function isWritten(env: DevelopmentEnv, at: DevelopmentAddress): boolean {
  const { block, rest } = dotenvParts(env.file);
  const wanted = [BLOCK_BEGIN, ...linesOfBlock(env, at), BLOCK_END].join('\n');
  return rest === env.rest && block.trimEnd().split(/\r?\n/).join('\n') === wanted;
}

export function isPrivate(file: string): boolean {
  return existsSync(file) && (statSync(file).mode & 0o077) === 0;
}

/** Whether a variable that the file sets leads to the same server by the same login. */
function isSame(name: string, set: Values, wanted: string): boolean {
  const value = set[name];
  if (value === undefined) return false;
  if (value === wanted) return true;
  try {
    const filled = value.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (_, one, other) =>
      String(set[one ?? other] ?? ''),
    );
    return partsOfUrl(filled) === partsOfUrl(wanted);
  } catch {
    return false;
  }
}

/** Scheme, login and address, in one form for each spelling. */
function partsOfUrl(text: string): string {
  const { protocol, username, password, hostname, port } = new URL(text);
  const host = ['127.0.0.1', '[::1]'].includes(hostname) ? DEVELOPMENT_HOST : hostname;
  const user = username === '' ? DEFAULT_USERNAME : decodeURIComponent(username);
  return JSON.stringify([protocol, user, decodeURIComponent(password), host, port || '6379']);
}
