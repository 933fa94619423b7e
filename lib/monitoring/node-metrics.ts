/**
 * What is watched on every node, from which value on it is a fault, what that means and what to do.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html
 */

import { clientsMaxOf, vcpusOf } from '../settings/node-type';
import type { Topology } from '../settings/topology';
import type { AlarmKind, AlarmsOff } from './alarm-kinds';
import type { AlarmText } from './alarm-text';
import type { Thresholds } from './alarm-thresholds';

export interface NodeMetric extends AlarmText {
  /** Of its alarm, and never changed: it is part of a logical id. */
  readonly id: string;
  readonly kind: AlarmKind;
  /**
   * How it reaches people: by itself, with ten nodes in one alarm, so that nothing hides a
   * break-in; or through the composite alarm of the cache, with an alarm on each node.
   */
  readonly pages: 'alone' | 'together';
  /** As CloudWatch names it, in the namespace AWS/ElastiCache. */
  readonly metricName: string;
  /** Over five minutes. */
  readonly statistic: 'Maximum' | 'Sum';
  /** The alarm fires from this value on; `undefined` is no alarm. */
  readonly threshold: number | undefined;
  /** So many of so many periods of five minutes must be over the threshold. */
  readonly periods: readonly [over: number, of: number];
  /** What a dashboard calls it, with its unit. */
  readonly title: string;
}

const AT_ONCE = [1, 1] as const;
/** A peak of a few minutes is none. */
const LASTING = [3, 3] as const;

export interface Watched {
  readonly thresholds: Thresholds;
  readonly alarmsOff: AlarmsOff;
  readonly topology: Topology;
  readonly nodeType: string;
}

/** Every metric of a node that is watched, the ones about break-ins first. */
export function nodeMetrics(watched: Watched): readonly NodeMetric[] {
  const { thresholds, topology, alarmsOff } = watched;
  const all = [
    ...loginMetrics(thresholds),
    ...loadMetrics(watched),
    ...dataMetrics(thresholds, topology),
  ];
  return all.map((each) => (alarmsOff.has(each.kind) ? { ...each, threshold: undefined } : each));
}

function loginMetrics({ authenticationFailures }: Thresholds): readonly NodeMetric[] {
  return [
    {
      id: 'AuthenticationFailures',
      kind: 'authenticationFailures',
      pages: 'alone',
      metricName: 'AuthenticationFailures',
      statistic: 'Sum',
      threshold: authenticationFailures,
      periods: AT_ONCE,
      title: 'Failed logins',
      means:
        'Somebody tried to log in with a password that the cache refuses: a client with a ' +
        'revoked password, or an intruder.',
      first: 'find the caller in the flow log of the VPC; restart it if it is yours, else block it',
      runbook: 'authentication-failures',
    },
    {
      id: 'CommandAuthorizationFailures',
      kind: 'commandAuthorizationFailures',
      pages: 'alone',
      metricName: 'CommandAuthorizationFailures',
      statistic: 'Sum',
      threshold: 1,
      periods: AT_ONCE,
      title: 'Forbidden commands',
      means: 'A client tried a command that its user may not run, for example CONFIG.',
      first: 'find the command in ACL LOG; an application needs none that is forbidden here',
      runbook: 'authorization-failures',
    },
    {
      id: 'KeyAuthorizationFailures',
      kind: 'keyAuthorizationFailures',
      pages: 'alone',
      metricName: 'KeyAuthorizationFailures',
      statistic: 'Sum',
      threshold: 1,
      periods: AT_ONCE,
      title: 'Forbidden keys',
      means: 'A client tried a key that its user may not touch.',
      first: 'find the key in ACL LOG, and which application uses it',
      runbook: 'authorization-failures',
    },
  ];
}

