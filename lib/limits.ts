/** Every bound that is checked at synth: value, unit and source. */

import { SettingError } from './setting-error';

export interface Limit {
  readonly min: number;
  readonly max: number;
}

/**
 * Days between two rotations. More than 90 would break the mission's promise and the security
 * controls that reviewers run (Security Hub SecretsManager.4, checkov CKV_AWS_304).
 * https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html
 */
export const ROTATION_DAYS: Limit = { min: 1, max: 90 };

/**
 * Days for which daily snapshots are kept. ElastiCache takes 0 to 35; 0 would be no backup.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
 */
export const SNAPSHOT_RETENTION_DAYS: Limit = { min: 1, max: 35 };

/** TCP ports that ElastiCache can listen on. */
export const PORT: Limit = { min: 1024, max: 65535 };

/** Minutes that a snapshot or maintenance window must last at least. */
export const WINDOW_MINUTES_MIN = 60;

/** @throws SettingError unless the value is a whole number within the limit. */
export function checkLimit(name: string, value: number, { min, max }: Limit, unit: string): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new SettingError(
    `\`${name}\` is ${value}; allowed is a whole number of ${unit} from ${min} to ${max}; ` +
      'change it, or remove it for the default',
  );
}
