/**
 * One node of the cache: a real server with TLS only, on loopback only.
 *
 * One atomic command sets its passwords through a unix socket that only this user can open, so that
 * clients see the same as with a node of ElastiCache. ACLs are not replicated, so each node has its
 * own passwords. No password is ever an argument of a process.
 */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificates } from '../../cli/server/certificates';
import { BUS_PORT_OFFSET, freePort, freePortWithBus } from '../../cli/server/free-port';
import { rulesForServer } from '../../cli/server/withheld-commands';
import { converse } from '../../contract/conversation';
import type { Password } from '../../contract/password';
import { RespError, type RespReply } from '../../contract/resp';
import type { SecretText } from '../../contract/secret-text';
import { makeFolderIn, removeFolder } from '../machine/cleanup';
import { knownRules } from './acl-rules';
import { ADMIN, configOf, rulesOfDefault } from './redis-config';
import { ServerProcess } from './server-process';

export interface RedisNodeOptions {
  readonly binaryPath: string;
  /** A folder that only this user can read; the node creates a subfolder. */
  readonly folder: string;
  readonly id: string;
  readonly certificates: Certificates;
  /** Parameters of the template's parameter group. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly passwords: readonly Password[];
  /** The group's first node, whose replication password the other nodes share. */
  readonly first?: RedisNode;
  /** Commands that the server does not know, in upper case. */
  readonly blockedCommands?: readonly string[];
  /** In cluster mode a node starts alone; `formCluster` assigns its role. */
  readonly isSharded?: boolean;
}

/** Attempts, since another process can take a free port before the server does. */
const PORT_TRIES_MAX = 3;
/** Timeout until a server answers and a replica is in sync; usually tenths of a second. */
const READY_TIMEOUT_MS = 15_000;
const READY_POLL_MS = 10;
const STOP_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 5_000;

const SOCKET_FILE = 'admin.sock';
const CONFIG_FILE = 'redis.conf';
/** File for the output of the server. */
const LOG_FILE = 'server.log';
/** Maximum length of a unix socket path: 108 bytes with NUL on Linux, 104 on macOS. */
const SOCKET_PATH_BYTES_MAX = 103;
/** Folder for sockets whose path would be too long. */
const SHORT_FOLDER = '/tmp';

export class RedisNode {
  /** Starts a node and waits until it answers and, as a replica, until it is in sync. */
  static async start(options: RedisNodeOptions): Promise<RedisNode> {
    let failure: Error | undefined;
    for (let tries = 0; tries < PORT_TRIES_MAX; tries++) {
      const port = await (options.isSharded ? freePortWithBus() : freePort());
      const node = new RedisNode(options, port);
      if (await node.#ready()) {
        await node.resetDefault(options.passwords);
        return node;
      }
      failure = node.#failure(options);
      const { hasEnded } = node.#server;
      await node.stop();
      // Another port would not help.
      if (!hasEnded) break;
    }
    throw failure;
  }

