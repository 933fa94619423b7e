/**
 * Finds the cache of `--cache` through the parameters that its stack publishes.
 *
 * Reads only SSM parameters, which hold no secret. They may have been edited, so each value must
 * have the format that a deploy writes: a host is put into a connection string and a file.
 */

import { DEFAULT_DATABASE, DEFAULT_USERNAME } from '../../contract/connection-url';
import { nearest } from '../../contract/nearest';
import { CliError, type Cloud } from '../aws/cloud';

interface CacheOfStack {
  /** `secure-redis-prod-jobs/Cache`. */
  readonly name: string;
  /** Prefix of its alarm names, as CloudFormation generates them. */
  readonly alarmPrefix: string;
  readonly functionName: string;
  readonly host: string;
  readonly readerHost: string;
  readonly port: number;
}

/** A cache with one password, or with users. */
export interface FoundCache extends CacheOfStack {
  /** Absent if it has users. */
  readonly secretArn?: string;
  /** ARNs of the secrets of its users with passwords by name; empty with one password. */
  readonly users: ReadonlyMap<string, string>;
  /** Databases of the connection strings of users, by name; 0 for all others. */
  readonly databases: ReadonlyMap<string, number>;
  /** Names of its users that log in by IAM. */
  readonly iamUsers: readonly string[];
}

/** A cache with the password that a command is about. */
export interface PublishedCache extends CacheOfStack {
  readonly secretArn: string;
  /** With which clients log in. */
  readonly username: string;
  /** Absent if the cache has one password for all clients. */
  readonly user?: string;
  /** The database of its connection string. */
  readonly database: number;
}

/** The id that `Fleet` gives to the cache of a stack. */
const DEFAULT_ID = 'Cache';

const NAME = /^[A-Za-z][\w.-]*(\/[\w.-]+)*$/;

const EXAMPLE = '`secure-redis-prod-jobs` or `secure-redis-prod-jobs/Cache`';

interface Wanted {
  readonly pattern: RegExp;
  readonly must: string;
}

const PORT_MAX = 65_535;
const HOST: Wanted = {
  pattern: /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*$/,
  must: 'a host name',
};

const SECRET: Wanted = {
  pattern: /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/,
  must: 'the ARN of a secret',
};

/** The parameter of the secret of a user, below the path of the cache. */
const USER_PARAMETER = /^Users\/([a-z][a-z0-9-]*)\/SecretArn$/;

/** The parameter of the database of a user, published unless it is 0. */
const DATABASE_PARAMETER = /^Users\/([a-z][a-z0-9-]*)\/Database$/;
const DATABASE: Wanted = { pattern: /^(0|[1-9]\d{0,6})$/, must: 'the number of a database' };

/** The parameter of the id of a user that logs in by IAM. */
const IAM_PARAMETER = /^Users\/([a-z][a-z0-9-]*)\/UserId$/;

/** The published parameters that commands read, with the format that a deploy writes. */
const PUBLISHED = {
  CredentialsSecretArn: SECRET,
  RotationFunctionName: { pattern: /^[\w-]{1,64}$/, must: 'the name of a function' },
  Endpoint: HOST,
  ReaderEndpoint: HOST,
  // The upper bound is compared as a number.
  Port: { pattern: /^[1-9]\d{0,4}$/, must: 'a TCP port from 1 to 65535' },
} as const satisfies Readonly<Record<string, Wanted>>;

type Published = keyof typeof PUBLISHED;

const SHOWN_MAX = 80;

/** Prints any text on one line, with limited length. */
function shown(text: string): string {
  return text.length > SHOWN_MAX ? `a text of ${text.length} characters` : JSON.stringify(text);
}

/** The path under which a cache is published, without the first slash. @throws CliError */
export function nameOf(given: string): string {
  const name = given.replace(/^\/|\/$/g, '');
  if (!NAME.test(name)) {
    throw new CliError(
      `--cache must be the name of a stack, and the path of the cache in it if that is not ` +
        `/${DEFAULT_ID} (${EXAMPLE}), got '${given}'. Look the stack up with ` +
        '`aws cloudformation list-stacks`.',
    );
  }
  return name.includes('/') ? name : `${name}/${DEFAULT_ID}`;
}

/**
 * `hint` is appended if no parameter is published.
 *
 * @throws CliError if there is no such cache, or its stack is older than this command.
 */
