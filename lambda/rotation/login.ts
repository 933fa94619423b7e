/**
 * Logs in to one node over verified TLS: AUTH, then PING.
 *
 * Three answers. Only Redis's own "wrong password" counts as refused; everything else that is
 * not a success (network, certificate, loading, no Redis at all) is unreachable and proves
 * nothing. Never turns verification off, never puts the password into an error.
 */

import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Password } from '../../contract/password';
import { encodeCommand, RespDecoder, RespError, type RespReply } from '../../contract/resp';
import type { Login, NodeAddress, Unreachable } from './ports';

/** Milliseconds for the whole login. Within a VPC it takes a few. */
export const LOGIN_TIMEOUT_MS = 5_000;

/** Opens a connection whose certificate must be valid and name the node. */
export function connectTo({ host, port }: NodeAddress): TLSSocket {
  return connect({
    host,
    port,
    // An address has no name to send.
    servername: isIP(host) ? '' : host,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
}

export function login(node: NodeAddress, username: string, password: Password): Promise<Login> {
  return new Promise((resolve) => {
    const socket = connectTo(node);
    const answer = (login: Login) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(login);
    };
    const timer = setTimeout(() => answer(unreachable('timed-out')), LOGIN_TIMEOUT_MS);
    socket.on('error', (error) => answer(unreachable(whyOf(error))));
    socket.on('close', () => answer(unreachable('connection-closed')));
    socket.on('secureConnect', () => {
      socket.write(encodeCommand('AUTH', username, password.reveal()));
      socket.write(encodeCommand('PING'));
    });
    readReplies(socket, answer);
  });
}

function readReplies(socket: TLSSocket, answer: (login: Login) => void): void {
  const decoder = new RespDecoder();
  const replies: RespReply[] = [];
  socket.on('data', (chunk) => {
    try {
      replies.push(...decoder.feed(chunk));
    } catch {
      answer(unreachable('not-redis'));
      return;
    }
    const [auth, ping] = replies;
    if (auth instanceof RespError) answer(answerOf(auth));
    else if (auth !== undefined && auth !== 'OK') answer(unreachable('not-redis'));
    else if (ping !== undefined) answer(ping === 'PONG' ? ACCEPTED : unreachable('not-ready'));
  });
}

const ACCEPTED: Login = { answer: 'accepted' };

/** WRONGPASS since Redis 6; older ones say `ERR invalid password`. */
function answerOf(error: RespError): Login {
  const isRefusal = error.code === 'WRONGPASS' || error.message === 'ERR invalid password';
  return isRefusal ? { answer: 'refused' } : unreachable('not-ready');
}

function unreachable(why: Unreachable): Login {
  return { answer: 'unreachable', why };
}

export function whyOf(error: NodeJS.ErrnoException): Unreachable {
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return 'connection-refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name-not-found';
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'timed-out';
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return 'not-redis';
  // All that is left with a code of its own and no errno are OpenSSL's and Node's reasons not to
  // trust a certificate: SELF_SIGNED_CERT_IN_CHAIN, CERT_HAS_EXPIRED, ERR_TLS_CERT_…
  if (code !== '' && error.errno === undefined) return 'certificate-not-trusted';
  return 'connection-closed';
}
