/**
 * What a node answers to somebody who should get nothing: without a password, and without TLS.
 *
 * Sends no password, so there is none to lose.
 */

import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { converse } from '../../contract/conversation';
import type { Answer } from '../../contract/daily-check';
import { PONG, RespError } from '../../contract/resp';
import type { NodeAddress } from './ports';

/** Milliseconds for a whole conversation. Within a VPC it takes a few. */
const PROBE_TIMEOUT_MS = 5_000;

export async function probe(node: NodeAddress) {
  const { host, port } = node;
  const servername = isIP(host) ? '' : host;
  const [noPassword, plaintext] = await Promise.all([
    ping(connectTls({ host, port, servername, minVersion: 'TLSv1.2' }), 'secureConnect'),
    ping(connectPlain({ host, port }), 'connect'),
  ]);
  // A node that closes the door on plaintext, in whatever way, has refused it; a node that cannot
  // be reached at all says nothing, which the probe over TLS tells.
  const isReached = noPassword !== 'unreachable';
  return {
    noPassword,
    plaintext: isReached && plaintext === 'unreachable' ? 'refused' : plaintext,
  };
}

/** Accepted is PONG, refused is Redis's own no, and anything else says nothing. */
function ping(socket: Socket, ready: 'connect' | 'secureConnect'): Promise<Answer> {
  return converse<Answer>(socket, {
    ready,
    commands: [['PING']],
    timeoutMs: PROBE_TIMEOUT_MS,
    resultOf: ([reply]) => {
      if (reply === undefined) return undefined;
      if (reply instanceof RespError) return reply.code === 'NOAUTH' ? 'refused' : 'unreachable';
      return reply === PONG ? 'accepted' : 'unreachable';
    },
    endedBy: () => 'unreachable',
  });
}
