/**
 * One node of the cache: a real redis-server that speaks TLS only, on loopback only.
 *
 * Its passwords are set through a unix socket that only this user can open, with one atomic
 * command, which is how a node of ElastiCache behaves to the outside. ACLs are not replicated,
 * so each node has its own. No password is ever an argument of a process.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Password } from '../contract/password';
import { encodeCommand, RespDecoder, RespError, type RespReply } from '../contract/resp';
import type { Certificates } from './certificates';
import { endWithThisProcess, makeFolderIn, removeFolder } from './cleanup';
import { BUS_PORT_OFFSET, freePort, freePortWithBus } from './free-port';
import { configOf } from './redis-config';

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
const READY_TRIES_MAX = 400;
const READY_POLL_MS = 10;
const STOP_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 5_000;

const SOCKET_FILE = 'admin.sock';
/** What the server prints. */
const LOG_FILE = 'server.log';
/** Bytes of a unix socket's path: 108 with its end on Linux, 104 on macOS. */
const SOCKET_PATH_BYTES_MAX = 103;
/** Where a socket goes that would have too long a path. */
const SHORT_FOLDER = '/tmp';

export class RedisNode {
  /** Starts a node and waits until it answers and, as a replica, until it is in sync. */
  static async start(options: RedisNodeOptions): Promise<RedisNode> {
    let lastWords = '';
    for (let tries = 0; tries < PORT_TRIES_MAX; tries++) {
      const port = await (options.isSharded ? freePortWithBus() : freePort());
      const node = new RedisNode(options, port);
      if (await node.#ready()) {
        await node.setPasswords(options.passwords);
        return node;
      }
      lastWords = node.#lastWords();
      await node.stop();
    }
    throw new Error(
      `${options.binaryPath} must start as node ${options.id}, and ended on ${PORT_TRIES_MAX} ` +
        `ports, got: ${lastWords}. ${adviceFor(lastWords, options)}`,
    );
  }

  readonly id: string;
  readonly host = 'localhost';
  readonly port: number;
  /** Where it talks to the other nodes of its cluster, if it is in one. */
  readonly busPort: number | undefined;
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #socketFolder: string;
  #startError = '';
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
    this.#folder = folder;
    this.#socketFolder = socketFolderFor(folder);
    const { caPem, certPem, keyPem } = options.certificates;
    const files = { 'ca.crt': caPem, 'redis.crt': certPem, 'redis.key': keyPem };
    const config = configOf({
      folder,
      socketPath: this.#socketPath,
      port,
      secret: this.#replicationSecret,
      parameters: options.parameters,
      blockedCommands: options.blockedCommands,
      isSharded,
      primary: this.#isReplica ? first : undefined,
    });
    const all = { ...files, 'redis.conf': config };
    for (const [name, text] of Object.entries(all)) {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
    }
    const log = openSync(join(folder, LOG_FILE), 'w', 0o600);
    this.#process = spawn(options.binaryPath, [join(folder, 'redis.conf')], {
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#process.once('error', (error) => {
      this.#startError = error.message;
    });
    endWithThisProcess(this.#process, folder);
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
    const reply = await sendOnce(
      join(this.#socketFolder, SOCKET_FILE),
      this.#replicationSecret,
      command,
    );
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
    if (this.#socketFolder !== this.#folder) removeFolder(this.#socketFolder);
    if (this.#hasEnded) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await Promise.race([ended, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    this.#process.kill('SIGKILL');
    await ended;
  }

  get #socketPath(): string {
    return join(this.#socketFolder, SOCKET_FILE);
  }

  /** Whether it ended, or never began. */
  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** What the server said last, in one line and without what is secret. */
  #lastWords(): string {
    if (this.#startError) return this.#startError;
    const lines = readFileSync(join(this.#folder, LOG_FILE), 'utf8').trim().split('\n');
    // The line of the configuration that it does not take, and then why.
    const wrong = lines.find((line) => line.startsWith('>>>'));
    const words = wrong === undefined ? lines.slice(-1) : [wrong, ...lines.slice(-1)];
    return words.join(' ').replaceAll(this.#replicationSecret, '[secret]') || 'nothing';
  }

  /** Whether it came up. */
  async #ready(): Promise<boolean> {
    for (let tries = 0; tries < READY_TRIES_MAX; tries++) {
      if (this.#hasEnded) break;
      const info = await this.admin('INFO', 'replication').catch(() => '');
      const isReady = this.#isReplica
        ? String(info).includes('master_link_status:up')
        : String(info).includes('role:master');
      if (isReady) return true;
      await sleep(READY_POLL_MS);
    }
    return false;
  }
}

/** What to do about a server that does not start, by what it said last. */
function adviceFor(lastWords: string, { parameters }: RedisNodeOptions): string {
  if (lastWords.includes('TLS')) return 'Take a server that is built with TLS.';
  const names = Object.keys(parameters).join(', ') || 'none';
  return `Check that it knows each parameter and takes its value: ${names}.`;
}

/** The node's folder, unless the socket would have too long a path there. */
function socketFolderFor(folder: string): string {
  const bytes = Buffer.byteLength(join(folder, SOCKET_FILE));
  if (bytes <= SOCKET_PATH_BYTES_MAX) return folder;
  try {
    return makeFolderIn(SHORT_FOLDER, 'secure-redis-socket');
  } catch {
    throw new Error(
      `TMPDIR must leave room for the path of a socket (${SOCKET_PATH_BYTES_MAX} bytes), got one ` +
        `of ${bytes} bytes, and ${SHORT_FOLDER} cannot be used instead. Set TMPDIR to a shorter ` +
        'path.',
    );
  }
}

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
