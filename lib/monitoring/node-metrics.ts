/**
 * What is watched on every node, from which value on it is a fault, what that means and what to do.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html
 */

import { clientsMaxOf, vcpusOf } from '../settings/node-type';
import type { Topology } from '../settings/topology';
import type { Thresholds } from './alarm-thresholds';
import { ALARM_KINDS, type AlarmKind } from './alarms';
import type { AlarmsOff } from './alarms-off';

export interface NodeMetric {
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
  // Below 4 processors AWS advises to look at the whole node, of which the engine has one.
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
      title: 'Traffic held back by AWS',
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
    title: 'Replicas behind (s)',
  };
}
