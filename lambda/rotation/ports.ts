/**
 * What the rotation needs from the world, in its own words.
 *
 * Narrow on purpose: each method is one call that can be answered, be lost before it happened,
 * or happen with its answer lost. The tests try all three at every one of them.
 */

import type { Credentials, Endpoints, StoredCredentials } from '../../contract/credentials';
import type { Answer } from '../../contract/daily-check';
import type { Password } from '../../contract/password';

/** Which version carries each staging label that matters here. A label is on one at most. */
export interface Labels {
  readonly current?: string;
  readonly pending?: string;
  readonly newest?: string;
  readonly previous?: string;
  /** What a label says about whose password alone is accepted, and since which change. */
  readonly revoked?: { readonly versionId: string; readonly since: string };
}

/** When things happened to the secret, in milliseconds since 1970. */
export interface History {
  /** By version id. */
  readonly createdMs: ReadonlyMap<string, number>;
  /** The last change of anything about the secret. */
  readonly changedMs?: number;
  readonly nextRotationMs?: number;
}

/** What a version that we make holds: everything an application needs. */
export type FullCredentials = Credentials & { readonly endpoints: Endpoints };

/** The one secret that this function rotates. */
export interface Secrets {
  labels(): Promise<Labels>;
  /** The value of a version, by its id; `undefined` if the version has none (yet). */
  read(versionId: string): Promise<StoredCredentials | undefined>;
  /** Gives the pending version its value, unless it has one by now. */
  put(versionId: string, credentials: FullCredentials): Promise<'stored' | 'has-value'>;
  /** Moves a label, if it is still where it was seen. */
  move(label: 'current' | 'newest', from: string | undefined, to: string): Promise<void>;
  history(): Promise<History>;
  /** Says that only this version's password is accepted, since that change of the cache. */
  markRevoked(versionId: string, since: string): Promise<void>;
  /** Takes such a word back. */
  unmarkRevoked(versionId: string, since: string): Promise<void>;
}

/** A node that can be logged in to. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

export interface CacheView {
  /** False while ElastiCache is changing anything about the group. */
  readonly settled: boolean;
  readonly endpoints: Endpoints;
  /** When the passwords were changed last, as AWS writes it. */
  readonly authChangedAt?: string;
  /** Every node: the primary and each replica. At least one. */
  readonly nodes: readonly NodeAddress[];
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

/** How many sessions a node has ended, or why it is not known that it has. */
export type SessionsEnded = { readonly count: number } | { readonly why: NotEnded };

export type NotEnded = Unreachable | 'password-refused' | 'command-refused';

/** The one replication group whose password this function changes. */
export interface CachePort {
  /** The user of the engine whose password it is, whatever a version of the secret says. */
  readonly username: string;
  look(): Promise<CacheView>;
  /** One AUTH and PING over verified TLS. */
  login(node: NodeAddress, username: string, password: Password): Promise<Login>;
  /**
   * Asks the group to accept this password besides its newest one (`ROTATE`). That the call is
   * answered says nothing about when, or on which node, the password is accepted. `busy` says that
   * another change is going on, and that nothing was asked.
   */
  ask(password: Password): Promise<'asked' | 'busy'>;
  /**
   * Asks the group to accept this password alone (`SET`). It must be the one that the group
   * accepted last: `not-newest` says that another one is, which somebody else must have asked for.
   */
  askAlone(password: Password): Promise<'asked' | 'busy' | 'not-newest'>;
  /** What a node answers to somebody without a password, and to somebody without TLS. */
  probe(node: NodeAddress): Promise<{ readonly noPassword: Answer; readonly plaintext: Answer }>;
  /** Ends every session of a user on a node, but the one that asks. */
  endSessions(node: NodeAddress, username: string, password: Password): Promise<SessionsEnded>;
}

export interface Clock {
  /** Counts up evenly. */
  nowMs(): number;
  /** The time of day, in milliseconds since 1970. */
  epochMs(): number;
  /** Milliseconds until this invocation is killed. */
  remainingMs(): number;
  wait(ms: number): Promise<void>;
}

export interface Ports {
  readonly secrets: Secrets;
  readonly cache: CachePort;
  readonly clock: Clock;
  /** A new random password. */
  newPassword(): Password;
  /** Takes one log line. */
  log(line: object): void;
}
