/**
 * Which replies say that a connection must be left, and how often in a row one is left.
 *
 * After a failover the old primary is a replica and keeps its connections open; a parameter that
 * would close them is not offered in every family. So the client leaves: it connects anew, to where
 * the endpoint points by then. Each of these replies says that the command was not executed, so to
 * send it again cannot execute it twice, unless it is a part of a whole.
 */

import type { RedisClientEvent, Settings } from './connect-options';
import type { RedisClientErrorCode, RedisEndpoint } from './redis-client-error';

/** In any cache. */
const ANYWHERE = [
  // A write was sent to a replica.
  /^READONLY You can't write against a read only/,
  // A blocking command waited on a primary that became a replica. CLIENT UNBLOCK says it otherwise.
  /^UNBLOCKED force unblock\b/,
  // The connection is not logged in.
  /^NOAUTH Authentication required/,
];

/** Of a node without shards. In a sharded cache, another connection leads to the same node. */
const WITHOUT_SHARDS = [
  // A replica that copies the data of the new primary.
  /^LOADING\b/,
  // A replica without its primary that serves no data until it has one.
  /^MASTERDOWN\b/,
];

/** A transaction that was queued on a primary and ended on a replica: all of it is discarded. */
const DISCARDED = /^EXECABORT\b.*\bREADONLY\b/;

/** Why a connection must be left, in one word of the server; `undefined` if it need not be. */
export function reasonToLeave(
  message: unknown,
  { isCluster, endpoint }: Pick<Settings, 'isCluster' | 'endpoint'>,
): string | undefined {
  if (typeof message !== 'string') return undefined;
  const patterns = isCluster ? ANYWHERE : [...ANYWHERE, ...WITHOUT_SHARDS];
  const isReason = patterns.some((pattern) => pattern.test(message)) || DISCARDED.test(message);
  if (!isReason) return undefined;
  const [word = ''] = message.split(' ', 1);
  // A reader is meant to be a replica: a write to it is a mistake of the application.
  const isWrite = word === 'READONLY' || DISCARDED.test(message);
  return isWrite && endpoint === 'reader' ? undefined : word;
}

/** Whether a command alone can be sent again: the end of a transaction cannot. */
export function canResend(word: string): boolean {
  return word !== 'EXECABORT';
}

/** What the log says of it. */
export function leftEvent(
  word: string,
  at: RedisEndpoint,
  { database }: Pick<Settings, 'database'>,
): RedisClientEvent {
  const message = `${at.host}:${at.port} answers ${word}; the client leaves it and connects anew`;
  return { event: 'node-left', ...at, database, code: CODES[word] ?? 'wrong-cache', message };
}

const CODES: Readonly<Record<string, RedisClientErrorCode>> = {
  NOAUTH: 'authentication-failed',
  LOADING: 'cannot-connect',
  MASTERDOWN: 'cannot-connect',
};

/** A node that says so again on a new connection is left this often in a row. */
export const LEAVES_MAX = 10;

/** After that time without one, the next leave is the first in a row again. */
const CALM_MS = 10_000;

/** Counts leaves in a row, by which the next one waits longer and a command fails in the end. */
export class Leaves {
  #count = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(readonly now: () => number = () => performance.now()) {}

  get inARow(): number {
    return this.now() - this.#lastMs < CALM_MS ? this.#count : 0;
  }

  note(): void {
    this.#count = this.inARow + 1;
    this.#lastMs = this.now();
  }
}
