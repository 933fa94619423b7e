/** One node of a cache, with its metrics. Metric names are checked against AWS's list. */

import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, type IResource, Token } from 'aws-cdk-lib/core';
import { METRICS } from '../settings/elasticache/metrics';
import { CACHE, required, TEXT } from '../settings/value-kinds';
import { checkKinds } from '../validation/kinds';
import { METRIC_KINDS, METRIC_NAME_KINDS } from './metric-kinds';
import { metricOfNode, PERIOD_SECONDS } from './metric-of-node';

const NODE_KINDS = { cache: required(CACHE), nodeId: required(TEXT) };

export class CacheNode {
  readonly #cache: IResource;

  constructor(
    cache: IResource,
    /** The node id: the dimension `CacheClusterId` of its metrics. */
    readonly nodeId: string,
  ) {
    checkKinds('CacheNode', { cache, nodeId }, NODE_KINDS);
    this.#cache = cache;
  }

  /**
   * A metric of this node by its AWS name, over five minutes, with the most useful statistic: the
   * sum of counts, the worst value of levels, the average of latencies.
   *
   * @throws SettingError if ElastiCache publishes no such metric for Valkey and Redis OSS.
   */
  metric(metricName: string, props: MetricOptions = {}): Metric {
    checkMetric(this.#cache, metricName, props);
    const { namespace, dimensions } = metricOfNode(metricName, this.nodeId);
    const own = Object.fromEntries(dimensions.map(({ name, value }) => [name, value]));
    return new Metric({
      namespace,
      metricName,
      statistic: statisticOf(metricName),
      period: Duration.seconds(PERIOD_SECONDS),
      ...metricPlaceOf(this.#cache),
      ...props,
      dimensionsMap: { ...props.dimensionsMap, ...own },
    });
  }

  /** `CPUUtilization`: CPU of the node, in percent. For nodes of 2 vCPUs or fewer. */
  metricCpuUtilization(props?: MetricOptions): Metric {
    return this.metric('CPUUtilization', props);
  }

  /** `EngineCPUUtilization`: the engine's thread, in percent. For nodes of 4 vCPUs or more. */
  metricEngineCpuUtilization(props?: MetricOptions): Metric {
    return this.metric('EngineCPUUtilization', props);
  }

  /** `DatabaseMemoryUsagePercentage`: used memory for data, in percent. */
  metricMemoryUsage(props?: MetricOptions): Metric {
    return this.metric('DatabaseMemoryUsagePercentage', props);
  }

  /** `CurrConnections`: open connections of clients. */
  metricConnections(props?: MetricOptions): Metric {
    return this.metric('CurrConnections', props);
  }

  /** `Evictions`: keys evicted to free memory. */
  metricEvictions(props?: MetricOptions): Metric {
    return this.metric('Evictions', props);
  }

  /** `CacheHitRate`: reads that found their key, in percent. */
  metricCacheHitRate(props?: MetricOptions): Metric {
    return this.metric('CacheHitRate', props);
  }

  /** `ReplicationLag`: lag of a replica behind its primary, in seconds. */
  metricReplicationLag(props?: MetricOptions): Metric {
    return this.metric('ReplicationLag', props);
  }

  /** `AuthenticationFailures`: logins with a wrong password. */
  metricAuthenticationFailures(props?: MetricOptions): Metric {
    return this.metric('AuthenticationFailures', props);
  }
}

/** @throws SettingError with the path of the cache. */
export function checkMetric(cache: IResource, metricName: string, props: MetricOptions): void {
  const { path } = cache.node;
  checkKinds(`${path}.metric`, { metricName }, METRIC_NAME_KINDS);
  checkKinds(`${path}.metric`, props, METRIC_KINDS);
}

export function statisticOf(metricName: string): string {
  return METRICS.get(metricName)?.statistic ?? 'Maximum';
}

/** Account and region of the cache, if known: an importing stack may be elsewhere. */
export function metricPlaceOf({ env: { account, region } }: IResource) {
  return {
    ...(!Token.isUnresolved(account) && { account }),
    ...(!Token.isUnresolved(region) && { region }),
  };
}
