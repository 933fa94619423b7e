/** The bounds that the construct, the schema of stage files and the function share. */

export interface Limit {
  readonly min: number;
  readonly max: number;
}

/**
 * Days between two rotations. More than 90 would break the promise and the security
 * controls that reviewers run (Security Hub SecretsManager.4, checkov CKV_AWS_304).
 * https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html
 */
export const ROTATION_DAYS: Limit = { min: 1, max: 90 };

/**
 * Seconds for which a cache must look settled before a request is taken for lost. Fewer than the
 * 60 that everything was proved with are no choice; with more than 300 a step of the rotation
 * would hardly end in Lambda's 15 minutes.
 */
export const QUIET_SECONDS: Limit = { min: 60, max: 300 };
