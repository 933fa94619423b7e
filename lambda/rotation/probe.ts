/**
 * Probes a node for unauthenticated and plaintext access.
 *
 * Sends no password.
 */

import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { converse } from '../../contract/conversation';
import type { Answer } from '../../contract/daily-check';
import { PONG, RespError } from '../../contract/resp';
import type { NodeAddress } from './ports';

/** Timeout of a probe in milliseconds. Within a VPC it takes a few. */
const PROBE_TIMEOUT_MS = 5_000;

export async function probe(node: NodeAddress) {
  const { host, port } = node;
  const servername = isIP(host) ? '' : host;
  const [noPassword, plaintext] = await Promise.all([
    ping(connectTls({ host, port, servername, minVersion: 'TLSv1.2' }), 'secureConnect'),
    ping(connectPlain({ host, port }), 'connect'),
  ]);
  // Any failure of the plaintext probe is a refusal if the TLS probe reaches the node; otherwise
  // it proves nothing.
  const isReached = noPassword !== 'unreachable';
  return {
    noPassword,
    plaintext: isReached && plaintext === 'unreachable' ? 'refused' : plaintext,
  };
}

/** `accepted` for PONG, `refused` for a refusal by Redis; anything else proves nothing. */
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
