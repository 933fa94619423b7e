/**
 * Renders the connection to a cache for one client library. Validates everything before it returns,
 * and never includes a secret.
 */

import {
  connectionUrlWithoutLogin,
  DEFAULT_USERNAME,
  databaseOf,
  withUrlOptions,
} from '../../contract/connection-url';
import { also, checkedLater, objectOf } from '../settings/value-kinds';
import type { Kinds } from '../validation/kinds';
import type { CacheShape } from './cache-shape';
import { type ClientOptions, type ClientProfile, type UrlOptionKind, url } from './client-profile';
import type { CLIENT_PROFILES, ClientName } from './client-profiles';
import { checkedConnection } from './connection-checks';

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
   * The logical database, of a user one of its role's databases. A sharded cache has only
   * database 0, unless the parameter `cluster-databases` of Valkey 9 sets a number, and the client
   * can select a database.
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
export interface ConnectingAs {
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

const NO_READER = 'the cache has no replicas: its reader endpoint is the primary';

/** @throws SettingError with a line per feature that the cache or the client lacks. */
export function connectionString<Client extends ClientName>(
  cache: CacheAddress,
  shape: CacheShape,
  props: ConnectionStringProps<Client>,
  login?: ConnectingAs,
): ConnectionString<Client>;
export function connectionString(
  cache: CacheAddress,
  shape: CacheShape,
  // Plain JavaScript may omit the props; the error then names the missing client.
  props: Partial<ConnectionStringProps> = {},
  login: ConnectingAs = {},
): ConnectionString {
  const { username = DEFAULT_USERNAME, iam, databases } = login;
  const own = databaseOf(databases);
  const { database = own, endpoint = 'primary', user = username } = props;
  const { isSharded, replicas } = shape;
  const options: Readonly<Record<string, unknown>> = props.options ?? {};
  const { client, profile } = checkedConnection(cache.node.path, shape, {
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
    options: (iam && profile.iam ? profile.iam : profile).options(target),
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
