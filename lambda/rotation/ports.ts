/**
 * The ports of the rotation function: its interface to AWS, nodes, clock and log.
 *
 * Narrow on purpose: each method is one call that is answered, lost before its effect, or lost
 * after its effect. The tests try all three for every call.
 */

import type { Answer } from '../../contract/daily-check';
import type { Password } from '../../contract/password';
import type { Credentials, Endpoints, StoredCredentials } from '../../contract/secret-json';

/** The version of each relevant staging label. A label is on at most one version. */
export interface Labels {
  readonly current?: string;
  readonly pending?: string;
  readonly newest?: string;
  readonly previous?: string;
  /**
   * The REVOKED label: the only version whose password is accepted, and the time of that change.
   */
  readonly revoked?: { readonly versionId: string; readonly since: string };
}

/** Times of the secret, in milliseconds since 1970. */
export interface History {
  /** By version id. */
  readonly createdMs: ReadonlyMap<string, number>;
  /** The last change of the secret. */
  readonly changedMs?: number;
  readonly nextRotationMs?: number;
}

/** The content of a version that the function creates: everything an application needs. */
export type FullCredentials = Credentials & { readonly endpoints: Endpoints };

/** The only secret that an invocation rotates. */
export interface Secrets {
  labels(): Promise<Labels>;
  /** The value of a version by id; `undefined` if it has no value yet. */
  read(versionId: string): Promise<StoredCredentials | undefined>;
  /** Stores the value of the pending version, unless it already has a value. */
  put(versionId: string, credentials: FullCredentials): Promise<'stored' | 'has-value'>;
  /** Moves a label, if it has not moved since it was read. */
  move(label: 'current' | 'newest', from: string | undefined, to: string): Promise<void>;
  history(): Promise<History>;
  /** Writes the REVOKED label: only this version's password is accepted, since that change. */
  markRevoked(versionId: string, since: string): Promise<void>;
  /** Removes that label. */
  unmarkRevoked(versionId: string, since: string): Promise<void>;
}

/** The address of a node. */
export interface NodeAddress {
  readonly host: string;
  readonly port: number;
}

export interface CacheView {
  /** False while ElastiCache is changing anything about the group. */
  readonly settled: boolean;
  readonly endpoints: Endpoints;
  /** When the passwords last changed, as reported by AWS (AuthTokenLastModifiedDate). */
  readonly authChangedAt?: string;
  /** All nodes, primaries and replicas. At least one. */
  readonly nodes: readonly NodeAddress[];
  /** Absent while ElastiCache is changing it. */
  readonly attached?: Attached;
}

/** What says who may log in to a replication group. */
export interface Attached {
  /** The id of the replication group. */
  readonly to: string;
  /** Ids of user groups, in lower case. */
  readonly userGroups: readonly string[];
  /** Whether it has a password of its own. */
  readonly hasPassword: boolean;
}

/** Why a node did not answer a login. */
export type Unreachable =
  | 'timed-out'
  | 'connection-refused'
  | 'connection-closed'
  | 'name-not-found'
  | 'certificate-not-trusted'
  | 'not-redis'
  | 'not-ready';

/** The three answers to a login. Unreachable never counts as refused. */
export type Login =
  | { readonly answer: 'accepted' }
  | { readonly answer: 'refused' }
  | { readonly answer: 'unreachable'; readonly why: Unreachable };

/** The number of ended sessions, or why this is unknown. */
export type SessionsEnded = { readonly count: number } | { readonly why: NotEnded };

export type NotEnded = Unreachable | 'password-refused' | 'command-refused';

/** The nodes of the cache, for rotation and daily check of its password or of a user's. */
export interface CachePort {
  /** The user that logs in, independent of the user name in the secret. */
  readonly username: string;
  look(): Promise<CacheView>;
  /** One AUTH and PING over verified TLS. */
  login(node: NodeAddress, username: string, password: Password): Promise<Login>;
  /** The answers of a node without a password, and without TLS. */
  probe(node: NodeAddress): Promise<{ readonly noPassword: Answer; readonly plaintext: Answer }>;
  /** Ends every session of a user on a node, except its own. */
  endSessions(node: NodeAddress, username: string, password: Password): Promise<SessionsEnded>;
}

/** The only replication group whose own passwords this function changes. */
export interface TokenCache extends CachePort {
  /**
   * Requests that the group accepts this password in addition to its newest one (`ROTATE`). An
   * answer does not show when, or on which node, the password is accepted. `busy`: another change
   * is in progress, and this request was rejected.
   */
  ask(password: Password): Promise<'asked' | 'busy'>;
  /**
   * Requests that the group accepts only this password (`SET`). It must be the newest password of
   * the group: `not-newest` means an out-of-band change.
   */
  askAlone(password: Password): Promise<'asked' | 'busy' | 'not-newest'>;
}

/** How a user proves who it is; `no-password`: by its name alone. */
export type Authentication = 'password' | 'no-password' | 'iam';

export interface UserView {
  /** False while ElastiCache is changing the user. */
  readonly active: boolean;
  readonly authentication: Authentication;
  /** How many passwords the user has. Absent if ElastiCache does not say. */
  readonly passwordCount?: number;
  /** Whether its access string keeps it from logging in. */
  readonly isOff?: boolean;
  /** Ids of its user groups, in lower case. Absent if ElastiCache does not say. */
  readonly userGroups?: readonly string[];
}

/** A user whose passwords this function changes, and the nodes that it logs in to. */
export interface UserCache extends CachePort {
  lookAtUser(): Promise<UserView>;
  /**
   * Requests that the user has these passwords and no others, at most two. An answer does not show
   * when, or on which node, they are accepted. `busy`: the user or its group is being changed, and
   * this request was rejected.
   */
  askList(passwords: readonly Password[]): Promise<'asked' | 'busy'>;
}

export interface Clock {
  /** A monotonic clock. */
  nowMs(): number;
  /** The wall clock, in milliseconds since 1970. */
  epochMs(): number;
  /** Milliseconds until Lambda's timeout. */
  remainingMs(): number;
  wait(ms: number): Promise<void>;
}

export interface Ports<Cache extends CachePort = TokenCache> {
  readonly secrets: Secrets;
  readonly cache: Cache;
  readonly clock: Clock;
  /** A new random password. */
  newPassword(): Password;
  /** Writes one log line. */
  log(line: object): void;
}
