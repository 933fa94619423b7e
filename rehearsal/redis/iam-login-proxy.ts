/**
 * A TLS proxy that stands for the IAM login of ElastiCache, before one node.
 *
 * It verifies the token in each AUTH and HELLO of an IAM user, and logs in to the node behind it as
 * that user, with a password that only the two know. It ends a connection 12 hours after its last
 * login, by a clock that may run faster. Logins of other users pass through unchanged.
 */

import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { Certificates } from '../../cli/server/certificates';
import { encodeCommand } from '../../contract/resp';
import type { SecretText } from '../../contract/secret-text';
import { CommandSplitter, type SentCommand } from './command-splitter';
import { faultOfToken, type TokenRules } from './presigned-token';

/** How long ElastiCache keeps a connection after its last IAM login. */
export const IAM_CONNECTION_MS = 12 * 60 * 60 * 1_000;

/** The IAM logins of a cache: one object for the proxies of all its nodes, which may be changed. */
export interface IamLogins extends TokenRules {
  /** The password on the nodes of each IAM user. */
  readonly users: ReadonlyMap<string, SecretText>;
  /** How long a connection lives after its last login: less than 12 hours for a faster clock. */
  readonly connectionMs: number;
  /** The time by which tokens are judged. */
  readonly now: () => number;
}

export interface ProxiedNode {
  readonly host: string;
  readonly port: number;
}

/** An accepted or refused login of an IAM user. */
export interface IamLogin {
  readonly username: string;
  /** Why it was refused, without the token. */
  readonly fault?: string;
  /** Whether the connection was logged in before. */
  readonly isRenewal: boolean;
}

export class IamLoginProxy {
  static async start(
    node: ProxiedNode,
    certificates: Certificates,
    logins: IamLogins,
  ): Promise<IamLoginProxy> {
    const proxy = new IamLoginProxy(node, certificates, logins);
    await once(proxy.#server.listen(0, 'localhost'), 'listening');
    return proxy;
  }

  readonly host = 'localhost';
  /** All logins of IAM users so far. */
  readonly seen: IamLogin[] = [];
  /** Number of connections so far. */
  connections = 0;
  /** Number of connections that were ended because their login was too old. */
  expired = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(
    private readonly node: ProxiedNode,
    private readonly certificates: Certificates,
    private readonly logins: IamLogins,
  ) {
    const { certPem: cert, keyPem: key } = certificates;
    // A client that has sent all still gets its answers.
    const options = { cert, key, minVersion: 'TLSv1.2', allowHalfOpen: true } as const;
    this.#server = createServer(options, (client) => this.#serve(client));
    this.#server.on('tlsClientError', () => undefined);
    this.#server.on('connection', (socket) => this.#keep(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections and accepts no more. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #serve(client: TLSSocket): void {
    this.connections += 1;
    const { host, port } = this.node;
    const { caPem: ca } = this.certificates;
    const server = connect({ host, port, ca, servername: host });
    const session = new IamSession(
      this.logins,
      (login) => this.seen.push(login),
      () => {
        this.expired += 1;
        client.destroy();
      },
    );
    const commands = new CommandSplitter();
    client.on('data', (chunk) => {
      try {
        for (const command of commands.feed(chunk)) server.write(session.pass(command));
      } catch {
        client.destroy();
      }
      if (server.writableNeedDrain) client.pause();
    });
    server.on('drain', () => client.resume());
    server.pipe(client);
    client.on('end', () => server.end());
    client.on('close', () => {
      session.end();
      server.destroy();
    });
    server.on('close', () => client.end());
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => client.destroy());
    }
    this.#keep(server);
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#open.delete(socket));
  }
}

/** What the service knows of one connection. */
class IamSession {
  #isLoggedIn = false;
  #isInTransaction = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly logins: IamLogins,
    private readonly note: (login: IamLogin) => void,
    private readonly onExpired: () => void,
  ) {}

  /** The bytes for the node: a login with the password of the user, or else the command itself. */
  pass({ bytes, words }: SentCommand): Buffer {
    const name = words[0]?.toUpperCase() ?? '';
    if (name === 'MULTI') this.#isInTransaction = true;
    if (/^(?:EXEC|DISCARD|RESET)$/.test(name)) this.#isInTransaction = false;
    if (name === 'RESET') this.end();
    const at = name === 'AUTH' ? 1 : authIn(words);
    const [username = '', token] = at === 0 ? [] : words.slice(at, at + 2);
    const password = this.logins.users.get(username);
    if (at === 0 || token === undefined || password === undefined) {
      return bytes;
    }
    const fault = faultOfToken(token, username, this.logins, this.logins.now());
    this.note({ username, ...(fault !== undefined && { fault }), isRenewal: this.#isLoggedIn });
    // The node itself answers, so that replies keep their order. No user has a password of a space.
    const given = fault === undefined ? password.reveal() : ' ';
    if (fault === undefined && !this.#isInTransaction) this.#begin();
    return encodeCommand(...words.slice(0, at), username, given, ...words.slice(at + 2));
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #begin(): void {
    this.#isLoggedIn = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.onExpired, this.logins.connectionMs);
    this.#timer.unref();
  }
}

/** The place of the user in HELLO … AUTH user token, or 0. */
function authIn(words: readonly string[]): number {
  if (words[0]?.toUpperCase() !== 'HELLO') return 0;
  return words.findIndex((word, index) => index > 1 && word.toUpperCase() === 'AUTH') + 1;
}