function loadMetrics({ thresholds, nodeType }: Watched): readonly NodeMetric[] {
  const { enginePercent, connectionsPercent } = thresholds;
  const vcpus = vcpusOf(nodeType);
  // Below 4 processors AWS advises to look at the whole node, of which the engine has one.
  const isMeasuredAlone = vcpus >= 4;
  return [
    {
      id: 'Processor',
      kind: 'processor',
      pages: 'together',
      metricName: isMeasuredAlone ? 'EngineCPUUtilization' : 'CPUUtilization',
      statistic: 'Maximum',
      threshold: isMeasuredAlone ? enginePercent : enginePercent / vcpus,
      periods: LASTING,
      title: isMeasuredAlone ? 'Processor of the engine (%)' : `${vcpus} processors (%)`,
      means: 'The processor that the engine runs on is nearly full: every command waits.',
      first: 'look for slow commands in the slow log, then take a larger node or more shards',
      runbook: 'processor',
    },
    {
      id: 'Connections',
      kind: 'connections',
      pages: 'together',
      metricName: 'CurrConnections',
      statistic: 'Maximum',
      threshold: Math.floor((clientsMaxOf(nodeType) * connectionsPercent) / 100),
      periods: LASTING,
      title: 'Connections',
      means: 'The node soon takes no more connections: clients would be turned away.',
      first: 'find who opens them with CLIENT LIST; a pool is too large, or connections leak',
      runbook: 'connections',
    },
    {
      id: 'TrafficManagement',
      kind: 'trafficManagement',
      pages: 'together',
      metricName: 'TrafficManagementActive',
      statistic: 'Maximum',
      threshold: 1,
      periods: LASTING,
      title: 'Traffic held back by AWS',
      means: 'More comes in than the node can work on, so ElastiCache holds traffic back.',
      first: 'lower the load or take a larger node; clients see slow answers meanwhile',
      runbook: 'traffic-management',
    },
  ];
}

function dataMetrics(thresholds: Thresholds, { replicas }: Topology): readonly NodeMetric[] {
  return [
    {
      id: 'Memory',
      kind: 'memory',
      pages: 'together',
      metricName: 'DatabaseMemoryUsagePercentage',
      statistic: 'Maximum',
      threshold: thresholds.memoryPercent,
      periods: LASTING,
      title: 'Memory for data (%)',
      means:
        'Memory is nearly full: next, writes fail (queue) or people are logged out (sessions).',
      first: 'look for keys without a time to live or a queue nobody works on, then scale up',
      runbook: 'memory',
    },
    {
      id: 'Evictions',
      kind: 'evictions',
      pages: 'together',
      metricName: 'Evictions',
      statistic: 'Sum',
      threshold: thresholds.evictions,
      periods: AT_ONCE,
      title: 'Evicted keys',
      means: 'Keys were thrown away to make room: in a queue a lost job, else people logged out.',
      first: 'take a larger node; then find what fills the memory',
      runbook: 'evictions',
    },
    {
      id: 'Swap',
      kind: 'swap',
      pages: 'together',
      metricName: 'SwapUsage',
      statistic: 'Maximum',
      threshold: thresholds.swapBytes,
      periods: LASTING,
      title: 'Swapped memory (bytes)',
      means: 'The node moves memory to its disk: commands get slow, and a failover may follow.',
      first: 'raise reserved-memory-percent or take a larger node',
      runbook: 'swap',
    },
    ...(replicas === 0 ? [] : [replicationLag(thresholds)]),
  ];
}

function replicationLag({ replicationLagSeconds }: Thresholds): NodeMetric {
  return {
    id: 'ReplicationLag',
    kind: 'replicationLag',
    pages: 'together',
    metricName: 'ReplicationLag',
    statistic: 'Maximum',
    threshold: replicationLagSeconds,
    periods: LASTING,
    title: 'Replicas behind (s)',
    means: 'A replica is behind its primary: reads are stale, and a failover would lose writes.',
    first: 'look at the network and the write load of the primary',
    runbook: 'replication-lag',
  };
}