export async function findCache(cloud: Cloud, given: string, hint = ''): Promise<FoundCache> {
  const name = nameOf(given);
  const found = await cloud.published(`/${name}`);
  if (Object.keys(found).length === 0) {
    throw new CliError(
      `--cache must be the name of a deployed stack (${EXAMPLE}), got '${given}': no stack ` +
        `publishes anything under /${name}/ in this account and region. Check the name, ` +
        `--region and --profile.${hint}`,
    );
  }
  const checked = (key: string, text: string, { pattern, must }: Wanted) => {
    if (pattern.test(text) && (key !== 'Port' || Number(text) <= PORT_MAX)) return text;
    throw new CliError(
      `the SSM parameter /${name}/${key} must be ${must}, got ${shown(text)}. It was ` +
        'edited: deploy the stack with `npx cdk deploy --revert-drift`.',
    );
  };
  const value = (key: Published) => {
    const text = found[key];
    if (text !== undefined) return checked(key, text, PUBLISHED[key]);
    throw new CliError(
      `the stack of '${given}' does not publish /${name}/${key}: it is older than this ` +
        'command; deploy it again',
    );
  };
  const users = Object.entries(found).flatMap(([key, text]) => {
    const [, user] = USER_PARAMETER.exec(key) ?? [];
    return user === undefined ? [] : [[user, checked(key, text, SECRET)] as const];
  });
  const databases = Object.entries(found).flatMap(([key, text]) => {
    const [, user] = DATABASE_PARAMETER.exec(key) ?? [];
    return user === undefined ? [] : [[user, Number(checked(key, text, DATABASE))] as const];
  });
  const iamUsers = Object.keys(found).flatMap((key) => IAM_PARAMETER.exec(key)?.[1] ?? []);
  const [stackName = '', ...ids] = name.split('/');
  return {
    name,
    alarmPrefix: `${stackName}-${ids.join('').replaceAll(/[^A-Za-z0-9]/g, '')}`,
    secretArn: users.length + iamUsers.length > 0 ? undefined : value('CredentialsSecretArn'),
    users: new Map(users),
    databases: new Map(databases),
    iamUsers,
    functionName: value('RotationFunctionName'),
    host: value('Endpoint'),
    readerHost: value('ReaderEndpoint'),
    port: Number(value('Port')),
  };
}

/** The ARN of any secret of the cache; absent if all its users log in by IAM. */
export function someSecretOf({ secretArn, users }: FoundCache): string | undefined {
  return secretArn ?? Array.from(users.values())[0];
}

/** Whether the cache has users, with passwords or IAM logins, and not one password. */
export function hasUsers({ secretArn }: FoundCache): boolean {
  return secretArn === undefined;
}

/**
 * The cache with the password that `--user` chooses, or with its only one.
 *
 * @throws CliError if the cache has no such user, or has users and none was chosen.
 */
export function withLogin(
  { users, databases, iamUsers, secretArn, ...cache }: FoundCache,
  user: string | undefined,
): PublishedCache {
  if (secretArn !== undefined) {
    const database = DEFAULT_DATABASE;
    if (user === undefined) return { ...cache, secretArn, username: DEFAULT_USERNAME, database };
    throw new CliError(
      `--user must be left out for ${cache.name}, which has one password for all clients, got ` +
        `'${user}'. Leave it out, or name another --cache.`,
    );
  }
  const names = Array.from(users.keys());
  if (names.length === 0 || (user !== undefined && iamUsers.includes(user))) {
    throw withoutPassword({ name: cache.name, names, iamUsers, user });
  }
  if (user === undefined) {
    throw new CliError(
      `--user must name the user that this is about: ${cache.name} has users with a password ` +
        `each (${names.join(', ')}). Add it, such as --user ${names[0]}.`,
    );
  }
  const ofUser = users.get(user);
  if (ofUser !== undefined) {
    const database = databases.get(user) ?? DEFAULT_DATABASE;
    return { ...cache, secretArn: ofUser, username: user, user, database };
  }
  const near = nearest(user, names);
  throw new CliError(
    `--user must be a user of ${cache.name} (${names.join(', ')}), got '${user}'. ` +
      (near === undefined ? 'Name one of them.' : `Did you mean ${near}?`),
  );
}

/** For a user that logs in by IAM, and for every login of a cache without passwords. */
function withoutPassword(asked: {
  readonly name: string;
  readonly names: readonly string[];
  readonly iamUsers: readonly string[];
  readonly user?: string;
}): CliError {
  const { name, names, iamUsers, user } = asked;
  if (names.length === 0) {
    const got = user === undefined ? '' : `, got --user ${user}`;
    return new CliError(
      `${name} must have a user with a password for this${got}: its users log in by IAM ` +
        `(${iamUsers.join(', ')}) and have no password to rotate. Use \`status\` and ` +
        '`recover` without --user.',
    );
  }
  return new CliError(
    `--user must be a user of ${name} with a password (${names.join(', ')}), got '${user}', ` +
      'which logs in by IAM and has no password to rotate. Name another, or use `status` and ' +
      '`recover` without --user.',
  );
}
