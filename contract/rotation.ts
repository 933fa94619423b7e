/**
 * Steps, staging labels and environment variables of the rotation, shared by the construct, the
 * rotation function and the rehearsal.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */

/** The four steps, in the order in which Secrets Manager runs them. */
export const ROTATION_STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type RotationStep = (typeof ROTATION_STEPS)[number];

/** The event that Secrets Manager sends to the rotation function. Never log `RotationToken`. */
export interface RotationEvent {
  readonly Step: RotationStep;
  /** ARN of the secret. */
  readonly SecretId: string;
  /** The version to create: the id of the secret version, 32 to 64 characters. */
  readonly ClientRequestToken: string;
  readonly RotationToken?: string;
}

/** Staging labels of a secret's versions. The first three are Secrets Manager's own. */
export const LABEL = {
  current: 'AWSCURRENT',
  pending: 'AWSPENDING',
  previous: 'AWSPREVIOUS',
  /**
   * Our own label: the version whose password the cache may have accepted last. It moves before the
   * request to the cache, so an abandoned rotation leaves a trace of the live password.
   */
  newest: 'NEWEST',
} as const;

/**
 * Prefix of our own label that marks the only version whose password is accepted. The rest of the
 * label is the time of the last password change as reported by AWS: if AWS reports another time,
 * there was an out-of-band change since.
 */
export const REVOKED_PREFIX = 'REVOKED@';

/** The id of the version with a label, in the labels per version that Secrets Manager reports. */
export function holderOf(
  stages: Readonly<Record<string, readonly string[]>>,
  label: string,
): string | undefined {
  return Object.keys(stages).find((versionId) => stages[versionId]?.includes(label));
}

/** Environment variables of the rotation function: `lib` sets them, `lambda` reads them. */
export const ROTATION_ENV = {
  /**
   * ARN of the only secret that this function may rotate: that of the password of the cache itself.
   * Absent where the cache has users, whose secrets `users` and `secretArnPrefix` name.
   */
  credentialsSecretArn: 'CREDENTIALS_SECRET_ARN',
  /** The users whose passwords the function rotates, as `printUsers` prints them. */
  users: 'USERS',
  /** Beginning of the ARNs of their secrets: `arn:…:secretsmanager:<region>:<account>:secret:`. */
  secretArnPrefix: 'SECRET_ARN_PREFIX',
  /** Name, with its suffix, of the secret with what was deployed for all users of a cache. */
  accessSecret: 'ACCESS_SECRET',
  /** SHA-256, in base64url, of the text that the deploy writes to that secret. */
  accessDigest: 'ACCESS_DIGEST',
  /** Id of the replication group whose passwords the function changes. */
  replicationGroupId: 'REPLICATION_GROUP_ID',
  /** Milliseconds between two reads of the state of a cache that is being modified. */
  pollIntervalMs: 'POLL_INTERVAL_MS',
  /**
   * Milliseconds for which the cache must look settled before a possibly lost request is sent
   * again: its status can still be `available` right after a modification began.
   */
  quietMs: 'QUIET_MS',
  /** Days between two rotations. */
  rotationDays: 'ROTATION_DAYS',
  /**
   * Days after a rotation during which no daily check revokes the previous password; 0 or more. The
   * next rotation ends this period earlier.
   */
  graceDays: 'GRACE_DAYS',
} as const;
