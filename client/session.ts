/**
 * Opens one connection: verified TLS, logged in with the current credentials, PING answered, and
 * the expected kind of cache.
 *
 * After a refused login it reads the secret again and retries once on the same connection.
 */

import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import {
  encodeCommand,
  type Hello,
  helloOf,
  PONG,
  RespDecoder,
  RespError,
  type RespReply,
} from '../contract/resp';
import type { ConnectSettings } from './connect-options';
import type { CredentialSource } from './credential-source';
import { explainRedisError, RedisClientError, type RedisEndpoint } from './redis-client-error';
import type { RedisCredential } from './redis-credential';

/**
 * `onOpening` gets the socket at once: destroying it ends the attempt.
 *
 * @throws RedisClientError with the reason.
 */
export async function openSession(
  credentials: CredentialSource,
  credential: RedisCredential,
  at: RedisEndpoint,
  settings: ConnectSettings,
  onOpening?: (socket: TLSSocket) => void,
): Promise<TLSSocket> {
  const socket = openSocket(at, settings);
  onOpening?.(socket);
  try {
    await secured(socket, at, settings);
    const first = await logIn(socket, credential, at, settings);
    if (first.isRefused) {
      settings.log({
        event: 'password-refused',
        ...at,
        database: settings.database,
        code: credentials.refusalOf?.(credential, at).code ?? 'authentication-failed',
      });
      const fresh = await credentials.refused(credential);
      const second = await logIn(socket, fresh, at, settings);
      if (second.isRefused) {
        throw credentials.refusalOf?.(fresh, at) ?? explainRedisError(second.login, at);
      }
    }
    if (socket.destroyed) throw new RedisClientError('cannot-connect', 'closed the connection', at);
    return socket;
  } catch (error) {
    socket.destroy();
    throw explainRedisError(error, at);
  }
}

function openSocket({ host, port }: RedisEndpoint, settings: ConnectSettings): TLSSocket {
  const socket = connect({
    host,
    port,
    secureContext: settings.secureContext,
    // SNI takes only names, not addresses.
    servername: isIP(host) === 0 ? host : undefined,
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, settings.keepAliveMs);
  // Between two owners the socket has no listener, and an unhandled error ends the process.
  socket.on('error', () => undefined);
  return socket;
}

function secured(socket: TLSSocket, at: RedisEndpoint, settings: ConnectSettings): Promise<void> {
  return inTime(socket, at, settings, (resolve) => {
    socket.once('secureConnect', resolve);
    return () => socket.off('secureConnect', resolve);
  });
}

interface Login {
  readonly isRefused: boolean;
  readonly login: RespReply;
}

async function logIn(
  socket: TLSSocket,
  credential: RedisCredential,
  at: RedisEndpoint,
  settings: ConnectSettings,
): Promise<Login> {
  const { username, password } = credential;
  const commands = [
    encodeCommand('HELLO', '2', 'AUTH', username, password.reveal()),
    ...(settings.database === 0 ? [] : [encodeCommand('SELECT', String(settings.database))]),
    encodeCommand('PING'),
  ];
  const replies = await exchange(socket, commands, at, settings);
  const [login = null] = replies;
  const ping = replies.at(-1);
  if (login instanceof RespError && /^(?:WRONGPASS|NOAUTH)$/.test(login.code)) {
    return { isRefused: true, login };
  }
  const failed = replies.find((reply) => reply instanceof RespError);
  if (failed !== undefined) throw explainRedisError(failed, at);
  requireKind(login, ping, at, settings);
  return { isRefused: false, login };
}

/**
 * Checks that both replies match the expected kind of cache. Returns what the server reports.
 *
 * @throws RedisClientError `not-redis` or `wrong-cache`
 */
export function requireKind(
  hello: unknown,
  ping: unknown,
  at: RedisEndpoint,
  settings: ConnectSettings,
): Hello {
  const server = helloOf(hello);
  if (server === undefined) {
    throw new RedisClientError('not-redis', 'must answer HELLO with a map of mode and role', at);
  }
  if (ping !== PONG) throw new RedisClientError('not-redis', 'must answer PING with PONG', at);
  const wrong = wrongKind(server, settings);
  if (wrong !== undefined) throw explainRedisError({ message: wrong }, at);
  return server;
}

/** The error that such a server would later return for some command. */
function wrongKind({ mode, role }: Hello, settings: ConnectSettings): string | undefined {
  if (settings.isCluster) return mode === 'cluster' ? undefined : 'cluster support disabled';
  if (mode === 'cluster') return 'MOVED';
  return role === 'replica' && settings.endpoint === 'primary' ? 'READONLY' : undefined;
}

function exchange(
  socket: TLSSocket,
  commands: readonly Buffer[],
  at: RedisEndpoint,
  settings: ConnectSettings,
): Promise<readonly RespReply[]> {
  return inTime(socket, at, settings, (resolve, reject) => {
    const decoder = new RespDecoder();
    const replies: RespReply[] = [];
    const take = (chunk: Buffer) => {
      try {
        replies.push(...decoder.feed(chunk));
      } catch {
        reject(new RedisClientError('not-redis', 'must answer in the protocol of Redis', at));
      }
      if (replies.length >= commands.length) resolve(replies);
    };
    socket.on('data', take);
    socket.resume();
    socket.write(Buffer.concat(commands));
    return () => {
      socket.off('data', take);
      // The next owner of the connection resumes it.
      socket.pause();
    };
  });
}

/** Waits on a socket until success, an error, its close or the timeout. */
function inTime<T>(
  socket: TLSSocket,
  at: RedisEndpoint,
  { connectTimeoutMs }: ConnectSettings,
  begin: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.off('close', close);
      stop();
    };
    const succeed = (value: T) => {
      end();
      resolve(value);
    };
    const fail = (error: Error) => {
      end();
      reject(error);
    };
    const close = () =>
      fail(new RedisClientError('cannot-connect', 'closed the connection unasked', at));
    const timer = setTimeout(() => {
      const what = `does not answer within ${connectTimeoutMs} ms`;
      fail(new RedisClientError('cannot-connect', what, at));
    }, connectTimeoutMs);
    socket.on('error', fail);
    socket.on('close', close);
    const stop = begin(succeed, fail);
    // The socket may have closed while the secret was read; that event is not repeated.
    if (socket.destroyed) close();
  });
}
