/**
 * Renders the connection to a cache for one client library. Validates everything before it returns,
 * and never includes a secret.
 */

import {
  connectionUrlWithoutLogin,
  DEFAULT_DATABASE,
  DEFAULT_USERNAME,
  withUrlOptions,
} from '../../contract/connection-url';
import { also, checkedLater, objectOf } from '../settings/value-kinds';
import type { Kinds } from '../validation/kinds';
import { isWithin, wholeNumber } from '../validation/limits';
import { anyOf } from '../validation/must-be';
import { Problems } from '../validation/setting-error';
import type { CacheShape } from './cache-shape';
import { type ClientOptions, type ClientProfile, type UrlOptionKind, url } from './client-profile';
import { CLIENT_PROFILES, type ClientName } from './client-profiles';
import { checkOptions } from './url-options';

interface OptionTypes {
  readonly text: string;
  readonly number: number;
  readonly boolean: boolean;
}

/** Options that may be added to the string of a client. */
export type UrlOptions<Client extends ClientName> = {
  readonly [Name in keyof (typeof CLIENT_PROFILES)[Client]['urlOptions']]?: OptionTypes[Extract<
    (typeof CLIENT_PROFILES)[Client]['urlOptions'][Name],
    UrlOptionKind
  >];
};

export interface ConnectionStringProps<Client extends ClientName = ClientName> {
  /** The client library, for example `redis-py`. */
  readonly client: Client;

  /**
   * The logical database, of a user one of its role's databases. A sharded cache has only database 0, unless the parameter
   * `cluster-databases` of Valkey 9 sets a number, and the client can select a database.
   *
   * @default - 0, or the first database of the user's role
   */
  readonly database?: number;

  /**
   * The endpoint: `primary` for writes, `reader` to spread reads over the replicas. A client of a
   * sharded cache discovers the replicas itself.
   *
   * @default 'primary'
   */
  readonly endpoint?: 'primary' | 'reader';

  /**
   * The user name. A cache with an AUTH password has only one user.
   *
   * @default 'default'
   */
  readonly user?: typeof DEFAULT_USERNAME;

  /**
   * Further options in the string, by the client's own names. Options that weaken TLS are rejected.
   *
   * @default - no options
   */
  readonly options?: UrlOptions<Client>;
}

export const CONNECTION_KINDS: Kinds<ConnectionStringProps> = {
  client: checkedLater('the name of a client library'),
  database: also(checkedLater('a number'), 'db'),
  endpoint: checkedLater('"primary" or "reader"'),
  user: also(checkedLater('a text'), 'username'),
  options: objectOf('an object of options by their names'),
};

/**
 * Connection settings without a secret. They may hold tokens: use them in outputs or environments.
 */
export interface ConnectionString<Client extends ClientName = ClientName> {
  readonly client: Client;

  /** The form of the template: a URL, a configuration string of the client, or no template. */
  readonly form: ClientProfile['form'];

  /**
   * The string with `{password}` in place of the password: percent-encode the password in a URL,
   * otherwise insert it unchanged. Absent if the client accepts only options.
   */
  readonly template: ReturnType<(typeof CLIENT_PROFILES)[Client]['template']>;

  /**
   * Options in addition to the string, by the client's own names. Insert the password unchanged.
   */
  readonly options: ClientOptions;

  /** The call that takes the template and the options. */
  readonly use: string;

  /**
   * Of a user that logs in by IAM: what the client's tokens are signed for. The template then has
   * neither user nor password.
   */
  readonly iam: IamConnection | undefined;

  /** Limits of this client's URL, in sentences. */
  readonly notInUrl: string[];

  /** Further notes, in sentences. */
  readonly notes: string[];

  /** The key of the credentials secret whose value equals this string, if there is such a key. */
  readonly secretKey: 'url' | 'readerUrl' | undefined;

  /** The client's documentation. */
  readonly source: string;
}

/** What the tokens of a user that logs in by IAM are signed for, and where it connects. */
export interface IamConnection {
  /** The id of the user, which is also its name. */
  readonly userId: string;
  readonly replicationGroupId: string;
  readonly host: string;
  readonly port: number;
  readonly region: string;
}

