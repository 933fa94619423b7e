/** The kind of value of each prop of a cache. */

import { ACCESS_KIND } from '../access/access-kind';
import { THRESHOLD_KINDS } from '../monitoring/alarm-thresholds';
import { ALARM_TOPIC_KIND } from '../monitoring/recipient-kinds';
import { SUBNETS } from '../network/redis-network-props';
import type { RotationSchedule } from '../settings/rotation-schedule';
import {
  also,
  duration,
  ENGINE,
  FLAG,
  KEY,
  NETWORK,
  NUMBER,
  objectOf,
  PURPOSE,
  REMOVAL,
  RESTORE,
  RETENTION,
  required,
  TEXT,
  TEXTS,
  TOPIC,
  TOPOLOGY,
  VPC,
} from '../settings/value-kinds';
import type { Kinds } from '../validation/kinds';
import type { SecureRedisProps } from './secure-redis-props';

const SCHEDULE: Kinds<RotationSchedule> = {
  weekday: required(also(TEXT, 'day', 'dayOfWeek')),
  hour: required(NUMBER),
  everyMonths: also(NUMBER, 'months'),
};

export const CACHE_KINDS: Kinds<SecureRedisProps> = {
  purpose: PURPOSE,
  topology: also(TOPOLOGY, 'replicas', 'shards', 'numCacheClusters', 'numNodeGroups'),
  engine: also(ENGINE, 'engineVersion', 'version'),
  nodeType: also(TEXT, 'instanceType', 'cacheNodeType'),
  port: NUMBER,
  allowedNetworks: TEXTS,
  replicationGroupId: TEXT,
  parameters: objectOf('an object of texts by the names of parameters', { each: TEXT }),
  durability: TEXT,
  blockedCommands: TEXTS,
  access: ACCESS_KIND,
  rotationInterval: duration('days'),
  rotationSchedule: also(
    objectOf('an object with a weekday and an hour', {
      inside: SCHEDULE,
      advice: () => 'Use for example { weekday: "tue", hour: 9 }.',
    }),
    'schedule',
    'scheduleExpression',
  ),
  rotationWindow: duration('hours'),
  gracePeriod: duration('days'),
  quietTime: duration('seconds'),
  snapshotRetention: duration('days'),
  snapshotWindow: TEXT,
  maintenanceWindow: TEXT,
  restoreFrom: RESTORE,
  removalPolicy: REMOVAL,
  network: also(NETWORK, 'securityGroups'),
  vpc: VPC,
  vpcSubnets: also(SUBNETS, 'subnets', 'subnetSelection', 'subnetGroup'),
  encryptionKey: also(KEY, 'kmsKey', 'key', 'kmsKeyId'),
  alarmTopic: also(ALARM_TOPIC_KIND, 'topic', 'recipients', 'subscribers'),
  alarms: objectOf('an object of thresholds', { inside: THRESHOLD_KINDS }),
  dashboard: FLAG,
  eventTopic: TOPIC,
  logRetention: RETENTION,
};
