/** Bounds that are checked at synth: value, unit and source. */

import { type Limit, QUIET_SECONDS, ROTATION_DAYS } from '../../contract/bounds';
import type { Problems } from './setting-error';

export { type Limit, QUIET_SECONDS, ROTATION_DAYS };

/**
 * Length of the rotation window in hours. It must end within the day, and leave 60 minutes each for
 * snapshots and maintenance.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export const ROTATION_WINDOW_HOURS: Limit = { min: 1, max: 22 };

/**
 * Days for which daily snapshots are kept. 0 is no backup, which only a pure cache may choose.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
 */
export const SNAPSHOT_RETENTION_DAYS: Limit = { min: 0, max: 35 };

/** TCP ports on which ElastiCache can listen. */
export const PORT: Limit = { min: 1024, max: 65535 };

/** Minimum length of a snapshot or maintenance window in minutes. */
export const WINDOW_MINUTES_MIN = 60;

/** Replicas per primary. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Shards.html */
export const REPLICAS: Limit = { min: 0, max: 5 };

/**
 * Maximum nodes, and so shards, of one cache. AWS's default quota; AWS raises it to 500 on request,
 * but then the alarms of all nodes do not fit into one stack.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Shards.html
 */
export const NODES_MAX = 90;

/** Shards of one cache. */
export const SHARDS: Limit = { min: 1, max: NODES_MAX };

/** A percentage. */
export const PERCENT: Limit = { min: 1, max: 100 };

/** Number of events for an alarm threshold. */
export const COUNT: Limit = { min: 1, max: 1_000_000_000 };

/** Replication lag in seconds for an alarm threshold. */
export const LAG_SECONDS: Limit = { min: 1, max: 3600 };

/** Swap usage in MiB for an alarm threshold. */
export const SWAP_MIB: Limit = { min: 1, max: 1024 * 1024 };

/** Whether the value is an integer within the limit. */
export function isWithin(value: number, { min, max }: Limit): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** Adds a problem unless the value is an integer within the limit. */
export function checkLimit(
  problems: Problems,
  setting: string,
  value: number,
  limit: Limit,
  unit = '',
  advice?: string,
): void {
  if (isWithin(value, limit)) return;
  problems.add(setting, value, wholeNumber(limit, unit), advice);
}

/** A limit as text. `unit` is a plural; empty for a plain number. */
export function wholeNumber({ min, max }: Limit, unit = ''): string {
  return `an integer from ${min} to ${max} ${unit}`.trimEnd();
}

/** The id of a replication group, which AWS converts to lower case. */
export const GROUP_ID = /^[a-z](?:-?[a-z0-9]){0,39}$/i;
export const GROUP_ID_LENGTH_MAX = 40;
