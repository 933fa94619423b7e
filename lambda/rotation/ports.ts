/**
 * What the rotation needs from the world, in its own words.
 *
 * Narrow on purpose: each method is one call that can be answered, be lost before it happened,
 * or happen with its answer lost. The tests try all three at every one of them.
 */

import type { Credentials, Endpoints } from '../../contract/credentials';
import type { Password } from '../../contract/password';

/** Which version carries each staging label that matters here. A label is on one at most. */
export interface Labels {
  readonly current?: string;
  readonly pending?: string;
  readonly newest?: string;
}

/** What a version that we make holds: everything an application needs. */
export type FullCredentials = Credentials & { readonly endpoints: Endpoints };

/** The one secret that this function rotates. */
export interface Secrets {
  labels(): Promise<Labels>;
  /** The value of a version, by its id; `undefined` if the version has none (yet). */
  read(versionId: string): Promise<Credentials | undefined>;
  /** Gives the pending version its value, unless it has one by now. */
  put(versionId: string, credentials: FullCredentials): Promise<'stored' | 'has-value'>;
  /** Moves a label, if it is still where it was seen. */
  move(label: 'current' | 'newest', from: string | undefined, to: string): Promise<void>;
}

/** A node that can be logged in to. */
export interface CacheNode {
  readonly host: string;
  readonly port: number;
}

export interface CacheView {
  /** False while ElastiCache is changing anything about the group. */
  readonly settled: boolean;
  readonly endpoints: Endpoints;
  /** Every node: the primary and each replica. At least one. */
  readonly nodes: readonly CacheNode[];
}

/** Why a node gave no answer to a login. */
export type Unreachable =
  | 'timed-out'
  | 'connection-refused'
  | 'connection-closed'
  | 'name-not-found'
  | 'certificate-not-trusted'
  | 'not-redis'
  | 'not-ready';

/** The three answers to a login. Unreachable is never read as refused. */
export type Login =
  | { readonly answer: 'accepted' }
  | { readonly answer: 'refused' }
  | { readonly answer: 'unreachable'; readonly why: Unreachable };

/** The one replication group whose password this function changes. */
export interface Cache {
  look(): Promise<CacheView>;
  /** One AUTH and PING over verified TLS. */
  login(node: CacheNode, username: string, password: Password): Promise<Login>;
  /**
   * Asks the group to accept this password besides its newest one (`ROTATE`). That the call is
   * answered says nothing about when, or on which node, the password is accepted.
   */
  ask(password: Password): Promise<void>;
}

export interface Clock {
  nowMs(): number;
  /** Milliseconds until this invocation is killed. */
  remainingMs(): number;
  wait(ms: number): Promise<void>;
}

export interface Ports {
  readonly secrets: Secrets;
  readonly cache: Cache;
  readonly clock: Clock;
  /** A new random password. */
  newPassword(): Password;
  /** Takes one log line. */
  log(line: object): void;
}
