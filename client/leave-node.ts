/**
 * Which error replies make the client leave a connection, and how often in a row.
 *
 * After a failover the old primary is a replica and keeps its connections open. So the client
 * reconnects to where the endpoint then points. Each of these replies proves that the command was
 * not executed, so resending it cannot execute it twice, unless it is part of a transaction or a
 * pipeline.
 */

import type { ConnectSettings, RedisClientEvent } from './connect-options';
import type { RedisClientErrorCode, RedisEndpoint } from './redis-client-error';

/** Replies of every cache. */
const ANYWHERE = [
  // A write was sent to a replica.
  /^READONLY You can't write against a read only/,
  // A blocking command waited on a primary that became a replica. CLIENT UNBLOCK has another text.
  /^UNBLOCKED force unblock\b/,
  // The connection is not logged in.
  /^NOAUTH Authentication required/,
];

/** Replies without shards. In a sharded cache, a new connection would reach the same node. */
const WITHOUT_SHARDS = [
  // A replica is copying the data of the new primary.
  /^LOADING\b/,
  // A replica without a connection to its primary serves no data.
  /^MASTERDOWN\b/,
];

/** A transaction queued on a primary and ended on a replica: the server discards it. */
const DISCARDED = /^EXECABORT\b.*\bREADONLY\b/;

/** The error code for which a connection must be left; `undefined` if it stays. */
export function reasonToLeave(
  message: unknown,
  { isCluster, endpoint }: Pick<ConnectSettings, 'isCluster' | 'endpoint'>,
): string | undefined {
  if (typeof message !== 'string') return undefined;
  const patterns = isCluster ? ANYWHERE : [...ANYWHERE, ...WITHOUT_SHARDS];
  const isReason = patterns.some((pattern) => pattern.test(message)) || DISCARDED.test(message);
  if (!isReason) return undefined;
  const [word = ''] = message.split(' ', 1);
  // A reader endpoint leads to replicas: a write to it is a bug of the application.
  const isWrite = word === 'READONLY' || DISCARDED.test(message);
  return isWrite && endpoint === 'reader' ? undefined : word;
}

/** Whether a single command can be resent; the end of a transaction cannot. */
export function canResend(word: string): boolean {
  return word !== 'EXECABORT';
}

/** The log event for leaving a node. */
export function leftEvent(
  word: string,
  at: RedisEndpoint,
  { database }: Pick<ConnectSettings, 'database'>,
): RedisClientEvent {
  const message = `${at.host}:${at.port} answers ${word}; the client leaves it and reconnects`;
  return { event: 'node-left', ...at, database, code: CODES[word] ?? 'wrong-cache', message };
}

const CODES: Readonly<Record<string, RedisClientErrorCode>> = {
  NOAUTH: 'authentication-failed',
  LOADING: 'cannot-connect',
  MASTERDOWN: 'cannot-connect',
};

/** How often in a row a node is left that keeps answering with such an error. */
export const LEAVES_MAX = 10;

/** After this time without a leave, the next leave counts as the first in a row. */
const CALM_MS = 10_000;

/** Counts leaves in a row: each next leave waits longer, until the command fails. */
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
