/** Checks what is asked of a connection string, against the cache, the client and the user. */

import { DEFAULT_USERNAME } from '../../contract/connection-url';
import { isWithin, wholeNumber } from '../validation/limits';
import { anyOf } from '../validation/must-be';
import { Problems } from '../validation/setting-error';
import type { CacheShape } from './cache-shape';
import type { ClientProfile } from './client-profile';
import { CLIENT_PROFILES, type ClientName } from './client-profiles';
import { checkOptions } from './url-options';

const ENDPOINTS = ['primary', 'reader'];

/** What a caller asks for. */
export interface AskedConnection {
  /** Checked here. @default - an error */
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

/** @throws SettingError with a line per feature that the cache or the client lacks. */
export function checkedConnection(path: string, shape: CacheShape, asked: AskedConnection) {
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
  problems.throwAny(path);
  return { client: client as ClientName, profile: profile as ClientProfile };
}

function checkAllowed(
  problems: Problems,
  { database, databases, username }: AskedConnection,
): void {
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

function checkUser(problems: Problems, { user, username }: AskedConnection): void {
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
