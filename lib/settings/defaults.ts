/**
 * Defaults of a cache, for the construct and the stage file's schema. Changing a default changes
 * every cache that does not set the value.
 */

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Engine } from './engine';
import { Purpose } from './purpose';

export const DEFAULTS = {
  purpose: Purpose.CACHE,
  engine: Engine.VALKEY_8_0,
  nodeType: 'cache.t4g.small',
  port: 6380,
  /** Per primary. */
  replicas: 1,
  rotationDays: 90,
  rotationWindowHours: 2,
  /** Or the rotation interval, if that is shorter. */
  gracePeriodDays: 7,
  quietSeconds: 60,
  snapshotWindow: '02:00-03:00',
  maintenanceWindow: 'sun:04:00-sun:05:00',
  logRetention: RetentionDays.ONE_YEAR,
  dashboard: true,
  /**
   * For a new VPC: as many zones as a cache has nodes by default; endpoints are billed per zone.
   */
  zones: 2,
  cidr: '10.0.0.0/16',
  flowLogs: true,
};

/** Retention of daily snapshots, in days: the longest that AWS has where a snapshot holds jobs. */
export function defaultSnapshotDays({ id }: Purpose): number {
  return id === Purpose.QUEUE.id ? 35 : 16;
}

/** Alarm thresholds. Memory and evictions have none for a cache, which fills its memory. */
export const DEFAULT_THRESHOLDS = {
  memoryPercent: 80,
  enginePercent: 90,
  connectionsPercent: 80,
  evictions: 1,
  replicationLagSeconds: 10,
  swapMiB: 50,
  authenticationFailures: 3,
};

/** How the connection reaches an application, and what is assumed of an imported cache. */
export const DELIVERY_DEFAULTS = {
  environmentFile: '/run/redis.env',
  scriptFile: '/usr/local/sbin/redis-env',
  secretName: 'redis',
  refreshHours: 1,
  redeploymentHours: 1,
  importedGraceDays: 1,
};
