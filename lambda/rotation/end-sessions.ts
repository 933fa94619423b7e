/**
 * Ends the client sessions on a node (`CLIENT KILL`) after a password has leaked, since a session
 * outlives the password it logged in with.
 *
 * Selected by user and type, so that no replication link and no connection of ElastiCache's own
 * users ends. It ends all sessions of the user: Redis does not record the password of a session,
 * and `MAXAGE` does not exist before Redis 7.4. A client that already uses the new password
 * reconnects once more. ElastiCache does not restrict CLIENT:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ClientConfig.RestrictedCommands.html
 */

import { converse } from '../../contract/conversation';
import type { NodeReport } from '../../contract/daily-check';
import type { Password } from '../../contract/password';
import { RespError, type RespReply } from '../../contract/resp';
import type { StoredCredentials } from '../../contract/secret-json';
import { connectTo, whyEnded } from './login';
import type { CachePort, NodeAddress, NotEnded, Ports, SessionsEnded } from './ports';

/** Timeout of the whole exchange; a node with 65,000 clients needs less than a second. */
const END_TIMEOUT_MS = 10_000;

/** Session types of clients. Other types are replicas and primaries. */
const TYPES = ['normal', 'pubsub'];

/** Ends sessions on all nodes in parallel. The report names nodes that do not answer. */
export function endAllSessions(
  nodes: readonly NodeReport[],
  { password }: StoredCredentials,
  { cache }: Ports<CachePort>,
): Promise<readonly NodeReport[]> {
  return Promise.all(
    nodes.map(async (node) => {
      const ended = await cache.endSessions(node, cache.username, password);
      return 'why' in ended ? { ...node, why: ended.why } : { ...node, sessionsEnded: ended.count };
    }),
  );
}

export function endSessions(
  node: NodeAddress,
  username: string,
  password: Password,
): Promise<SessionsEnded> {
  const kills = TYPES.map((type) => [
    ...['CLIENT', 'KILL', 'TYPE', type],
    ...['USER', username, 'SKIPME', 'yes'],
  ]);
  return converse<SessionsEnded>(connectTo(node), {
    ready: 'secureConnect',
    commands: [['AUTH', username, password.reveal()], ...kills],
    timeoutMs: END_TIMEOUT_MS,
    resultOf: endedBy,
    endedBy: (ending) => ({ why: whyEnded(ending) }),
  });
}

/** The result: at the first refusal, or once AUTH and every kill have a reply. */
function endedBy([auth, ...kills]: readonly RespReply[]): SessionsEnded | undefined {
  if (auth === undefined) return undefined;
  if (auth instanceof RespError) {
    return { why: auth.code === 'WRONGPASS' ? 'password-refused' : 'not-ready' };
  }
  if (auth !== 'OK') return { why: 'not-redis' };
  const refusal = kills.find((reply) => typeof reply !== 'number');
  if (refusal !== undefined) return { why: whyRefused(refusal) };
  if (kills.length < TYPES.length) return undefined;
  return { count: (kills as readonly number[]).reduce((sum, count) => sum + count, 0) };
}

function whyRefused(reply: RespReply): NotEnded {
  if (!(reply instanceof RespError)) return 'not-redis';
  return reply.code === 'LOADING' || reply.code === 'MASTERDOWN' ? 'not-ready' : 'command-refused';
}
