/**
 * What a cache is where nobody says otherwise: the construct takes it, and a stage file's schema
 * shows it. Changing one changes every cache that did not choose.
 */

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Engine } from './engine';
import { Purpose } from './purpose';

export const DEFAULTS = {
  purpose: Purpose.CACHE,
  engine: Engine.VALKEY_8_0,
  nodeType: 'cache.t4g.small',
  port: 6380,
  /** Of each primary. */
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
  /** Of a new VPC: as many as a cache has nodes by default, since endpoints are billed per zone. */
  zones: 2,
  cidr: '10.0.0.0/16',
  flowLogs: true,
};
