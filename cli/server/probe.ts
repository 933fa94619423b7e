/**
 * Opens one connection to any Redis server, plaintext or TLS, and asks it one command after the
 * other. The server may be hostile: time, bytes and nesting are bounded, and whatever it does, each
 * command has a reply or a `ProbeEnd` with a name.
 *
 * It never puts a command, a password or a text of the server into an error.
 */

import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls';
import { encodeCommand, RespDecoder, RespError, type RespReply } from '../../contract/resp';
import type { SecretText } from '../../contract/secret-text';
import { type HandshakeFacts, handshakeFacts } from './handshake-facts';

/** Milliseconds for a whole connection: name, TCP, TLS, and all commands. */
export const PROBE_TIMEOUT_MS = 5_000;

/** Bytes that a server may send on one connection: more than all replies that are asked for. */
export const PROBE_BYTES_MAX = 1024 * 1024;

export interface ServerToProbe {
  readonly host: string;
  readonly port: number;
  /** Absent for plaintext. */
  readonly tls?: ProbeTls;
  /** For the whole connection; default: `PROBE_TIMEOUT_MS`. */
  readonly timeoutMs?: number;
}

export interface ProbeTls {
  /** Authorities to trust, as PEM; absent: those of Node.js. */
  readonly ca?: string;
  /** Without it, the connection opens with any certificate: read its facts, send no password. */
  readonly isVerified: boolean;
  /** The name to verify; default: the host. */
  readonly servername?: string;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** OpenSSL's list of ciphers. */
  readonly ciphers?: string;
}

export type EndReason =
  | 'name-not-found'
  | 'connection-refused'
  | 'no-route'
  | 'timed-out'
  | 'connection-closed'
  /** TLS failed: no common version or cipher, or the server does not speak TLS. */
  | 'tls-failed'
  | 'certificate-not-trusted'
  /** It sends what is not RESP, or a reply beyond the bounds of `contract/resp.ts`. */
  | 'not-redis'
  /** It has sent more than `PROBE_BYTES_MAX`. */
  | 'too-many-bytes'
  /** An error that answers no command, such as `max number of clients reached`. */
  | 'refused-unasked'
  /** Any other reply that answers no command. */
  | 'reply-unasked'
  | 'failed'
  /** This side has closed the connection. */
  | 'closed-by-us';

/** How far a connection was when it ended. */
export type ProbePhase = 'connect' | 'handshake' | 'conversation';

/** Why a connection gives no more replies. */
export class ProbeEnd {
  constructor(
    readonly why: EndReason,
    readonly phase: ProbePhase,
    readonly details: {
      /** Code of the operating system, OpenSSL or Node.js, such as ECONNRESET. */
      readonly code?: string;
      /** With `refused-unasked`. Text of the server: it can hold anything. */
      readonly error?: RespError;
      /** With `not-redis`, if its first bytes tell. */
      readonly speaks?: 'HTTP';
      /** With TLS, once the handshake is over. */
      readonly handshake?: HandshakeFacts;
    } = {},
  ) {}
}

/** Opens a connection. Without an end, close it. */
export function openProbe(server: ServerToProbe): Promise<ServerProbe | ProbeEnd> {
  const { host, port, tls, timeoutMs = PROBE_TIMEOUT_MS } = server;
  const socket = tls === undefined ? connect({ host, port }) : connectTls(tlsOptions(server, tls));
  const probe = new ServerProbe(socket, timeoutMs);
  return new Promise((resolve) => {
    probe.whenEnded(resolve);
    socket.once('connect', () => {
      if (tls === undefined) probe.begin();
      else probe.shakeHands();
      if (tls === undefined) resolve(probe);
    });
    socket.once('secureConnect', () => {
      const handshake = handshakeFacts(socket as TLSSocket, tls?.servername ?? host);
      probe.begin(handshake);
      const { problem: code } = handshake;
      if (tls?.isVerified && code !== undefined) probe.end('certificate-not-trusted', { code });
      resolve(probe);
    });
  });
}

