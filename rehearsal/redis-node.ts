/**
 * One node of the cache: a real redis-server that speaks TLS only, on loopback only.
 *
 * Its passwords are set through a unix socket that only this user can open, with one atomic
 * command, which is how a node of ElastiCache behaves to the outside. ACLs are not replicated,
 * so each node has its own. No password is ever an argument of a process.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Password } from '../contract/password';
import { encodeCommand, RespDecoder, RespError, type RespReply } from '../contract/resp';
import type { Certificates } from './certificates';

export interface RedisNodeOptions {
  readonly binaryPath: string;
  /** A folder that only this user can read; the node makes its own below it. */
  readonly folder: string;
  readonly id: string;
  readonly certificates: Certificates;
  /** Of the template's parameter group. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly passwords: readonly Password[];
  /** The group's first node, on every other: they share the secret by which replicas log in. */
  readonly first?: RedisNode;
  /** Commands that the server does not know, in upper case. */
  readonly blockedCommands?: readonly string[];
  /** In cluster mode a node starts alone; `formCluster` says who is whose replica. */
  readonly isSharded?: boolean;
}

/** Another process can take a free port before the server does. */
const PORT_TRIES_MAX = 3;
const PORT_DRAWS_MAX = 100;
/** Nodes of a cluster talk on their port and this; `cluster-port` exists only since Redis 7.0. */
const BUS_PORT_OFFSET = 10_000;
const READY_TRIES_MAX = 400;
const READY_POLL_MS = 10;
const STOP_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 5_000;

