/** Every bound that is checked at synth: value, unit and source. */

import type { Problems } from './setting-error';

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
 * Hours of the window, from 00:00 UTC, in which a rotation starts. It must end within the day, and
 * leave the windows of snapshots and maintenance the 60 minutes that each must have.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export const ROTATION_WINDOW_HOURS: Limit = { min: 1, max: 22 };

/**
 * Seconds for which a cache must look settled before a request is taken for lost. Fewer than the
 * 60 that everything was proved with are no choice; with more than 300 a step of the rotation
 * would hardly end in Lambda's 15 minutes.
 */
export const QUIET_SECONDS: Limit = { min: 60, max: 300 };

/**
 * Days for which daily snapshots are kept. 0 is no backup, which only a pure cache may choose.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
 */
export const SNAPSHOT_RETENTION_DAYS: Limit = { min: 0, max: 35 };

/** TCP ports that ElastiCache can listen on. */
export const PORT: Limit = { min: 1024, max: 65535 };

/** Minutes that a snapshot or maintenance window must last at least. */
export const WINDOW_MINUTES_MIN = 60;

/**
 * Replicas of a primary.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Shards.html
 */
export const REPLICAS: Limit = { min: 0, max: 5 };

/**
 * Nodes of one cache, and so shards. It is AWS's quota for a new account; AWS raises it to 500 on
 * request, but then the alarms of all nodes do not fit into one stack.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Shards.html
 */
export const NODES_MAX = 90;

/** Shards of one cache. */
export const SHARDS: Limit = { min: 1, max: NODES_MAX };

/** Percent of something. */
export const PERCENT: Limit = { min: 1, max: 100 };

/** Events that an alarm counts. */
export const COUNT: Limit = { min: 1, max: 1_000_000_000 };

/** Seconds that a replica may be behind before an alarm fires. */
export const LAG_SECONDS: Limit = { min: 1, max: 3600 };

/** MiB that a node may move to its disk before an alarm fires. */
export const SWAP_MIB: Limit = { min: 1, max: 1024 * 1024 };

/** Whether the value is a whole number within the limit. */
export function isWithin(value: number, { min, max }: Limit): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** Adds a problem unless the value is a whole number within the limit. */
export function checkLimit(
  problems: Problems,
  setting: string,
  value: number,
  limit: Limit,
  unit = '',
): void {
  if (isWithin(value, limit)) return;
  problems.add(setting, value, wholeNumber(limit, unit));
}

/** A limit in words. `unit` is the plural of what is counted; nothing for a number alone. */
export function wholeNumber({ min, max }: Limit, unit = ''): string {
  return `an integer from ${min} to ${max} ${unit}`.trimEnd();
}

/** The id of a replication group, which AWS keeps in lower case. */
export const GROUP_ID = /^[a-z](?:-?[a-z0-9]){0,39}$/i;
export const GROUP_ID_LENGTH_MAX = 40;
