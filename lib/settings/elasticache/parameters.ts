/**
 * Engine parameters per family: those that a parameter group can set, and those that it cannot,
 * with the reason.
 */

import { PARAMETER_FAMILIES, type ParameterFamily } from './engine-versions';
import {
  EVICTION_POLICY,
  IDLE_SECONDS,
  KEYSPACE_EVENTS,
  LIST_NODE_SIZE,
  oneOf,
  type ParameterKind,
  whole,
  YES_OR_NO,
} from './parameter-kinds';
import type { SourceName } from './sources';

export interface ParameterRow {
  readonly kind: ParameterKind;
  /** The families with this parameter. */
  readonly families: readonly ParameterFamily[];
  /** The first version of the family with this parameter. */
  readonly since: string | undefined;
  /** Whether AWS accepts it only for a sharded cache. */
  readonly isSharded: boolean;
  /** Why this library does not allow it, although AWS does. */
  readonly notOffered: string | undefined;
  /** The values that this library allows, if AWS also accepts values that break clients. */
  readonly offered: ParameterKind;
  /** Why AWS does not change it while a cache uses the group. */
  readonly fixed: string | undefined;
  /** Whether nodes apply a change only after a reboot. */
  readonly needsReboot: boolean;
  readonly source: SourceName;
}

const COMMON = {
  since: undefined,
  isSharded: false,
  notOffered: undefined,
  fixed: undefined,
  needsReboot: false,
  source: 'parameters',
} as const;

type Rows = Readonly<Record<string, ParameterKind>>;

const table = (
  families: readonly ParameterFamily[],
  rows: Rows,
  more: Partial<ParameterRow> = {},
) =>
  Object.entries(rows).map(
    ([name, kind]) => [name, { ...COMMON, kind, offered: kind, families, ...more }] as const,
  );

const REDIS_6 = ['redis6.x'] as const;
const UNTIL_VALKEY_7 = ['redis6.x', 'redis7', 'valkey7'] as const;
const SINCE_7 = ['redis7', 'valkey7', 'valkey8', 'valkey9'] as const;
const SINCE_VALKEY_8 = ['valkey8', 'valkey9'] as const;

const EVERYWHERE: Rows = {
  'acl-pubsub-default': oneOf('allchannels', 'resetchannels'),
  'acllog-max-len': whole(1, 10_000),
  'active-defrag-cycle-max': whole(1, 75),
  'active-defrag-cycle-min': whole(1, 75),
  // The guide says 10485760 to 104857600, the API 1048576 or more.
  'active-defrag-ignore-bytes': whole(1_048_576),
  'active-defrag-max-scan-fields': whole(1, 1_000_000),
  'active-defrag-threshold-lower': whole(1, 100),
  'active-defrag-threshold-upper': whole(1, 100),
  'active-expire-effort': whole(1, 10),
  activedefrag: YES_OR_NO,
  'client-output-buffer-limit-normal-hard-limit': whole(0),
  'client-output-buffer-limit-normal-soft-limit': whole(0),
  'client-output-buffer-limit-normal-soft-seconds': whole(0),
  'client-output-buffer-limit-pubsub-hard-limit': whole(0),
  'client-output-buffer-limit-pubsub-soft-limit': whole(0),
  'client-output-buffer-limit-pubsub-soft-seconds': whole(0),
  'client-query-buffer-limit': whole(1_048_576, 1_073_741_824),
  'cluster-allow-reads-when-down': YES_OR_NO,
  'cluster-require-full-coverage': YES_OR_NO,
  'hll-sparse-max-bytes': whole(1, 16_000),
  'lfu-decay-time': whole(0),
  'lfu-log-factor': whole(1),
  'list-compress-depth': whole(0),
  'maxmemory-policy': EVICTION_POLICY,
  'maxmemory-samples': whole(1, 64),
  'min-replicas-max-lag': whole(0),
  'min-replicas-to-write': whole(0, 5),
  'notify-keyspace-events': KEYSPACE_EVENTS,
  'proto-max-bulk-len': whole(1_048_576, 536_870_912),
  'repl-backlog-size': whole(16_384),
  'repl-backlog-ttl': whole(0),
  'reserved-memory-percent': whole(0, 100),
  'set-max-intset-entries': whole(0),
  'slowlog-log-slower-than': whole(-1),
  'slowlog-max-len': whole(0),
  'stream-node-max-bytes': whole(0),
  'stream-node-max-entries': whole(0),
  'tcp-keepalive': whole(0),
  timeout: IDLE_SECONDS,
  'tracking-table-max-keys': whole(1, 100_000_000),
};

const BY_TOPOLOGY = 'it follows from `topology`';

