/** Configuration of one node: TLS only, loopback only, no login without a password. */

import { LOOPBACK_LINE, quotedPath, tlsLines } from '../../cli/server/server-config';
import { rulesForServer } from '../../cli/server/withheld-commands';

export interface NodeConfig {
  /** Folder of the node's certificates and data. */
  readonly folder: string;
  readonly socketPath: string;
  readonly port: number;
  /** Password of the users of the rehearsal itself. */
  readonly secret: string;
  /** Parameters of the template's parameter group. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Commands that the server must not know, in capitals. */
  readonly blockedCommands?: readonly string[];
  readonly isSharded?: boolean;
  /** Address of the primary, for a replica outside of a cluster. */
  readonly primary?: { readonly host: string; readonly port: number };
}

/** The rehearsal's own users. A user of a cache can have no such name. */
export const ADMIN = 'rehearsal:admin';
const REPLICA = 'rehearsal:replica';

/** The text of `redis.conf`, for Redis and Valkey. */
export function configOf({ folder, socketPath, secret, ...node }: NodeConfig): string {
  const { port, parameters, blockedCommands = [], isSharded, primary } = node;
  const lines = [
    LOOPBACK_LINE,
    ...tlsLines(folder, port),
    'tls-replication yes',
    'save ""',
    'appendonly no',
    // Every node type of ElastiCache has a limit.
    'maxmemory 1gb',
    'logfile ""',
    'repl-diskless-sync-delay 0',
    `unixsocket ${quotedPath(socketPath)}`,
    'unixsocketperm 700',
    `dir ${quotedPath(folder)}`,
    // Not `requirepass`, which would replace both passwords by one.
    `user ${ADMIN} on >${secret} ~* &* +@all`,
    `user ${REPLICA} on >${secret} +psync +replconf +ping`,
    `masteruser ${REPLICA}`,
    `masterauth ${secret}`,
    // No password yet: logins are impossible before the group has been created.
    // Each version knows its own subcommands: the node takes these away once it runs.
    `user default ${[...rulesOfDefault(isSharded), ...withheldEverywhere()].join(' ')}`,
    ...(isSharded ? CLUSTER_CONFIG : []),
    ...blockedCommands.map((command) => `rename-command ${command} ""`),
    // Set above by the topology and not by the parameter; the check reads it back.
    ...Object.entries(parameters)
      .filter(([name]) => name !== 'cluster-enabled')
      .map(([name, value]) => `${name} ${value || '""'}`),
  ];
  if (primary) lines.push(`replicaof ${primary.host} ${primary.port}`);
  return lines.join('\n');
}

/**
 * Commands that ElastiCache does not restrict: RQ 1.13 lists clients, and the function ends
 * sessions after a leak.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ClientConfig.RestrictedCommands.html
 */
const ALLOWED = '+client|list +client|kill';

/**
 * Of the user `default` of a cache with one password: all that ElastiCache does not restrict. What
 * it restricts outside of the category is taken away from these.
 */
export function rulesOfDefault(isSharded = false): readonly string[] {
  const rules = ['on', 'resetpass', '~*', '&*', '+@all', '-@admin', ...ALLOWED.split(' ')];
  return isSharded ? [...rules, ...CLUSTER_READS.split(' ')] : rules;
}

/** The commands that ElastiCache restricts and each version knows, such as MIGRATE. */
function withheldEverywhere(): readonly string[] {
  return rulesForServer([]).filter((rule) => !rule.includes('|'));
}

/** CLUSTER commands of clients; before Redis 7.0 all of CLUSTER was in the category @admin. */
const CLUSTER_READS = '+cluster|slots +cluster|shards +cluster|nodes +cluster|info';

const CLUSTER_CONFIG = [
  'cluster-enabled yes',
  'cluster-config-file nodes.conf',
  'tls-cluster yes',
  'cluster-announce-ip 127.0.0.1',
  // No automatic failover on a busy machine: the control plane knows only the initial primaries.
  'cluster-replica-no-failover yes',
  // Pings, so that a replica receives data and counts as connected.
  'repl-ping-replica-period 1',
];