/** However this process ends, no server stays behind, not even one that is just starting. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const server of running) server.kill('SIGKILL');
});

export class RedisNode {
  /** Starts a node and waits until it answers and, as a replica, until it is in sync. */
  static async start(options: RedisNodeOptions): Promise<RedisNode> {
    for (let tries = 0; tries < PORT_TRIES_MAX; tries++) {
      const port = await (options.isSharded ? freePortWithBus() : freePort());
      const node = new RedisNode(options, port);
      if (await node.#ready()) {
        await node.setPasswords(options.passwords);
        return node;
      }
      await node.stop();
    }
    const names = Object.keys(options.parameters).join(', ') || 'none';
    throw new Error(
      `redis-server for node ${options.id} does not start, on ${PORT_TRIES_MAX} ports; check ` +
        `that it knows each parameter and takes its value: ${names}`,
    );
  }

  readonly id: string;
  readonly host = 'localhost';
  readonly port: number;
  /** Where it talks to the other nodes of its cluster, if it is in one. */
  readonly busPort: number | undefined;
  readonly #process: ChildProcess;
  readonly #socketPath: string;
  readonly #replicationSecret: string;
  readonly #isReplica: boolean;

  private constructor(options: RedisNodeOptions, port: number) {
    this.id = options.id;
    this.port = port;
    const { first, isSharded } = options;
    this.busPort = isSharded ? port + BUS_PORT_OFFSET : undefined;
    this.#isReplica = !isSharded && first !== undefined;
    this.#replicationSecret = first ? first.#replicationSecret : randomBytes(24).toString('hex');
    const folder = join(options.folder, options.id);
    mkdirSync(folder, { mode: 0o700, recursive: true });
    this.#socketPath = join(folder, 'admin.sock');
    const { caPem, certPem, keyPem } = options.certificates;
    const files = { 'ca.crt': caPem, 'redis.crt': certPem, 'redis.key': keyPem };
    const all = { ...files, 'redis.conf': this.#config(options, folder) };
    for (const [name, text] of Object.entries(all)) {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
    }
    this.#process = spawn(options.binaryPath, [join(folder, 'redis.conf')], { stdio: 'ignore' });
    running.add(this.#process);
    this.#process.once('exit', () => running.delete(this.#process));
    // A program that is not there has no exit; without a listener its error would end us.
    this.#process.once('error', () => running.delete(this.#process));
  }

  /** From now on exactly these passwords are accepted. Open connections are not touched. */
  async setPasswords(passwords: readonly Password[]): Promise<void> {
    const rules = passwords.map((password) => `>${password.reveal()}`);
    await this.admin('ACL', 'SETUSER', 'default', 'resetpass', ...rules);
  }

  /** How many logins were refused, by the server's own count. */
  async refusedLogins(): Promise<number> {
    const entries = (await this.admin('ACL', 'LOG')) as readonly (readonly RespReply[])[];
    const field = (entry: readonly RespReply[], name: string) => entry[entry.indexOf(name) + 1];
    return entries
      .filter((entry) => field(entry, 'reason') === 'auth')
      .reduce((sum, entry) => sum + Number(field(entry, 'count')), 0);
  }

  /** The value of a setting as the server has it, or `undefined` if it does not know it. */
  async setting(name: string): Promise<string | undefined> {
    const reply = (await this.admin('CONFIG', 'GET', name)) as readonly string[];
    return reply[1];
  }

  /** One command through the unix socket, as the administrator. */
  async admin(...command: readonly string[]): Promise<RespReply> {
    const reply = await sendOnce(this.#socketPath, this.#replicationSecret, command);
    if (reply instanceof RespError) throw new Error(`${command[0]} failed: ${reply.code}`);
    return reply;
  }

  /** From now on it answers nobody, and its connections stay open. */
  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  resume(): void {
    this.#process.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await Promise.race([ended, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    this.#process.kill('SIGKILL');
    await ended;
  }

  /** Whether it came up. */
  async #ready(): Promise<boolean> {
    for (let tries = 0; tries < READY_TRIES_MAX; tries++) {
      if (this.#process.exitCode !== null) break;
      const info = await this.admin('INFO', 'replication').catch(() => '');
      const isReady = this.#isReplica
        ? String(info).includes('master_link_status:up')
        : String(info).includes('role:master');
      if (isReady) return true;
      await sleep(READY_POLL_MS);
    }
    return false;
  }

  #config(options: RedisNodeOptions, folder: string): string {
    const { parameters, first, isSharded, blockedCommands = [] } = options;
    const lines = [
      'bind 127.0.0.1 -::1',
      'port 0',
      `tls-port ${this.port}`,
      `tls-cert-file ${join(folder, 'redis.crt')}`,
      `tls-key-file ${join(folder, 'redis.key')}`,
      `tls-ca-cert-file ${join(folder, 'ca.crt')}`,
      'tls-auth-clients no',
      'tls-replication yes',
      'tls-protocols "TLSv1.2 TLSv1.3"',
      'save ""',
      'appendonly no',
      'logfile ""',
      'repl-diskless-sync-delay 0',
      `unixsocket ${this.#socketPath}`,
      'unixsocketperm 700',
      `dir ${folder}`,
      // Not `requirepass`: it would replace both passwords by one.
      `user admin on >${this.#replicationSecret} ~* &* +@all`,
      `user replica on >${this.#replicationSecret} +psync +replconf +ping`,
      'masteruser replica',
      `masterauth ${this.#replicationSecret}`,
      // No password yet: nobody logs in before the group has been created.
      `user default on resetpass ~* &* +@all -@admin ${ALLOWED} ${isSharded ? CLUSTER_READS : ''}`,
      ...(isSharded ? CLUSTER_CONFIG : []),
      ...blockedCommands.map((command) => `rename-command ${command} ""`),
      // Said above, by what the group is and not by its parameter; the check reads it back.
      ...Object.entries(parameters)
        .filter(([name]) => name !== 'cluster-enabled')
        .map(([name, value]) => `${name} ${value || '""'}`),
    ];
    if (this.#isReplica && first) lines.push(`replicaof ${first.host} ${first.port}`);
    return lines.join('\n');
  }
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

function sendOnce(path: string, secret: string, command: readonly string[]): Promise<RespReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const decoder = new RespDecoder();
    const replies: RespReply[] = [];
    socket.setTimeout(COMMAND_TIMEOUT_MS, () => socket.destroy(new Error('redis does not answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('redis closed the connection')));
    socket.on('connect', () => {
      socket.write(encodeCommand('AUTH', 'admin', secret));
      socket.write(encodeCommand(...command));
    });
    socket.on('data', (chunk) => {
      replies.push(...decoder.feed(chunk));
      if (replies.length < 2) return;
      resolve(replies[1] ?? null);
      socket.destroy();
    });
  });
}

/** A free port whose cluster bus port is free, too. */
async function freePortWithBus(): Promise<number> {
  for (let draw = 0; draw < PORT_DRAWS_MAX; draw++) {
    const port = await freePort();
    // Above 65,535 there is no port, so none that is free.
    const isFree = await freePort(port + BUS_PORT_OFFSET).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
  throw new Error(
    `in ${PORT_DRAWS_MAX} draws no port was free together with the one ${BUS_PORT_OFFSET} above ` +
      'it, which a node of a cluster needs; end what listens there',
  );
}

/** A port that is free now, any or the wanted one. Another process could take it meanwhile. */
function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
