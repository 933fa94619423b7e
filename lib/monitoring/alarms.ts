/**
 * The list of all alarms: metric, threshold, meaning, first step and runbook. Constructs, the
 * schema of stage files and docs/operate.md are derived from it.
 */

import { DAILY_CHECK_METRIC } from '../../contract/daily-check';
import type { AlarmText } from './alarm-text';
import type { AlarmThresholds } from './alarm-thresholds';

export interface AlarmRow extends AlarmText {
  /** What it watches, for the schema of a stage file. */
  readonly watches: string;
  /**
   * The CloudWatch name of the metric.
   *
   * @default - the alarm counts events, or follows from other alarms
   */
  readonly metric?: string;
  /**
   * The names of CloudTrail events.
   *
   * @default - the alarm watches a metric
   */
  readonly events?: readonly string[];
  /** The alarm fires at this value: a number, or the threshold of `alarms` that sets it. */
  readonly threshold: number | keyof AlarmThresholds;
}

/** The alarms that `alarms.off` can turn off, by kind. */
export const ALARM_KINDS = {
  authenticationFailures: {
    watches: 'failed logins on a node',
    metric: 'AuthenticationFailures',
    threshold: 'authenticationFailures',
    means:
      'Logins with a wrong password were refused: from a client with a revoked password, or from ' +
      'an intruder.',
    first: 'find the caller in the flow log of the VPC; restart it if it is yours, else block it',
    runbook: 'authentication-failures',
  },
  commandAuthorizationFailures: {
    watches: 'forbidden commands on a node',
    metric: 'CommandAuthorizationFailures',
    threshold: 1,
    means: 'A client tried a command that its user may not run, for example CONFIG.',
    first: 'find the command in ACL LOG; an application needs none that is forbidden here',
    runbook: 'authorization-failures',
  },
  keyAuthorizationFailures: {
    watches: 'forbidden keys on a node',
    metric: 'KeyAuthorizationFailures',
    threshold: 1,
    means: 'A client tried a key that its user may not touch.',
    first: 'find the key in ACL LOG, and which application uses it',
    runbook: 'authorization-failures',
  },
  processor: {
    watches: 'the processor of a node',
    metric: 'EngineCPUUtilization',
    threshold: 'enginePercent',
    means: 'The vCPU of the engine is nearly saturated: every command waits.',
    first: 'look for slow commands in the slow log, then take a larger node or more shards',
    runbook: 'processor',
  },
  connections: {
    watches: 'the connections of a node',
    metric: 'CurrConnections',
    threshold: 'connectionsPercent',
    means: 'The node is near its maximum of connections, beyond which it rejects clients.',
    first: 'find their clients with CLIENT LIST; a pool is too large, or connections leak',
    runbook: 'connections',
  },
  trafficManagement: {
    watches: 'traffic that ElastiCache throttles on a node',
    metric: 'TrafficManagementActive',
    threshold: 1,
    means: 'More commands arrive than the node can process, so ElastiCache throttles traffic.',
    first: 'lower the load or take a larger node; until then responses to clients are slow',
    runbook: 'traffic-management',
  },
  memory: {
    watches: 'the memory of a node',
    metric: 'DatabaseMemoryUsagePercentage',
    threshold: 'memoryPercent',
    means: 'Memory is nearly full: next, writes fail (queue) or users are logged out (sessions).',
    first: 'look for keys without a time to live or a queue without workers, then scale up',
    runbook: 'memory',
  },
  evictions: {
    watches: 'evicted keys on a node',
    metric: 'Evictions',
    threshold: 'evictions',
    means: 'Keys were evicted to free memory: a queue lost jobs, or users were logged out.',
    first: 'take a larger node; then find what fills the memory',
    runbook: 'evictions',
  },
  swap: {
    watches: 'the swapped memory of a node',
    metric: 'SwapUsage',
    threshold: 'swap',
    means: 'The node swaps memory to disk: commands get slow, and a failover may follow.',
    first: 'raise reserved-memory-percent or take a larger node',
    runbook: 'swap',
  },
  replicationLag: {
    watches: 'how far a replica is behind',
    metric: 'ReplicationLag',
    threshold: 'replicationLag',
    means: 'A replica is behind its primary: reads are stale, and a failover would lose writes.',
    first: 'look at the network and the write load of the primary',
    runbook: 'replication-lag',
  },
  functionErrors: {
    watches: 'errors of the rotation function',
    metric: 'Errors',
    threshold: 1,
    means:
      'A step of the password rotation, or a daily check, failed. Clients keep working with ' +
      'the current password, and Secrets Manager repeats the rotation.',
    first: "read the last error in the function's log; it names its code and what to do next",
    runbook: 'rotation-failed',
  },
  rotationFailed: {
    watches: 'rotations that Secrets Manager reports as failed',
    events: ['RotationFailed', 'RotationAbandoned'],
    threshold: 1,
    means:
      'Secrets Manager reports that a rotation failed or was abandoned. Clients keep working ' +
      'with the current password.',
    first: 'run `npx secure-redis recover`, which reports what blocks the rotation',
    runbook: 'rotation-failed',
  },
  keyAtRisk: {
    watches: 'a key that is disabled or scheduled for deletion',
    events: ['DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial'],
    threshold: 1,
    means:
      'The key of the cache was disabled or scheduled for deletion: without it the cache, its ' +
      'snapshots, secrets and logs cannot be recovered.',
    first: 'run `aws kms cancel-key-deletion`, then `aws kms enable-key`; find the caller',
    runbook: 'key-at-risk',
  },
  secretAtRisk: {
    watches: 'a secret that is scheduled for deletion',
    events: ['DeleteSecret'],
    threshold: 1,
    means:
      'A secret of the cache was scheduled for deletion: clients that read it are refused from ' +
      'now on, and rotations fail.',
    first: 'run `aws secretsmanager restore-secret`, and find the caller in CloudTrail',
    runbook: 'secret-at-risk',
  },
  dailyCheckFailed: {
    watches: 'daily checks that fail or do not run',
    metric: DAILY_CHECK_METRIC.succeeded,
    threshold: 1,
    means:
      'For two days no daily check has run, or no check has reached every node: a rotation that ' +
      'is stuck or does not start would go unnoticed.',
    first: "read the function's log; if it is empty, look at the schedule and the function's role",
    runbook: 'daily-check-failed',
  },
  rotationOverdue: {
    watches: 'a password that is older than the rotation interval',
    metric: DAILY_CHECK_METRIC.overdue,
    threshold: 1,
    means: 'The password is older than the rotation interval: a rotation has not started or ended.',
    first: 'run `npx secure-redis status`, then `npx secure-redis rotate`',
    runbook: 'rotation-overdue',
  },
  rotationStuck: {
    watches: 'a rotation that is pending for a day',
    metric: DAILY_CHECK_METRIC.pending,
    threshold: 24,
    means: 'A rotation has been pending for more than a day. Clients keep the current password.',
    first: 'run `npx secure-redis recover`, which reports what blocks it and can resume it',
    runbook: 'rotation-stuck',
  },
  previousStillAccepted: {
    watches: 'a previous password that is still accepted',
    metric: DAILY_CHECK_METRIC.previous,
    threshold: 2,
    means: 'The previous password is still accepted two days after its grace period ended.',
    first: 'run `npx secure-redis status`: it reports why the daily check did not revoke it',
    runbook: 'previous-still-accepted',
  },
  loginRefused: {
    watches: 'a node that refuses the password, or accepts connections without one',
    metric: DAILY_CHECK_METRIC.refused,
    threshold: 1,
    means:
      'A node refuses the current password, or accepts connections without a password or without ' +
      'TLS: clients fail, or the cache is open.',
    first: 'run `npx secure-redis status`: it reports which node, and what the node answered',
    runbook: 'login-refused',
  },
  accessDrift: {
    watches: 'a user or a user group that somebody changed; only of caches with users',
    metric: DAILY_CHECK_METRIC.drift,
    threshold: 1,
    means:
      'Somebody changed what a user may do, how it logs in, who is in the user group, or which ' +
      'group the cache has: rights differ from what was deployed.',
    first: 'run `npx secure-redis status`: it lists the changes, and `recover` takes them back',
    runbook: 'access-drift',
  },
} as const satisfies Readonly<Record<string, AlarmRow>>;

export type AlarmKind = keyof typeof ALARM_KINDS;

/** Alarms derived from other alarms, or from optional constructs of an app. */
export const OTHER_ALARMS = {
  nodes: {
    watches: 'the alarms of all nodes: it fires when one of them does',
    threshold: 1,
    means: 'An alarm on a node of the cache has fired: of its load, its memory or its replication.',
    first:
      'run `npx secure-redis status`, which lists the alarms in ALARM state, each with its first ' +
      'step',
    runbook: 'node-alarms',
  },
  redeployment: {
    watches: 'restarts of ECS services after a rotation',
    threshold: 1,
    means:
      'The password has changed, and an ECS service that reads it only at its start was not ' +
      'restarted. Its tasks work until the grace period ends; then their logins are refused.',
    // The alarm's description lists the services instead of the dots.
    first: 'run `aws ecs update-service --force-new-deployment` for each service',
    runbook: 'redeploy-failed',
  },
} as const satisfies Readonly<Record<string, AlarmRow>>;