/** All parameters that AWS lets a group set, by name. */
export const PARAMETERS: ReadonlyMap<string, ParameterRow> = new Map<string, ParameterRow>([
  ...table(PARAMETER_FAMILIES, EVERYWHERE),
  ...table(PARAMETER_FAMILIES, { databases: whole(1, 10_000) }, { needsReboot: true }),
  ...table(PARAMETER_FAMILIES, { 'cluster-enabled': YES_OR_NO }, { notOffered: BY_TOPOLOGY }),
  ...table(
    PARAMETER_FAMILIES,
    { 'rename-commands': { allowed: 'pairs of a command and "blocked"', accepts: () => true } },
    { notOffered: 'it is the setting `blockedCommands`' },
  ),
  ...table(
    PARAMETER_FAMILIES,
    { 'close-on-replica-write': YES_OR_NO },
    {
      offered: {
        allowed:
          '"yes": with "no", clients keep their connections to the old primary after a failover, ' +
          'and each write fails',
        accepts: (value) => value === 'yes',
      },
    },
  ),
  ...table(
    REDIS_6,
    { activerehashing: YES_OR_NO },
    { fixed: 'AWS changes it only while no cache uses the parameter group' },
  ),
  ...table(REDIS_6, {
    'hash-max-ziplist-entries': whole(0),
    'hash-max-ziplist-value': whole(0),
    'list-max-ziplist-size': LIST_NODE_SIZE,
    'zset-max-ziplist-entries': whole(0),
    'zset-max-ziplist-value': whole(0),
  }),
  ...table(UNTIL_VALKEY_7, {
    'lazyfree-lazy-eviction': YES_OR_NO,
    'lazyfree-lazy-expire': YES_OR_NO,
    'lazyfree-lazy-server-del': YES_OR_NO,
    'lazyfree-lazy-user-del': YES_OR_NO,
  }),
  ...table(SINCE_7, {
    'cluster-allow-pubsubshard-when-down': YES_OR_NO,
    'hash-max-listpack-entries': whole(0),
    'hash-max-listpack-value': whole(0),
    'latency-tracking': YES_OR_NO,
    'zset-max-listpack-entries': whole(0),
    'zset-max-listpack-value': whole(0),
  }),
  ...table(SINCE_7, { 'list-max-listpack-size': LIST_NODE_SIZE }, { source: 'redis7Constraints' }),
  ...table(
    SINCE_7,
    { 'cluster-preferred-endpoint-type': oneOf('ip', 'tls-dynamic') },
    { notOffered: BY_TOPOLOGY },
  ),
  ...table(SINCE_VALKEY_8, { 'extended-redis-compatibility': YES_OR_NO }),
  ...table(
    SINCE_VALKEY_8,
    {
      'commandlog-large-reply-max-len': whole(0, 1024),
      'commandlog-large-request-max-len': whole(0, 1024),
      'commandlog-reply-larger-than': whole(-1),
      'commandlog-request-larger-than': whole(-1),
    },
    { since: '8.1' },
  ),
  ...table(
    SINCE_VALKEY_8,
    {
      'search-default-timeout-ms': whole(1, 60_000),
      'search-enable-partial-results': YES_OR_NO,
      'search-fanout-target-mode': oneOf('client', 'throughput'),
    },
    { since: '8.2' },
  ),
  ...table(
    ['valkey9'],
    { 'cluster-databases': whole(1, 10_000) },
    {
      isSharded: true,
      fixed: 'AWS sets it when the parameter group is made, and does not change it later',
    },
  ),
]);

const BY_SECURITY = 'it is part of how the cache is protected';
const BY_AWS = 'AWS sets it and does not let it be changed';
const SNAPSHOTS = 'ElastiCache has snapshots instead';
const NO_LONGER = 'AWS has removed it';

/** Parameters that AWS does not let a group of these families set, with the reason. */
const NOT_SETTABLE: ReadonlyMap<string, string> = new Map([
  [
    'activerehashing',
    'since Redis OSS 7 AWS hides it, keeps it on, and turns it off by a support case',
  ],
  ['aclfile', BY_SECURITY],
  ['appendfsync', BY_AWS],
  ['appendonly', SNAPSHOTS],
  ['bind', BY_SECURITY],
  ['client-output-buffer-limit-replica-hard-limit', BY_AWS],
  ['client-output-buffer-limit-replica-soft-limit', BY_AWS],
  ['client-output-buffer-limit-replica-soft-seconds', BY_AWS],
  ['close-on-slave-write', 'its name is `close-on-replica-write` since Redis OSS 5'],
  ['lua-replicate-commands', NO_LONGER],
  ['lua-time-limit', BY_AWS],
  ['masterauth', BY_SECURITY],
  ['maxclients', BY_AWS],
  ['maxmemory', 'it follows from `nodeType` and `reserved-memory-percent`'],
  ['maxmemory-clients', 'no parameter table of AWS has it'],
  ['min-slaves-max-lag', 'its name is `min-replicas-max-lag` since Redis OSS 5'],
  ['min-slaves-to-write', 'its name is `min-replicas-to-write` since Redis OSS 5'],
  ['port', 'it is the setting `port`'],
  ['protected-mode', BY_SECURITY],
  ['repl-timeout', 'AWS keeps it at 60 seconds'],
  ['replica-allow-chaining', BY_AWS],
  ['replica-ignore-maxmemory', BY_AWS],
  ['replica-lazy-flush', BY_AWS],
  ['requirepass', 'the password is in the credentials secret, and rotates'],
  ['reserved-memory', '`reserved-memory-percent` has taken its place'],
  ['save', SNAPSHOTS],
]);

/**
 * Why AWS does not let a group of a family set a parameter; `undefined` if it may, or is unknown.
 */
export function whyNotSettable(name: string, family: string): string | undefined {
  const row = PARAMETERS.get(name);
  if (row?.families.some((each) => each === family)) return undefined;
  if (name.startsWith('tls-')) return BY_SECURITY;
  return NOT_SETTABLE.get(name);
}
