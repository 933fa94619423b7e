/**
 * The watched metrics of every node: threshold, meaning and first step.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html
 */

import { clientsMaxOf, vcpusOf } from '../settings/node-type';
import type { Topology } from '../settings/topology';
import type { Thresholds } from './alarm-thresholds';
import { ALARM_KINDS, type AlarmKind } from './alarms';
import type { AlarmsOff } from './alarms-off';

export interface NodeMetric {
  /** Part of the alarm's logical id: never change it. */
  readonly id: string;
  readonly kind: AlarmKind;
  /**
   * How it alerts: `alone`, with ten nodes per alarm, so that no other alarm hides a break-in; or
   * `together`, through the composite alarm of the cache, with one alarm per node.
   */
  readonly pages: 'alone' | 'together';
  /** The CloudWatch name in the namespace AWS/ElastiCache. */
  readonly metricName: string;
  /** Over five minutes. */
  readonly statistic: 'Maximum' | 'Sum';
  /** The alarm fires at this value; `undefined` for no alarm. */
  readonly threshold: number | undefined;
  /** Number of five-minute periods over the threshold, out of evaluated periods. */
  readonly periods: readonly [over: number, of: number];
  /** Title in the dashboard, with the unit. */
  readonly title: string;
}

const AT_ONCE = [1, 1] as const;
/** Ignore spikes shorter than 15 minutes. */
const LASTING = [3, 3] as const;

export interface Watched {
  readonly thresholds: Thresholds;
  readonly alarmsOff: AlarmsOff;
  readonly topology: Topology;
  readonly nodeType: string;
}

/** All watched metrics of a node, those about break-ins first. */
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
      metricName: ALARM_KINDS.authenticationFailures.metric,
      statistic: 'Sum',
      threshold: authenticationFailures,
      periods: AT_ONCE,
      title: 'Failed logins',
    },
    {
      id: 'CommandAuthorizationFailures',
      kind: 'commandAuthorizationFailures',
      pages: 'alone',
      metricName: ALARM_KINDS.commandAuthorizationFailures.metric,
      statistic: 'Sum',
      threshold: ALARM_KINDS.commandAuthorizationFailures.threshold,
      periods: AT_ONCE,
      title: 'Forbidden commands',
    },
    {
      id: 'KeyAuthorizationFailures',
      kind: 'keyAuthorizationFailures',
      pages: 'alone',
      metricName: ALARM_KINDS.keyAuthorizationFailures.metric,
      statistic: 'Sum',
      threshold: ALARM_KINDS.keyAuthorizationFailures.threshold,
      periods: AT_ONCE,
      title: 'Forbidden keys',
    },
  ];
}

function loadMetrics({ thresholds, nodeType }: Watched): readonly NodeMetric[] {
  const { enginePercent, connectionsPercent } = thresholds;
  const vcpus = vcpusOf(nodeType);
  // Below 4 vCPUs AWS advises to watch the whole node, of which the engine uses one vCPU.
  const isMeasuredAlone = vcpus >= 4;
  return [
    {
      id: 'Processor',
      kind: 'processor',
      pages: 'together',
      metricName: isMeasuredAlone ? ALARM_KINDS.processor.metric : 'CPUUtilization',
      statistic: 'Maximum',
      threshold: isMeasuredAlone ? enginePercent : enginePercent / vcpus,
      periods: LASTING,
      title: isMeasuredAlone ? 'Processor of the engine (%)' : `${vcpus} processors (%)`,
    },
    {
      id: 'Connections',
      kind: 'connections',
      pages: 'together',
      metricName: ALARM_KINDS.connections.metric,
      statistic: 'Maximum',
      threshold: Math.floor((clientsMaxOf(nodeType) * connectionsPercent) / 100),
      periods: LASTING,
      title: 'Connections',
    },
    {
      id: 'TrafficManagement',
      kind: 'trafficManagement',
      pages: 'together',
      metricName: ALARM_KINDS.trafficManagement.metric,
      statistic: 'Maximum',
      threshold: ALARM_KINDS.trafficManagement.threshold,
      periods: LASTING,
      title: 'Traffic throttled by ElastiCache',
    },
  ];
}

function dataMetrics(thresholds: Thresholds, { replicas }: Topology): readonly NodeMetric[] {
  return [
    {
      id: 'Memory',
      kind: 'memory',
      pages: 'together',
      metricName: ALARM_KINDS.memory.metric,
      statistic: 'Maximum',
      threshold: thresholds.memoryPercent,
      periods: LASTING,
      title: 'Memory for data (%)',
    },
    {
      id: 'Evictions',
      kind: 'evictions',
      pages: 'together',
      metricName: ALARM_KINDS.evictions.metric,
      statistic: 'Sum',
      threshold: thresholds.evictions,
      periods: AT_ONCE,
      title: 'Evicted keys',
    },
    {
      id: 'Swap',
      kind: 'swap',
      pages: 'together',
      metricName: ALARM_KINDS.swap.metric,
      statistic: 'Maximum',
      threshold: thresholds.swapBytes,
      periods: LASTING,
      title: 'Swapped memory (bytes)',
    },
    ...(replicas === 0 ? [] : [replicationLag(thresholds)]),
  ];
}

function replicationLag({ replicationLagSeconds }: Thresholds): NodeMetric {
  return {
    id: 'ReplicationLag',
    kind: 'replicationLag',
    pages: 'together',
    metricName: ALARM_KINDS.replicationLag.metric,
    statistic: 'Maximum',
    threshold: replicationLagSeconds,
    periods: LASTING,
    title: 'Replication lag (s)',
  };
}
