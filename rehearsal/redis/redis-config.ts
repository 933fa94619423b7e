/** Writes the configuration of one node: TLS only, loopback only, nobody logged in. */

import { join } from 'node:path';

export interface NodeConfig {
  /** Where the node keeps its certificates and its data. */
  readonly folder: string;
  readonly socketPath: string;
  readonly port: number;
  /** Of the users who administer a node and who replicate from it. */
  readonly secret: string;
  /** Of the template's parameter group. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Commands that the server must not know, in capitals. */
  readonly blockedCommands?: readonly string[];
  readonly isSharded?: boolean;
  /** Where its primary listens, of a replica that is not in a cluster. */
  readonly primary?: { readonly host: string; readonly port: number };
}

/** The text of `redis.conf`, which Redis and Valkey take alike. */
export function configOf({ folder, socketPath, secret, ...node }: NodeConfig): string {
  const { port, parameters, blockedCommands = [], isSharded, primary } = node;
  const lines = [
    'bind 127.0.0.1 -::1',
    'port 0',
    `tls-port ${port}`,
    `tls-cert-file ${quoted(join(folder, 'redis.crt'))}`,
    `tls-key-file ${quoted(join(folder, 'redis.key'))}`,
    `tls-ca-cert-file ${quoted(join(folder, 'ca.crt'))}`,
    'tls-auth-clients no',
    'tls-replication yes',
    'tls-protocols "TLSv1.2 TLSv1.3"',
    'save ""',
    'appendonly no',
    'logfile ""',
    'repl-diskless-sync-delay 0',
    `unixsocket ${quoted(socketPath)}`,
    'unixsocketperm 700',
    `dir ${quoted(folder)}`,
    // Not `requirepass`: it would replace both passwords by one.
    `user admin on >${secret} ~* &* +@all`,
    `user replica on >${secret} +psync +replconf +ping`,
    'masteruser replica',
    `masterauth ${secret}`,
    // No password yet: nobody logs in before the group has been created.
    `user default on resetpass ~* &* +@all -@admin ${ALLOWED} ${isSharded ? CLUSTER_READS : ''}`,
    ...(isSharded ? CLUSTER_CONFIG : []),
    ...blockedCommands.map((command) => `rename-command ${command} ""`),
    // Said above, by what the group is and not by its parameter; the check reads it back.
    ...Object.entries(parameters)
      .filter(([name]) => name !== 'cluster-enabled')
      .map(([name, value]) => `${name} ${value || '""'}`),
  ];
  if (primary) lines.push(`replicaof ${primary.host} ${primary.port}`);
  return lines.join('\n');
}

/**
 * ElastiCache restricts single commands, and these are none of them: RQ 1.13 lists clients, and the
 * function ends sessions when a password has leaked.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ClientConfig.RestrictedCommands.html
 */
const ALLOWED = '+client|list +client|kill';

/** What a client of a cluster must ask; before Redis 7.0 all of CLUSTER was for administrators. */
const CLUSTER_READS = '+cluster|slots +cluster|shards +cluster|nodes +cluster|info';

const CLUSTER_CONFIG = [
  'cluster-enabled yes',
  'cluster-config-file nodes.conf',
  'tls-cluster yes',
  'cluster-announce-ip 127.0.0.1',
  // A busy machine must not change who is primary: the control plane knows the first ones only.
  'cluster-replica-no-failover yes',
  // A replica counts as one when it has received something, and there may be nothing else.
  'repl-ping-replica-period 1',
];

/** A path as a server's configuration takes it, whatever is in it. */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
}
