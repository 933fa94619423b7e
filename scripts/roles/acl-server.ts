/** A real server on a unix socket, without data and network, that answers questions about ACLs. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ServerProcess } from '../../rehearsal/redis/server-process';

/** The reply of a command: what the server answered, or its error as text. */
export type Answer = unknown;

const SOCKET_FILE = 'acl.sock';
const READY_TIMEOUT_MS = 10_000;
const READY_POLL_MS = 10;
export const PASSWORD_OF_USERS = 'a-password-of-a-throw-away-server';

export class AclServer {
  /**
   * On a port of the loopback interface, too, if one is given.
   *
   * @throws Error if the program does not answer in time.
   */
  static async start(program: string, parent: string, port = 0): Promise<AclServer> {
    const folder = join(parent, 'acl-server');
    mkdirSync(folder, { mode: 0o700, recursive: true });
    const path = join(folder, SOCKET_FILE);
    const configFile = join(folder, 'acl.conf');
    const listen = [`port ${port}`, 'bind 127.0.0.1', `unixsocket ${path}`];
    const lines = [...listen, 'save ""', 'appendonly no', 'acllog-max-len 200', `dir ${folder}`];
    writeFileSync(configFile, lines.join('\n'), { mode: 0o600 });
    const logFile = join(folder, 'acl.log');
    const server = new AclServer(path, new ServerProcess({ program, folder, configFile, logFile }));
    await server.#ready();
    return server;
  }

  readonly #path: string;
  readonly #process: ServerProcess;

  private constructor(path: string, process: ServerProcess) {
    this.#path = path;
    this.#process = process;
  }

  /** Makes a user with exactly these rules. @throws Error if the server refuses them. */
  async setUser(name: string, rules: readonly string[]): Promise<void> {
    const command = ['ACL', 'SETUSER', name, 'reset', `>${PASSWORD_OF_USERS}`, ...rules];
    const [answer] = await this.ask([command]);
    if (answer !== 'OK') throw new Error(`the server refuses the user ${name}: ${String(answer)}`);
  }

  /** Sends commands in one pipeline, as administrator or as a user. */
  async ask(commands: readonly (readonly string[])[], user?: string): Promise<readonly Answer[]> {
    const client = this.#connect(user);
    const pipeline = client.pipeline();
    for (const [name = '', ...args] of commands) pipeline.call(name, ...args);
    const answers = (await pipeline.exec()) ?? [];
    client.disconnect();
    return answers.map(([error, answer]) => (error ? error.message : answer));
  }

  async stop(): Promise<void> {
    this.#process.signal('SIGKILL');
    await this.#process.ended;
  }

  #connect(username?: string): Redis {
    const login = username === undefined ? {} : { username, password: PASSWORD_OF_USERS };
    // No command besides those that are asked.
    const options = { retryStrategy: () => null, enableReadyCheck: false, disableClientInfo: true };
    // ioredis waits this long for a connection to close.
    const client = new Redis({ path: this.#path, ...options, disconnectTimeout: 100, ...login });
    client.on('error', () => undefined);
    return client;
  }

  async #ready(): Promise<void> {
    const deadlineMs = performance.now() + READY_TIMEOUT_MS;
    while (performance.now() < deadlineMs && !this.#process.hasEnded) {
      const [answer] = await this.ask([['PING']]).catch(() => []);
      if (answer === 'PONG') return;
      await sleep(READY_POLL_MS);
    }
    throw new Error('the server must answer within 10 s, got none. Run it by hand.');
  }
}

/** The rules of an access string: a selector is one rule. */
export function rulesOf(accessString: string): readonly string[] {
  return accessString.match(/\([^)]*\)|\S+/g) ?? [];
}
