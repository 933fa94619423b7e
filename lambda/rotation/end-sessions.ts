/**
 * Ends the sessions of clients on a node (`CLIENT KILL`): after a password has leaked, since a
 * session that is logged in stays so when its password is refused.
 *
 * By user and by type, so that no replication link and no connection of ElastiCache's own users
 * ends. All of the user's sessions, whatever their age: nothing says with which password one has
 * logged in, and `MAXAGE` is unknown to Redis before 7.4. A client that has the new password
 * already connects once more. ElastiCache restricts no part of CLIENT:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ClientConfig.RestrictedCommands.html
 */

import { converse } from '../../contract/conversation';
import type { StoredCredentials } from '../../contract/credentials';
import type { NodeReport } from '../../contract/daily-check';
import type { Password } from '../../contract/password';
import { RespError, type RespReply } from '../../contract/resp';
import { connectTo, whyEnded } from './login';
import type { NodeAddress, NotEnded, Ports, SessionsEnded } from './ports';

/** Milliseconds for the whole conversation: a node with 65,000 clients takes well below one. */
const END_TIMEOUT_MS = 10_000;

/** Types of sessions that clients have. The others are replicas and primaries. */
const TYPES = ['normal', 'pubsub'];

/** On every node, at the same time. A node that does not answer is told of in its report. */
export function endAllSessions(
  nodes: readonly NodeReport[],
  { password }: StoredCredentials,
  { cache }: Ports,
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

/** What the replies say, once they say it: to AUTH, and to each of the kills. */
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