function tlsOptions({ host, port }: ServerToProbe, tls: ProbeTls) {
  const { servername = host, ca, minVersion, maxVersion, ciphers } = tls;
  return {
    host,
    port,
    ca,
    minVersion,
    maxVersion,
    ciphers,
    // SNI takes only names, not addresses.
    servername: isIP(servername) ? '' : servername,
    // `handshakeFacts` has the error of the verification.
    rejectUnauthorized: false,
  };
}

/** One connection. Each command is answered in its order. */
export class ServerProbe {
  /** With TLS. */
  handshake?: HandshakeFacts;
  readonly #socket: Socket;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #decoder = new RespDecoder({ skipsPushes: true });
  readonly #waiting: ((answer: RespReply | ProbeEnd) => void)[] = [];
  readonly #endListeners: ((end: ProbeEnd) => void)[] = [];
  #phase: ProbePhase = 'connect';
  #bytes = 0;
  #ended?: ProbeEnd;

  constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timer = setTimeout(() => this.end('timed-out'), timeoutMs);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.end(whyFailed(error, this.#phase), { code: codeOf(error) });
    });
    socket.on('close', () => this.end('connection-closed'));
  }

  /** The reply to one command, which can be a `RespError`. Calls may overlap. */
  ask(...command: readonly string[]): Promise<RespReply | ProbeEnd> {
    if (this.#ended !== undefined) return Promise.resolve(this.#ended);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(encodeCommand(...command));
    });
  }

  /** AUTH. Without a username it has the form that Redis before 6 knows, too. */
  logIn(username: string | undefined, password: SecretText): Promise<RespReply | ProbeEnd> {
    const names = username === undefined ? [] : [username];
    return this.ask('AUTH', ...names, password.reveal());
  }

  /** The address of the other side, while the connection is open. */
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  close(): void {
    this.end('closed-by-us');
  }

  whenEnded(listener: (end: ProbeEnd) => void): void {
    this.#endListeners.push(listener);
  }

  shakeHands(): void {
    this.#phase = 'handshake';
  }

  begin(handshake?: HandshakeFacts): void {
    this.#phase = 'conversation';
    this.handshake = handshake;
    this.#socket.on('data', (chunk) => this.#take(chunk));
  }

  end(why: EndReason, details: ProbeEnd['details'] = {}): void {
    if (this.#ended !== undefined) return;
    const { handshake } = this;
    const end = new ProbeEnd(why, this.#phase, { ...details, handshake });
    this.#ended = end;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    for (const resolve of this.#waiting.splice(0)) resolve(end);
    for (const listener of this.#endListeners) listener(end);
  }

  #take(chunk: Buffer): void {
    if (this.#ended !== undefined) return;
    this.#bytes += chunk.length;
    if (this.#bytes > PROBE_BYTES_MAX) {
      this.end('too-many-bytes');
      return;
    }
    try {
      for (const reply of this.#decoder.feed(chunk)) this.#hand(reply);
    } catch {
      const speaks = /^HTTP\//.test(chunk.toString('latin1', 0, 5)) ? 'HTTP' : undefined;
      this.end('not-redis', { speaks });
    }
  }

  #hand(reply: RespReply): void {
    const resolve = this.#waiting.shift();
    if (resolve !== undefined) resolve(reply);
    else if (reply instanceof RespError) this.end('refused-unasked', { error: reply });
    else this.end('reply-unasked');
  }
}

const REASONS: Readonly<Record<string, EndReason>> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  ECONNREFUSED: 'connection-refused',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  ETIMEDOUT: 'timed-out',
  ECONNRESET: 'connection-closed',
  EPIPE: 'connection-closed',
  EPROTO: 'tls-failed',
};

function whyFailed(error: NodeJS.ErrnoException, phase: ProbePhase): EndReason {
  const code = codeOf(error) ?? '';
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) return 'tls-failed';
  return REASONS[code] ?? (phase === 'handshake' ? 'tls-failed' : 'failed');
}

/** A code is a name; anything else could quote. */
function codeOf({ code }: NodeJS.ErrnoException): string | undefined {
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,59}$/.test(code) ? code : undefined;
}