  readonly id: string;
  readonly host = 'localhost';
  readonly port: number;
  /** The cluster bus port, in cluster mode. */
  readonly busPort: number | undefined;
  readonly #server: ServerProcess;
  readonly #folder: string;
  readonly #socketFolder: string;
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
    const all = { ...files, [CONFIG_FILE]: config };
    for (const [name, text] of Object.entries(all)) {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
    }
    this.#server = new ServerProcess({
      program: options.binaryPath,
      folder,
      configFile: join(folder, CONFIG_FILE),
      logFile: join(folder, LOG_FILE),
    });
  }

  /** Sets the accepted passwords. Open connections are not affected. */
  async setPasswords(passwords: readonly Password[]): Promise<void> {
    const rules = passwords.map((password) => `>${password.reveal()}`);
    await this.admin('ACL', 'SETUSER', 'default', 'resetpass', ...rules);
  }

  /** Gives `default` the rights and the passwords of a cache with one password. */
  async resetDefault(passwords: readonly Password[]): Promise<void> {
    const withheld = await knownRules(this, rulesForServer([]));
    const rules = [...rulesOfDefault(this.busPort !== undefined), ...withheld];
    const added = passwords.map((password) => `>${password.reveal()}`);
    await this.admin('ACL', 'SETUSER', 'default', 'reset', ...rules, ...added);
  }

  /** Creates or replaces a user. Its open connections stay. */
  async setUser(
    name: string,
    rules: readonly string[],
    passwords: readonly SecretText[],
  ): Promise<void> {
    const known = await knownRules(this, rules);
    const added = passwords.map((password) => `>${password.reveal()}`);
    await this.admin('ACL', 'SETUSER', name, 'reset', ...known, ...added);
  }

  /** Deletes a user and ends its connections. */
  async deleteUser(name: string): Promise<void> {
    await this.admin('ACL', 'DELUSER', name);
  }

  /** Number of refused logins, counted by the server. */
  async refusedLogins(): Promise<number> {
    const entries = (await this.admin('ACL', 'LOG')) as readonly (readonly RespReply[])[];
    const field = (entry: readonly RespReply[], name: string) => entry[entry.indexOf(name) + 1];
    return entries
      .filter((entry) => field(entry, 'reason') === 'auth')
      .reduce((sum, entry) => sum + Number(field(entry, 'count')), 0);
  }

  /** The value of a setting, or `undefined` if the server does not know the setting. */
  async setting(name: string): Promise<string | undefined> {
    const reply = (await this.admin('CONFIG', 'GET', name)) as readonly string[];
    return reply[1];
  }

  /** Runs one command through the unix socket as administrator. */
  async admin(...command: readonly string[]): Promise<RespReply> {
    const reply = await sendOnce(
      join(this.#socketFolder, SOCKET_FILE),
      this.#replicationSecret,
      command,
    );
    if (reply instanceof RespError) throw new Error(`${command[0]} failed: ${reply.code}`);
    return reply;
  }

  /** Stops answering, with connections open (SIGSTOP). */
  pause(): void {
    this.#server.signal('SIGSTOP');
  }

  resume(): void {
    this.#server.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#socketFolder !== this.#folder) removeFolder(this.#socketFolder);
    if (this.#server.hasEnded) return;
    this.#server.signal('SIGTERM');
    await Promise.race([this.#server.ended, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    this.#server.signal('SIGKILL');
    await this.#server.ended;
  }

  get #socketPath(): string {
    return join(this.#socketFolder, SOCKET_FILE);
  }

  /** The error of a server that does not start, with advice. */
  #failure({ binaryPath, id, parameters }: RedisNodeOptions): Error {
    const { hasEnded, exitCode } = this.#server;
    const how = exitCode === 0 ? 'ended without an error' : `ended on ${PORT_TRIES_MAX} ports`;
    const what = hasEnded ? how : `did not answer in ${READY_TIMEOUT_MS / 1_000} s`;
    const said = `and ${what}, got: ${this.#lastWords()}`;
    const names = Object.keys(parameters).join(', ') || 'none';
    const advice =
      ADVICE.find(([words]) => words.test(said))?.[1] ??
      `Check that it knows each parameter and takes its value: ${names}.`;
    return new Error(`${binaryPath} must start as node ${id}, ${said}. ${advice}`);
  }

  /** The last output of the server, in one line without secrets. */
  #lastWords(): string {
    if (this.#server.startError) return this.#server.startError;
    const lines = readFileSync(join(this.#folder, LOG_FILE), 'utf8').trim().split('\n');
    // The refused line of the configuration, then the reason.
    const wrong = lines.find((line) => line.startsWith('>>>'));
    const words = wrong === undefined ? lines.slice(-1) : [wrong, ...lines.slice(-1)];
    return words.join(' ').replaceAll(this.#replicationSecret, '[secret]') || 'nothing';
  }

  /** Waits until the server answers. Returns whether it did. */
  async #ready(): Promise<boolean> {
    const deadlineMs = performance.now() + READY_TIMEOUT_MS;
    while (performance.now() < deadlineMs && !this.#server.hasEnded) {
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

/** Advice for a server that does not start, by its last output. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/TLS/, 'Take a server that is built with TLS.'],
  [
    /not listen anywhere/,
    'A script must pass its standard input on, or TMPDIR be a path without `*`, `?` and `[`.',
  ],
  [/without an error/, 'A script must run the server with `exec`.'],
];

/** The node's folder, unless the socket path would be too long. */
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

/** Not `instanceof Error`: an error of a socket is of no class that a test file knows. */
type Sent = { readonly reply: RespReply } | { readonly error: Error };

async function sendOnce(
  path: string,
  secret: string,
  command: readonly string[],
): Promise<RespReply> {
  const ended = await converse<Sent>(connect(path), {
    ready: 'connect',
    commands: [['AUTH', ADMIN, secret], command],
    timeoutMs: COMMAND_TIMEOUT_MS,
    resultOf: (replies) => (replies.length < 2 ? undefined : { reply: replies[1] ?? null }),
    endedBy: (ending) => ({
      error: ending.why === 'error' ? ending.error : new Error(`redis: ${ending.why}`),
    }),
  });
  if ('error' in ended) throw ended.error;
  return ended.reply;
}
