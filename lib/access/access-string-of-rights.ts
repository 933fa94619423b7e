/** The rights of a role, and the access string that grants them on an engine. */

import { type AclEngine, commandsOf, hasSubcommandRules } from '../../contract/acl-commands';

export interface RoleRights {
  /** Whether commands may write. */
  readonly writes: boolean;
  /** Patterns of the keys for every command of the role. */
  readonly keys: readonly string[];
  /** Patterns of further keys that it only reads. */
  readonly readKeys: readonly string[];
  /** Patterns of further keys that it only writes. */
  readonly writeKeys: readonly string[];
  /** Patterns of Pub/Sub channels. */
  readonly channels: readonly string[];
  /** Numbered databases; empty for all. */
  readonly databases: readonly number[];
  /** Whether it runs Lua scripts. */
  readonly scripts: boolean;
  /** Whether it may list the names of all keys. */
  readonly scan: boolean;
  /** Whether it empties its database. */
  readonly clear: boolean;
  /** Why it may empty its database. */
  readonly reason: string | undefined;
}

/** Every key, or every channel. */
export const EVERY = '*';

/** Commands of every role that no category without dangerous commands has. */
const EVERYWHERE = `info time cluster|slots cluster|shards cluster|nodes cluster|info
cluster|keyslot`.split(/\s+/);

/** Commands for connections that Redis OSS 6.2 has in other categories. */
const CONNECTION_6_2 = 'select readonly readwrite asking wait'.split(' ');

const SCRIPTS = 'eval eval_ro evalsha evalsha_ro script|load script|exists'.split(' ');
/** Redis OSS 6.2 cannot allow SCRIPT LOAD without SCRIPT FLUSH and SCRIPT KILL. */
const SCRIPTS_6_2 = ['eval', 'evalsha'];

const SUBSCRIBE = 'subscribe unsubscribe psubscribe punsubscribe ssubscribe sunsubscribe'.split(
  ' ',
);
const PUBLISH = ['publish', 'spublish'];

/** Marks a connection as one that imports data: for migrations into a server. */
const IMPORT = ['client|import-source'];

/** Commands that show names of keys outside of the patterns. */
const ALL_NAMES = 'scan clusterscan randomkey client|tracking'.split(' ');

/** The access string, without a password; `on` is the state in which users can log in. */
export function accessStringOf(rights: RoleRights, engine: AclEngine): string {
  const known = commandsOf(engine);
  const rules = (sign: string, names: readonly string[]) =>
    names.filter((name) => known.has(name)).map((name) => `${sign}${name}`);
  const { keys, readKeys, writeKeys, channels, databases } = rights;
  return [
    'on',
    ...keys.map((each) => `~${each}`),
    ...readKeys.map((each) => `%R~${each}`),
    ...writeKeys.map((each) => `%W~${each}`),
    'resetchannels',
    ...channels.map((each) => `&${each}`),
    ...(databases.length > 0 ? [`db=${databases.join(',')}`] : []),
    '-@all',
    '+@read',
    ...(rights.writes ? ['+@write'] : []),
    '+@connection',
    '+@transaction',
    '-@admin',
    '-@dangerous',
    '-@scripting',
    ...rules('-', [...IMPORT, ...(rights.scan ? [] : ALL_NAMES)]),
    ...rules('+', EVERYWHERE),
    ...(hasSubcommandRules(engine) ? [] : rules('+', CONNECTION_6_2)),
    ...(rights.scripts ? rules('+', hasSubcommandRules(engine) ? SCRIPTS : SCRIPTS_6_2) : []),
    ...(channels.length > 0 ? rules('+', SUBSCRIBE) : []),
    ...(channels.length > 0 && rights.writes ? rules('+', PUBLISH) : []),
    ...(rights.clear ? ['+flushdb'] : []),
  ].join(' ');
}

/** The rights in plain words. */
export function describeRights(rights: RoleRights): string {
  const { keys, readKeys, writeKeys, channels, databases } = rights;
  const verb = rights.writes ? 'reads and writes' : 'reads';
  const [database] = databases;
  return [
    ...(keys.length > 0 ? [`${verb} ${keysInWords(keys)}`] : []),
    ...(readKeys.length > 0 ? [`only reads ${keysInWords(readKeys)}`] : []),
    ...(writeKeys.length > 0 ? [`only writes ${keysInWords(writeKeys)}`] : []),
    ...(rights.scripts ? ['runs Lua scripts'] : []),
    ...(rights.scan && !keys.includes(EVERY) ? ['lists the names of all keys'] : []),
    ...(channels.length > 0 ? [channelsInWords(channels, rights.writes)] : []),
    ...(databases.length > 1 ? [`only in databases ${databases.join(', ')}`] : []),
    ...(databases.length === 1 ? [`only in database ${database}`] : []),
    ...(rights.clear ? [clearInWords(rights)] : []),
  ].join('; ');
}

function keysInWords(patterns: readonly string[]): string {
  return patterns.includes(EVERY) ? 'all keys' : `keys ${patterns.join(' ')}`;
}

function channelsInWords(patterns: readonly string[], publishes: boolean): string {
  const which = patterns.includes(EVERY) ? 'all channels' : `channels ${patterns.join(' ')}`;
  return `${publishes ? 'subscribes and publishes to' : 'subscribes to'} ${which}`;
}

function clearInWords({ reason }: RoleRights): string {
  const why = reason === undefined ? '' : `, because: ${reason}`;
  return `empties its whole database by FLUSHDB, which ignores key patterns${why}`;
}
