/**
 * The daily check: the requests that the rotation function accepts besides a rotation, and its
 * report.
 *
 * A report is printed on screens: it holds ages, counts and fixed terms, never a password.
 */

import type { AccessReport, FailedAccessReport } from './access-report';

/**
 * `daily`: check, publish metrics, revoke the previous password after its grace period.
 * `updated`: when CloudFormation has updated a user: check, and set its passwords again if a node
 * refuses the current one.
 * `report`: check only.
 * `revoke`: check, and revoke the previous password now.
 * `leaked`: as `revoke`; once every node refuses the previous password, also end every client
 * session on every node, because a session outlives the password it logged in with. Safe to repeat:
 * a second request only ends the sessions opened since the first.
 * `restore`: only of a cache with users, of all of them: give each user, and the user group, what
 * was deployed, where somebody has changed it; the answer is a `RestoreReport`.
 */
export const DAILY_CHECKS = ['daily', 'updated', 'report', 'revoke', 'leaked', 'restore'] as const;

export type DailyCheck = (typeof DAILY_CHECKS)[number];

export interface DailyCheckEvent {
  readonly DailyCheck: DailyCheck;
  /**
   * Name of the only user to check; the answer is a `DailyCheckReport`. Absent: the password of the
   * cache itself, or where the cache has users every user, in turn; then the answer is a
   * `UsersReport`.
   */
  readonly User?: string;
}

/** A node's answer to a login. */
export type Answer = 'accepted' | 'refused' | 'unreachable';

export interface NodeReport {
  readonly host: string;
  readonly port: number;
  readonly current: Answer;
  /** Absent if there is no such version, or if it is revoked: trying it would raise an alarm. */
  readonly previous?: Answer;
  readonly pending?: Answer;
  /** The answer to a command without a login. */
  readonly noPassword: Answer;
  /** The answer to a connection without TLS. */
  readonly plaintext: Answer;
  /** Why the node did not answer a login or the command that ends sessions. */
  readonly why?: string;
  /**
   * How many sessions were ended. Absent if this was not requested, or the node has not done it.
   */
  readonly sessionsEnded?: number;
}

export interface VersionReport {
  readonly versionId: string;
  /** ISO 8601, in UTC. Absent if Secrets Manager does not report it. */
  readonly createdAt?: string;
}

/** How the daily check ended. */
export type DailyCheckOutcome =
  /** Only the current password is accepted. */
  | 'revoked'
  | 'nothing-to-revoke'
  /** The previous password is accepted, and its grace period is not over. */
  | 'in-grace'
  /**
   * The previous password is accepted after its grace period, and the request was only a report.
   */
  | 'due'
  /** A rotation has sent its request to the cache: the check must not change passwords now. */
  | 'rotating'
  /** The cache is being modified, or did not settle within the time limit. */
  | 'not-settled'
  | 'unreachable'
  | 'current-refused'
  /** A node refuses the current password as it would any: somebody has locked the user out. */
  | 'locked-out'
  /** Somebody has set the user to log in without a password, and this is not repaired. */
  | 'open'
  /** NEWEST is on the version of an abandoned rotation, or its version cannot be read. */
  | 'newest-unclear'
  /** An out-of-band change of the passwords, and the cache rejects the repair. */
  | 'out-of-band-change';

/** Which password the cache may accept besides the current one, before it is revoked. */
export type Others =
  /** No other password: the function has never set a second one. */
  | 'none'
  /** The password of AWSPREVIOUS. */
  | 'previous'
  /**
   * A password without a label. AWSPREVIOUS is missing, unreadable or holds the current password,
   * as after an edited secret that a rotation has repaired: older passwords may still be accepted.
   */
  | 'unknown';

/** The user is off, or in no user group of the cache. */
export type LockedOut = 'off' | 'not-in-group';

export interface DailyCheckReport {
  readonly at: string;
  /** Name of the user. Absent if the password is that of the cache itself. */
  readonly user?: string;
  readonly outcome: DailyCheckOutcome;
  /**
   * True if a node refused the current password of a user, or needed none, so that the check set
   * the passwords of the user again. The rest of the report is what was observed after that.
   */
  readonly repaired?: boolean;
  /** How a user logs in, if somebody has changed that: absent with a password. */
  readonly authentication?: 'no-password' | 'iam';
  /** Why no password opens the user. Absent if its passwords decide. */
  readonly lockedOut?: LockedOut;
  readonly current?: VersionReport;
  readonly previous?: VersionReport;
  readonly pending?: VersionReport & { readonly hasPassword: boolean };
  /** The version whose password the cache may have accepted last. */
  readonly newest?: string;
  readonly nextRotationAt?: string;
  /**
   * When the other passwords may be revoked. Absent if there is no other password, or it is
   * revoked. A rotation before then ends the grace period earlier: ElastiCache keeps two passwords.
   */
  readonly graceEndsAt?: string;
  /** When the passwords last changed, as reported by AWS (AuthTokenLastModifiedDate). */
  readonly authChangedAt?: string;
  readonly isRevoked: boolean;
  /** Absent in the report of an older function. */
  readonly others?: Others;
  readonly isSettled: boolean;
  /**
   * Edited keys of the current version, for example `username` or `host`: clients that read them
   * fail, although every node accepts the password. Absent if no key was edited.
   */
  readonly edited?: readonly string[];
  readonly nodes: readonly NodeReport[];
}

/** The report of a daily check of every user of a cache. */
export interface UsersReport {
  readonly users: readonly (DailyCheckReport | FailedUserReport)[];
  /** Absent after an update of users, and in the answer of a function that does not know it. */
  readonly access?: AccessReport | FailedAccessReport;
}

export interface RestoreReport {
  /** After the changes. */
  readonly access: AccessReport;
}

/** A user whose check ended in an error. */
export interface FailedUserReport {
  readonly user: string;
  /** The code and message of the error, which never holds a password. */
  readonly error: string;
  /** What was seen before the error. Absent if it was the first. */
  readonly seen?: DailyCheckReport;
}

/** Metrics of the daily check: the function publishes them, `lib` sets alarms on them. */
export const DAILY_CHECK_METRIC = {
  namespace: 'SecureRedis',
  /** The only dimension: the id of the replication group. */
  dimension: 'ReplicationGroupId',
  /** Days since the current password was created. */
  age: 'CredentialAgeDays',
  /** 1 if a rotation is overdue, else 0. */
  overdue: 'RotationOverdue',
  /** Hours for which a rotation has been pending; 0 without a pending rotation. */
  pending: 'StuckPending',
  /**
   * Days for which the previous password was accepted after its grace period; 0 within that period,
   * and if it is refused.
   */
  previous: 'PreviousStillAccepted',
  /**
   * Nodes that refuse the current password, or accept logins without a password or without TLS; all
   * of them for a user that somebody has set to log in without a password.
   */
  refused: 'LoginRefused',
  /** Users and members of the user group that differ from what was deployed; only with users. */
  drift: 'AccessDrift',
  /** 1 if every node could be checked and answered as required, else 0. */
  succeeded: 'DailyCheckSucceeded',
} as const;