/** Who logs in, and with what. */
export interface Login {
  /** @default 'default' */
  readonly username?: string;
  /** @default - a password */
  readonly iam?: Pick<IamConnection, 'userId' | 'replicationGroupId' | 'region'> | undefined;
  /** Databases of the user's role. @default - all */
  readonly databases?: readonly number[] | undefined;
}

/** The endpoints of a cache, as `SecureRedis` has them. */
export interface CacheAddress {
  /** The construct, whose path prefixes messages. */
  readonly node: { readonly path: string };
  readonly endpointAddress: string;
  readonly readerEndpointAddress: string;
  readonly port: number;
}

const ENDPOINTS = ['primary', 'reader'];
const NO_READER = 'the cache has no replicas: its reader endpoint is the primary';

/** @throws SettingError with a line per feature that the cache or the client lacks. */
export function connectionString<Client extends ClientName>(
  cache: CacheAddress,
  shape: CacheShape,
  props: ConnectionStringProps<Client>,
  login?: Login,
): ConnectionString<Client>;
export function connectionString(
  cache: CacheAddress,
  shape: CacheShape,
  // Plain JavaScript may omit the props; the error then names the missing client.
  props: Partial<ConnectionStringProps> = {},
  login: Login = {},
): ConnectionString {
  const { username = DEFAULT_USERNAME, iam, databases } = login;
  const own = databaseOf(databases);
  const { database = own, endpoint = 'primary', user = username } = props;
  const { isSharded, replicas } = shape;
  const options: Readonly<Record<string, unknown>> = props.options ?? {};
  const { client, profile } = checked(cache, shape, {
    ...props,
    database,
    databases,
    endpoint,
    user,
    username,
    isIam: iam !== undefined,
    options,
  });
  const isReader = endpoint === 'reader';
  const target = {
    host: isReader ? cache.readerEndpointAddress : cache.endpointAddress,
    port: cache.port,
    username: user,
    database,
    isSharded,
  };
  const bare = iam ? connectionUrlWithoutLogin(target) : profile.template(target);
  const template = bare === undefined ? undefined : withOptions(profile, bare, options);
  const isAsInSecret = template === url({ ...target, database: own });
  const use = iam && profile.iam ? profile.iam.use : profile.use;
  return {
    client,
    form: template === undefined ? 'options' : profile.form,
    template,
    options: iam && profile.iam ? profile.iam.options : profile.options(target),
    use: isSharded ? (use.sharded ?? use.replicated) : use.replicated,
    iam: iam && { ...iam, host: target.host, port: target.port },
    notInUrl: [...profile.notInUrl],
    notes: isReader && replicas === 0 ? [NO_READER] : [],
    secretKey: isAsInSecret ? (isReader ? 'readerUrl' : 'url') : undefined,
    source: profile.source,
  };
}

function withOptions(
  profile: ClientProfile,
  bare: string,
  options: Readonly<Record<string, unknown>>,
) {
  if (profile.form === 'url') return withUrlOptions(bare, options);
  return [bare, ...Object.entries(options).map((pair) => pair.join('='))].join(',');
}

