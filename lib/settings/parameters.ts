/**
 * The engine's parameters that may be set, each with the values that it takes, and those that may
 * not, each with the reason.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
 */

import type { Engine } from './engine';
import type { Problems } from './setting-error';

/** What a value must be: in words, and as a test of its text. */
interface Kind {
  readonly allowed: string;
  readonly accepts: (value: string) => boolean;
  /** Beginning of the names of the parameter families that know it. */
  readonly families?: readonly string[];
}

const whole = (min: number, max = Number.MAX_SAFE_INTEGER): Kind => ({
  allowed:
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number of ${min} or more`
      : `a whole number from ${min} to ${max}`,
  accepts: (value) => /^-?\d{1,16}$/.test(value) && Number(value) >= min && Number(value) <= max,
});

const oneOf = (...values: readonly string[]): Kind => ({
  allowed: values.map((value) => `"${value}"`).join(', '),
  accepts: (value) => values.includes(value),
});

const since7 = (kind: Kind): Kind => ({ ...kind, families: ['redis7', 'valkey'] });
const before7 = (kind: Kind): Kind => ({ ...kind, families: ['redis6'] });

const YES_OR_NO = oneOf('yes', 'no');
const LRU = ['volatile-lru', 'allkeys-lru', 'volatile-lfu', 'allkeys-lfu'];
const OTHER_POLICIES = ['volatile-random', 'allkeys-random', 'volatile-ttl', 'noeviction'];

const IDLE_SECONDS: Kind = {
  allowed: '"0" for never, or a whole number of 20 or more',
  accepts: (value) => value === '0' || whole(20).accepts(value),
};

const KEYSPACE_EVENTS: Kind = {
  allowed: 'empty, or letters of KEg$lshzxetdmnA with K or E among them',
  accepts: (value) => value === '' || (/^[KEg$lshzxetdmnA]+$/.test(value) && /[KE]/.test(value)),
};

const KINDS: Readonly<Record<string, Kind>> = {
  'acl-pubsub-default': oneOf('allchannels', 'resetchannels'),
  'active-defrag-cycle-max': whole(1, 75),
  'active-defrag-cycle-min': whole(1, 75),
  'active-defrag-ignore-bytes': whole(1_048_576),
  'active-defrag-max-scan-fields': whole(1, 1_000_000),
  'active-defrag-threshold-lower': whole(1, 100),
  'active-defrag-threshold-upper': whole(1, 100),
  activedefrag: YES_OR_NO,
  'client-output-buffer-limit-normal-hard-limit': whole(0),
  'client-output-buffer-limit-normal-soft-limit': whole(0),
  'client-output-buffer-limit-normal-soft-seconds': whole(0),
  'client-output-buffer-limit-pubsub-hard-limit': whole(0),
  'client-output-buffer-limit-pubsub-soft-limit': whole(0),
  'client-output-buffer-limit-pubsub-soft-seconds': whole(0),
  'close-on-replica-write': YES_OR_NO,
  'cluster-allow-pubsubshard-when-down': since7(YES_OR_NO),
  'cluster-allow-reads-when-down': YES_OR_NO,
  'cluster-require-full-coverage': YES_OR_NO,
  databases: whole(1, 10_000),
  'hash-max-listpack-entries': since7(whole(0)),
  'hash-max-listpack-value': since7(whole(0)),
  'hash-max-ziplist-entries': before7(whole(0)),
  'hash-max-ziplist-value': before7(whole(0)),
  'hll-sparse-max-bytes': whole(1, 16_000),
  'latency-tracking': since7(YES_OR_NO),
  'lazyfree-lazy-eviction': YES_OR_NO,
  'lazyfree-lazy-expire': YES_OR_NO,
  'lazyfree-lazy-server-del': YES_OR_NO,
  'lazyfree-lazy-user-del': YES_OR_NO,
  'lfu-decay-time': whole(0),
  'lfu-log-factor': whole(1),
  'list-compress-depth': whole(0),
  'list-max-listpack-size': since7(whole(-5)),
  'list-max-ziplist-size': before7(whole(-5)),
  'maxmemory-clients': since7(whole(0)),
  'maxmemory-policy': oneOf(...LRU, ...OTHER_POLICIES),
  'maxmemory-samples': whole(1, 64),
  'min-replicas-max-lag': whole(0),
  'min-replicas-to-write': whole(0, 5),
  'notify-keyspace-events': KEYSPACE_EVENTS,
  'proto-max-bulk-len': whole(1_048_576, 536_870_912),
  'repl-backlog-size': whole(16_384),
  'repl-backlog-ttl': whole(0),
  'repl-timeout': whole(11, 60),
  'reserved-memory-percent': whole(0, 100),
  'set-max-intset-entries': whole(0),
  'slowlog-log-slower-than': whole(-1),
  'slowlog-max-len': whole(0),
  'stream-node-max-bytes': whole(0),
  'stream-node-max-entries': whole(0),
  'tcp-keepalive': whole(0),
  timeout: IDLE_SECONDS,
  'tracking-table-max-keys': whole(1, 100_000_000),
  'zset-max-listpack-entries': since7(whole(0)),
  'zset-max-listpack-value': since7(whole(0)),
  'zset-max-ziplist-entries': before7(whole(0)),
  'zset-max-ziplist-value': before7(whole(0)),
};

/** Names of the parameters that may be set. */
export const PARAMETER_NAMES: readonly string[] = Object.keys(KINDS);

const BY_TOPOLOGY = 'it follows from `topology`';
const BY_SECURITY = 'it is part of how the cache is protected';
const NOT_OFFERED = 'ElastiCache does not let anybody set it';

const REFUSED: Readonly<Record<string, string>> = {
  aclfile: BY_SECURITY,
  appendfsync: NOT_OFFERED,
  appendonly: 'ElastiCache has snapshots instead',
  bind: BY_SECURITY,
  'cluster-enabled': BY_TOPOLOGY,
  'cluster-preferred-endpoint-type': BY_TOPOLOGY,
  maxclients: NOT_OFFERED,
  maxmemory: 'it follows from `nodeType` and `reserved-memory-percent`',
  masterauth: BY_SECURITY,
  port: 'it is the prop `port`',
  'protected-mode': BY_SECURITY,
  'rename-commands': 'a renamed AUTH or PING would stop the rotation, and clients know the names',
  requirepass: 'the password is in the credentials secret, and rotates',
  save: 'ElastiCache has snapshots instead',
};

/** Stated so that an engine's new defaults change nothing by themselves. */
const STATED: Readonly<Record<string, string>> = {
  'slowlog-log-slower-than': '10000',
  'slowlog-max-len': '128',
  'tcp-keepalive': '300',
};

export type ParameterValues = Readonly<Record<string, string>>;

/** What is in force: what we state, what the purpose asks for, and what is given, in this order. */
export function effectiveParameters(purposes: ParameterValues, given: ParameterValues) {
  return { ...STATED, ...purposes, ...given };
}

/**
 * What a sharded cache must have. A client that follows it from node to node checks the name in
 * each certificate, so it must be told names, not addresses; before 7.0 ElastiCache does so anyway.
 */
export function shardedParameters({ parameterFamily }: Engine): ParameterValues {
  const mode = { 'cluster-enabled': 'yes' };
  if (parameterFamily.startsWith('redis6')) return mode;
  return { ...mode, 'cluster-preferred-endpoint-type': 'tls-dynamic' };
}

/** Databases of a cache without shards whose parameter says nothing else. */
const DATABASES_DEFAULT = 16;

/** How many logical databases a cache has. */
export function databasesOf(cache: {
  readonly parameters: ParameterValues;
  readonly topology: { readonly isSharded: boolean };
}): number {
  return Number(cache.parameters.databases ?? (cache.topology.isSharded ? 1 : DATABASES_DEFAULT));
}

/** Adds a problem for each parameter that the engine does not know, or whose value is wrong. */
export function checkParameters(
  problems: Problems,
  parameters: ParameterValues,
  { id, parameterFamily }: Engine,
): void {
  for (const [name, value] of Object.entries(parameters)) {
    const setting = `parameters.${name}`;
    const kind = KINDS[name];
    const reason = name.startsWith('tls-') ? BY_SECURITY : REFUSED[name];
    if (reason !== undefined) {
      problems.add(setting, value, `nothing: ${reason}`, 'remove it');
    } else if (kind === undefined) {
      problems.add(setting, value, 'a parameter that this library knows', similar(name));
    } else if (kind.families && !kind.families.some((each) => parameterFamily.startsWith(each))) {
      const engines = kind.families.join(', ');
      problems.add(setting, value, `nothing with ${id}: only ${engines} know it`, 'remove it');
    } else if (!kind.accepts(value)) {
      problems.add(setting, value, kind.allowed);
    }
  }
}

/** Names that share a part with the one that is not known. */
function similar(name: string): string {
  const parts = name.split('-').filter((part) => part.length > 3);
  const near = PARAMETER_NAMES.filter((known) => parts.some((part) => known.includes(part)));
  const hint = near.slice(0, 5).join(', ');
  return hint === '' ? 'remove it' : `remove it, or did you mean one of ${hint}`;
}
