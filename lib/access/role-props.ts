/** Props of the roles, with their kinds. */

import { FLAG, TEXT } from '../settings/value-kinds';
import type { Kind, Kinds } from '../validation/kinds';

/** A role that reads: keys, channels and databases. */
export interface ReadOnlyRoleProps {
  /** Patterns of the keys, such as `app:*`. @default - all keys */
  readonly keys?: readonly string[];
  /** Patterns of the Pub/Sub channels, such as `news:*`. @default - no channels */
  readonly channels?: readonly string[];
  /** Numbers of the databases. Valkey 9.1 or newer. @default - all databases */
  readonly databases?: readonly number[];
  /**
   * Whether SCAN, RANDOMKEY and CLIENT TRACKING are allowed, which show the names of all keys,
   * whatever `keys` are. @default - only with all keys
   */
  readonly scan?: boolean;
}

/** A role that reads and writes. */
export interface ReadWriteRoleProps extends ReadOnlyRoleProps {
  /** Patterns of further keys that the role only reads. Not on Redis OSS 6.2. @default - none */
  readonly readKeys?: readonly string[];
  /** Patterns of further keys that the role only writes. Not on Redis OSS 6.2. @default - none */
  readonly writeKeys?: readonly string[];
  /** Whether EVAL and EVALSHA are allowed, on the role's keys only. @default false */
  readonly scripts?: boolean;
}

/** The role of a queue's producers and workers. */
export interface QueueRoleProps {
  /** Patterns of the queue's keys, such as `bull:*`. */
  readonly keys: readonly string[];
  /** Patterns of the Pub/Sub channels. @default - no channels */
  readonly channels?: readonly string[];
  /** Numbers of the databases. Valkey 9.1 or newer. @default - all databases */
  readonly databases?: readonly number[];
}

/** The role of a cache whose application may empty it. */
export interface CacheRoleProps extends ReadWriteRoleProps {
  /**
   * Whether FLUSHDB is allowed, which Django, Flask and Spring send to clear their cache. FLUSHDB
   * ignores key patterns: it deletes all keys of the database. It is refused where other users
   * share the cache. @default false
   */
  readonly clear?: boolean;
  /** Why the application may clear the cache. @default - no reason */
  readonly reason?: string;
}

/** The role of a client library whose keys have a common prefix. */
export interface PrefixRoleProps {
  /** The prefix of the keys, as the client library is told. @default - the library's own prefix */
  readonly prefix?: string;
  /** Numbers of the databases. Valkey 9.1 or newer. @default - all databases */
  readonly databases?: readonly number[];
}

/** The role of Django's cache. */
export interface DjangoRoleProps extends PrefixRoleProps {
  /** Whether EVALSHA is allowed, which the locks of django-redis need. @default false */
  readonly scripts?: boolean;
  /**
   * Whether SCAN is allowed, which `delete_pattern` of django-redis needs. It shows the names of
   * all keys. @default false
   */
  readonly scan?: boolean;
  /** As in `Role.cache`: whether `cache.clear()` works. @default false */
  readonly clear?: boolean;
  /** Why the application may clear the cache. @default - no reason */
  readonly reason?: string;
}

/** The role of a client with fixed keys. */
export interface FixedRoleProps {
  /** Numbers of the databases. Valkey 9.1 or newer. @default - all databases */
  readonly databases?: readonly number[];
}

/** The role of an administrator. */
export interface AdminRoleProps {
  /** Why this user needs every command and every key. */
  readonly reason: string;
}

/** Lists whose items the role itself checks, with more specific messages. */
const LIST = (words: string, example: string): Kind => ({
  words,
  accepts: (value) => Array.isArray(value),
  advice: (value) =>
    typeof value === 'string' ? `Use [${JSON.stringify(value)}].` : `Use a list like ${example}.`,
});

const NUMBERS: Kind = {
  ...LIST('a list of database numbers', '[0]'),
  advice: (value) => (typeof value === 'number' ? `Use [${value}].` : 'Use a list like [0].'),
};

const KEYS = LIST('a list of key patterns', '["app:*"]');
const READ_ONLY: Kinds<ReadOnlyRoleProps> = {
  keys: { ...KEYS, otherNames: ['key', 'patterns', 'prefix'] },
  channels: { ...LIST('a list of channel patterns', '["news:*"]'), otherNames: ['channel'] },
  databases: { ...NUMBERS, otherNames: ['database', 'db'] },
  scan: FLAG,
};
const READ_WRITE: Kinds<ReadWriteRoleProps> = {
  ...READ_ONLY,
  readKeys: KEYS,
  writeKeys: KEYS,
  scripts: FLAG,
};
const PREFIX: Kinds<PrefixRoleProps> = { prefix: TEXT, databases: READ_ONLY.databases };
const CLEAR = { clear: { ...FLAG, otherNames: ['flush'] }, reason: TEXT };
const REASON: Kind = { ...TEXT, isRequired: true, advice: () => 'Say why, in a few words.' };

/** The kinds of the props of each role. */
export const ROLE_PROP_KINDS = {
  readOnly: READ_ONLY,
  readWrite: READ_WRITE,
  queue: {
    keys: { ...READ_ONLY.keys, isRequired: true, advice: () => 'Use a list like ["bull:*"].' },
    channels: READ_ONLY.channels,
    databases: READ_ONLY.databases,
  },
  cache: { ...READ_WRITE, ...CLEAR },
  bullMq: PREFIX,
  celery: PREFIX,
  rq: { databases: READ_ONLY.databases },
  django: { ...PREFIX, scripts: FLAG, scan: FLAG, ...CLEAR },
  sidekiq: { databases: READ_ONLY.databases },
  nodeExample: { databases: READ_ONLY.databases },
  pythonExample: { databases: READ_ONLY.databases },
  admin: { reason: REASON },
} satisfies Readonly<Record<string, Readonly<Record<string, Kind>>>>;

/** The kinds of role, by the names of their factories. */
export type RoleKind = keyof typeof ROLE_PROP_KINDS | 'custom';