interface Asked {
  readonly client?: unknown;
  readonly database: number;
  readonly endpoint: string;
  readonly databases: readonly number[] | undefined;
  readonly user: string;
  /** The user that logs in. */
  readonly username: string;
  readonly isIam: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

function checked({ node }: CacheAddress, shape: CacheShape, asked: Asked) {
  const problems = new Problems();
  const known: { readonly [name: string]: ClientProfile } = CLIENT_PROFILES;
  const client = typeof asked.client === 'string' ? asked.client : '';
  const profile = Object.hasOwn(known, client) ? known[client] : undefined;
  if (!profile) {
    problems.add('client', asked.client, `one of ${Object.keys(known).join(', ')}`, 'take one');
  } else {
    checkClient(problems, profile, client, shape);
    if (asked.isIam) checkIam(problems, profile, client);
    checkOptions(problems, profile, asked.options);
  }
  checkDatabase(problems, asked.database, shape, profile);
  checkAllowed(problems, asked);
  checkEndpoint(problems, asked.endpoint, shape);
  checkUser(problems, asked);
  problems.throwAny(node.path);
  return { client: client as ClientName, profile: profile as ClientProfile };
}

/** The database of a connection that names none. */
export function databaseOf(databases: readonly number[] | undefined): number {
  const [first = DEFAULT_DATABASE] = databases ?? [];
  return databases?.includes(DEFAULT_DATABASE) ? DEFAULT_DATABASE : first;
}

function checkAllowed(problems: Problems, { database, databases, username }: Asked): void {
  if (databases === undefined || databases.includes(database)) return;
  const allowed = `${anyOf(databases.map(String))}: the role of ${username} has no other`;
  problems.add('database', database, allowed, 'change it, or the `databases` of the role');
}

function checkIam(problems: Problems, { iam, title }: ClientProfile, client: string): void {
  if (iam !== undefined) return;
  const able = Object.entries<ClientProfile>(CLIENT_PROFILES).filter(([, each]) => each.iam);
  problems.add(
    'client',
    client,
    `one of ${able.map(([name]) => name).join(', ')}, which log in by IAM`,
    `take one of them, or a user with a password: ${title} takes no new token per connection`,
  );
}

function checkUser(problems: Problems, { user, username }: Asked): void {
  if (user === username) return;
  const why =
    username === DEFAULT_USERNAME
      ? 'a cache with an AUTH password has no other user'
      : `this is the connection of the user "${username}"`;
  problems.add('user', user, `"${username}": ${why}`, 'remove it');
}

function checkClient(
  problems: Problems,
  { use, title }: ClientProfile,
  client: string,
  { isSharded }: CacheShape,
): void {
  if (!isSharded || use.sharded !== undefined) return;
  const able = Object.entries<ClientProfile>(CLIENT_PROFILES).filter(
    ([, each]) => each.use.sharded,
  );
  problems.add(
    'client',
    client,
    `one of ${able.map(([name]) => name).join(', ')}, which know sharded caches`,
    `take one of them, or a replicated topology: ${title} would see one shard only`,
  );
}

function checkDatabase(
  problems: Problems,
  database: number,
  shape: CacheShape,
  profile: ClientProfile | undefined,
): void {
  const { isSharded, databases } = shape;
  if (!isWithin(database, { min: 0, max: databases - 1 })) {
    if (databases === 1) {
      const sharded = shape.takesClusterDatabases ? 'this sharded cache' : 'a sharded cache';
      const why = isSharded ? `${sharded} has one database` : 'it has one';
      problems.add('database', database, `0: ${why}`, adviceOnOne(shape));
      return;
    }
    const last = databases - 1;
    const allowed = `${wholeNumber({ min: 0, max: last })}: the cache has ${databases} databases`;
    const parameter = isSharded ? 'cluster-databases' : 'databases';
    const advice = `change it, or set the parameter \`${parameter}\``;
    problems.add('database', database, allowed, advice);
  } else if (isSharded && database !== 0 && profile?.use.sharded && !profile.selectsInShards) {
    const able = Object.entries<ClientProfile>(CLIENT_PROFILES).filter(
      ([, each]) => each.selectsInShards,
    );
    const names = able.map(([name]) => name).join(', ');
    const allowed = `0 with ${profile.title}, which selects no database of a sharded cache`;
    problems.add('database', database, allowed, `prefix the keys, or take one of ${names}`);
  }
}

/** Alternatives for a cache with one database. */
function adviceOnOne({ takesClusterDatabases }: CacheShape): string {
  const others = 'prefix the keys, or make another cache';
  return takesClusterDatabases ? `${others}, or set the parameter \`cluster-databases\`` : others;
}

function checkEndpoint(problems: Problems, endpoint: string, { isSharded }: CacheShape): void {
  if (!ENDPOINTS.includes(endpoint)) {
    problems.add('endpoint', endpoint, '"primary" or "reader"');
  } else if (endpoint === 'reader' && isSharded) {
    problems.add(
      'endpoint',
      endpoint,
      '"primary": a sharded cache has one endpoint, which lists all nodes',
      'remove it, and tell the client to read from replicas',
    );
  }
}
