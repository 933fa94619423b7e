/**
 * Logs in to one node over verified TLS: AUTH, then PING.
 *
 * Three answers. Only Redis's "wrong password" counts as refused; every other failure (network,
 * certificate, loading, not Redis) is unreachable and proves nothing. It never turns verification
 * off, and never puts the password into an error.
 */

import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { type ConversationEnd, converse } from '../../contract/conversation';
import type { Password } from '../../contract/password';
import { PONG, RespError } from '../../contract/resp';
import type { Login, NodeAddress, Unreachable } from './ports';

/** Timeout of a login in milliseconds. Within a VPC it takes a few. */
export const LOGIN_TIMEOUT_MS = 5_000;

/** Opens a connection that requires a valid certificate for the node's name. */
export function connectTo({ host, port }: NodeAddress): TLSSocket {
  return connect({
    host,
    port,
    // SNI takes only names, not addresses.
    servername: isIP(host) ? '' : host,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
}

export function login(node: NodeAddress, username: string, password: Password): Promise<Login> {
  return converse<Login>(connectTo(node), {
    ready: 'secureConnect',
    commands: [['AUTH', username, password.reveal()], ['PING']],
    timeoutMs: LOGIN_TIMEOUT_MS,
    resultOf: ([auth, ping]) => {
      if (auth instanceof RespError) return answerOf(auth);
      if (auth !== undefined && auth !== 'OK') return unreachable('not-redis');
      if (ping === undefined) return undefined;
      // A user whose role has no PING: the node has accepted its password all the same.
      if (ping instanceof RespError && ping.code === 'NOPERM') return { answer: 'accepted' };
      return ping === PONG ? { answer: 'accepted' } : unreachable('not-ready');
    },
    endedBy: (ending) => unreachable(whyEnded(ending)),
  });
}

/** WRONGPASS since Redis 6; older versions answer `ERR invalid password`. */
function answerOf(error: RespError): Login {
  const isRefusal = error.code === 'WRONGPASS' || error.message === 'ERR invalid password';
  return isRefusal ? { answer: 'refused' } : unreachable('not-ready');
}

function unreachable(why: Unreachable): Login {
  return { answer: 'unreachable', why };
}

export function whyEnded(ending: ConversationEnd): Unreachable {
  return ending.why === 'error' ? whyOf(ending.error) : ending.why;
}

function whyOf(error: NodeJS.ErrnoException): Unreachable {
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
