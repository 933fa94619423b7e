/**
 * What Secrets Manager, the construct, the rotation function and the rehearsal must agree on:
 * steps, staging labels and the names of the function's environment variables.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */

/** The four steps, in the order in which Secrets Manager runs them. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type RotationStep = (typeof ROTATION_STEPS)[number];

/** What Secrets Manager hands to the rotation function. `RotationToken` is never logged. */
export interface RotationEvent {
  readonly Step: RotationStep;
  /** ARN of the secret. */
  readonly SecretId: string;
  /** The version to make: the id of the secret version, 32 to 64 characters. */
  readonly ClientRequestToken: string;
  readonly RotationToken?: string;
}

/** Staging labels of a secret's versions. The first three are Secrets Manager's own. */
export const LABEL = {
  current: 'AWSCURRENT',
  pending: 'AWSPENDING',
  previous: 'AWSPREVIOUS',
  /**
   * Ours: the version whose password may be the one the cache accepted last. It is moved before
   * the cache is asked, so a rotation that somebody abandons leaves a trace of what is live.
   */
  newest: 'NEWEST',
} as const;

/**
 * Ours too: a label that begins so says that only its version's password is accepted. What follows
 * is when the passwords of the cache were changed last, by AWS's word: if that is no longer so,
 * somebody else has changed them since.
 */
export const REVOKED_PREFIX = 'REVOKED@';

/** The version that carries a label, of the labels by version that Secrets Manager tells. */
export function holderOf(
  stages: Readonly<Record<string, readonly string[]>>,
  label: string,
): string | undefined {
  return Object.keys(stages).find((versionId) => stages[versionId]?.includes(label));
}

/** Environment variables of the rotation function: written by `lib`, read by `lambda`. */
export const ROTATION_ENV = {
  /** ARN of the one secret that this function may rotate. */
  credentialsSecretArn: 'CREDENTIALS_SECRET_ARN',
  /** Id of the replication group whose password it changes. */
  replicationGroupId: 'REPLICATION_GROUP_ID',
  /** Milliseconds between two looks at a cache that is being modified. */
  pollIntervalMs: 'POLL_INTERVAL_MS',
  /**
   * Milliseconds for which the cache must look settled before a request that may have been lost
   * is sent again: its status can still read `available` right after a modification began.
   */
  quietMs: 'QUIET_MS',
  /** Days between two rotations. */
  rotationDays: 'ROTATION_DAYS',
  /**
   * Days after a rotation before which no daily check revokes the previous password; 0 or more. The
   * next rotation ends it earlier.
   */
  graceDays: 'GRACE_DAYS',
} as const;
