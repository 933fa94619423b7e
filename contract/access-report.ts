/**
 * The report on the access of a cache with users: what differs from what was deployed.
 *
 * It holds names, ids, access strings and fixed terms, never a password.
 */

export type DriftKind =
  /** The access string of the user allows something else. */
  | 'access-string'
  /** The user logs in otherwise. */
  | 'authentication'
  /** The user is not in the user group, so nobody can log in as it. */
  | 'not-in-group'
  /** A user in the user group that was not deployed. */
  | 'foreign-member'
  /** The user was deleted, or the user group. */
  | 'missing'
  /** Not the user group alone says who may log in to the replication group. */
  | 'not-attached'
  /**
   * The secret with what was deployed has another text than the function was deployed with, and
   * had the function's text before: a stack update is running, or somebody has edited the secret.
   */
  | 'secret-newer'
  /** The secret with what was deployed was edited. */
  | 'secret-edited';

export interface Drift {
  readonly kind: DriftKind;
  /** A user's name; the id of a foreign one, or of the cache; `the user group`, `the secret`. */
  readonly user: string;
  /** What was deployed, and what there is now. Absent where the kind says it. */
  readonly deployed?: string;
  readonly found?: string;
}

export interface AccessReport {
  readonly at: string;
  readonly drifts: readonly Drift[];
  /**
   * False while ElastiCache changes the group or a user: users that are being changed are not
   * compared.
   */
  readonly isSettled: boolean;
  /**
   * False while ElastiCache changes the replication group, whose user group is not compared then.
   * Absent in the report of an older function, which never compares it.
   */
  readonly isCacheSettled?: boolean;
  /** Users that could not be described, so were not compared. Absent without any. */
  readonly unchecked?: readonly UncheckedUser[];
  /** What each user may do, in plain words, by name. */
  readonly roles: Readonly<Record<string, string>>;
  /** The answers of the nodes to commands without a login, and without TLS. */
  readonly nodes: readonly UnaskedNode[];
}

export interface UncheckedUser {
  readonly user: string;
  /** Why: the operation, the name of the error and the id of the request. */
  readonly why: string;
}

/** A node that nobody has logged in to. */
export interface UnaskedNode {
  readonly host: string;
  readonly port: number;
  readonly noPassword: 'accepted' | 'refused' | 'unreachable';
  readonly plaintext: 'accepted' | 'refused' | 'unreachable';
}

/** A look at the access that ended in an error. */
export interface FailedAccessReport {
  /** The code and message of the error. */
  readonly error: string;
}

/** Drift that the function can take back; a deleted user needs a deploy. */
export function isRestorable({ kind }: Drift): boolean {
  return kind !== 'missing' && !isOfOperator({ kind }) && !isOfSecret({ kind });
}

/**
 * Whether what was deployed is unknown. No other drift is reported beside it: who may write the
 * secret would decide what is restored.
 */
export function isOfSecret({ kind }: Pick<Drift, 'kind'>): boolean {
  return kind === 'secret-newer' || kind === 'secret-edited';
}

/**
 * Drift that only an operator can take back, with their own credentials: who may change the user
 * group of a cache can open the cache, so the function may not.
 */
export function isOfOperator({ kind }: Pick<Drift, 'kind'>): boolean {
  return kind === 'not-attached';
}
