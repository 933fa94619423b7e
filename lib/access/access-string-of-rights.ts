/** The rights of a role, and the access string that grants them on an engine. */

import { type AclEngine, commandsOf, hasSubcommandRules } from '../../contract/acl-commands';
import { isAtLeast } from '../../contract/is-at-least';

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

/** Commands that show names of keys outside of the patterns. */
const ALL_NAMES = 'scan randomkey client|tracking'.split(' ');

/** The oldest engine with rules for subcommands: every newer one knows its commands. */
const OLDEST: AclEngine = { name: 'redis', version: '7.0' };

/**
 * Valkey 9.1 has CLUSTERSCAN, and from 9.0 on the rules are the same without its name: a stack
 * update changes users before the engine of their cache, and an engine refuses an access string
 * with a command of a newer one. So `@keyspace` goes as a whole, and its other commands come back.
 */
const CLUSTERSCAN_FROM = '9.0';

function keyspaceRules({ writes }: RoleRights): readonly string[] {
  const kept = Array.from(commandsOf(OLDEST)).flatMap(([name, categories]) => {
    const isOf = (category: string) => categories.includes(category);
    if (!isOf('keyspace') || isOf('admin') || isOf('dangerous')) return [];
    const isKept = (isOf('read') || (writes && isOf('write'))) && !ALL_NAMES.includes(name);
    // OBJECT as a whole: 99 access strings must fit into one secret.
    return isKept ? [name.replace(/\|.*/, '')] : [];
  });
  return ['-@keyspace', ...Array.from(new Set(kept), (name) => `+${name}`)];
}

function namesRules(rights: RoleRights, engine: AclEngine): readonly string[] {
  if (rights.scan) return [];
  const known = commandsOf(engine);
  const hidden = ALL_NAMES.filter((name) => known.has(name)).map((name) => `-${name}`);
  const hasClusterscan = engine.name === 'valkey' && isAtLeast(engine.version, CLUSTERSCAN_FROM);
  return hasClusterscan ? [...keyspaceRules(rights), '-client|tracking'] : hidden;
}

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
    ...namesRules(rights, engine),
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
