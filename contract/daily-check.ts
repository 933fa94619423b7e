/**
 * The daily check: what may be asked of the rotation function besides a rotation, and what it
 * answers.
 *
 * A report holds ages, counts and closed words, never a password: it is printed on screens.
 */

/**
 * `daily`: look, publish metrics, revoke the previous password once its time is over.
 * `report`: look only.
 * `revoke`: look, and revoke the previous password now.
 * `leaked`: as `revoke`; and once every node refuses the previous password, end every session of
 * a client on every node, since a session stays logged in with a password that is refused. It may
 * be sent again: a second one finds the first one's work done, and ends the sessions since then.
 */
export const DAILY_CHECKS = ['daily', 'report', 'revoke', 'leaked'] as const;

export type DailyCheck = (typeof DAILY_CHECKS)[number];

export interface DailyCheckEvent {
  readonly DailyCheck: DailyCheck;
}

/** A node's answer to a login. */
export type Answer = 'accepted' | 'refused' | 'unreachable';

export interface NodeReport {
  readonly host: string;
  readonly port: number;
  readonly current: Answer;
  /** Absent where there is none, or where it is revoked and so not tried: a try would alarm. */
  readonly previous?: Answer;
  readonly pending?: Answer;
  /** A command without any password. */
  readonly noPassword: Answer;
  /** A connection without TLS. */
  readonly plaintext: Answer;
  /** Why a login, or the command that ends sessions, was not answered. */
  readonly why?: string;
  /** How many sessions were ended. Absent unless that was asked for, and the node has done it. */
  readonly sessionsEnded?: number;
}

export interface VersionReport {
  readonly versionId: string;
  /** ISO 8601, in UTC. Absent if Secrets Manager does not tell. */
  readonly createdAt?: string;
}

/** How the daily check ended, in a closed word. */
export type DailyCheckOutcome =
  /** Only the current password is accepted. */
  | 'revoked'
  | 'nothing-to-revoke'
  /** The previous password is accepted, and its time is not over. */
  | 'in-grace'
  /** The previous password is accepted, its time is over, and only a report was asked for. */
  | 'due'
  /** A rotation has asked the cache already: the two never mix. */
  | 'rotating'
  /** The cache is being changed, or was not done in time. */
  | 'not-settled'
  | 'unreachable'
  | 'current-refused'
  /** The label NEWEST is on a version that somebody took back, or cannot be read. */
  | 'newest-unclear'
  /** Somebody else changed the passwords, and the cache takes no repair. */
  | 'out-of-band-change';

/** Whose password the cache may accept besides the current one, before that is revoked. */
export type Others =
  /** Nobody's: the function has never asked the cache for another one than the first. */
  | 'none'
  /** That of AWSPREVIOUS. */
  | 'previous'
  /**
   * One that no label names. AWSPREVIOUS is gone, cannot be read or has the current password,
   * as after an edit of the secret that a rotation has undone: that proves nothing of older ones.
   */
  | 'unknown';

export interface DailyCheckReport {
  readonly at: string;
  readonly outcome: DailyCheckOutcome;
  readonly current?: VersionReport;
  readonly previous?: VersionReport;
  readonly pending?: VersionReport & { readonly hasPassword: boolean };
  /** The version whose password the cache may have accepted last. */
  readonly newest?: string;
  readonly nextRotationAt?: string;
  /**
   * When the others may be revoked. Absent if there is none, or they are revoked. A rotation
   * before then ends it earlier: ElastiCache keeps two passwords.
   */
  readonly graceEndsAt?: string;
  /** When the cache's passwords were changed last, by AWS's word. */
  readonly authChangedAt?: string;
  readonly isRevoked: boolean;
  /** Absent in the report of an older function. */
  readonly others?: Others;
  readonly isSettled: boolean;
  /**
   * Keys of the current version that somebody has edited, for example `username` or `host`:
   * clients that read them fail, though every node accepts the password. Absent if there is none.
   */
  readonly edited?: readonly string[];
  readonly nodes: readonly NodeReport[];
}

/** The metrics that a daily check publishes: written by the function, alarmed on by `lib`. */
export const DAILY_CHECK_METRIC = {
  namespace: 'SecureRedis',
  /** The one dimension: the id of the replication group. */
  dimension: 'ReplicationGroupId',
  /** Days since the current password was made. */
  age: 'CredentialAgeDays',
  /** 1 if a rotation is overdue, else 0. */
  overdue: 'RotationOverdue',
  /** Hours for which a rotation has been pending; 0 if none is. */
  pending: 'StuckPending',
  /** Days for which the previous password has been accepted beyond its time; 0 if it is not. */
  previous: 'PreviousStillAccepted',
  /** Nodes that refuse the current password, or take none or no TLS. */
  refused: 'LoginRefused',
  /** 1 if every node could be asked and answered as it must, else 0. */
  succeeded: 'DailyCheckSucceeded',
} as const;
