/** One node of a cache, and its metrics. Each metric is checked against AWS's list. */

import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, type IResource, Token } from 'aws-cdk-lib/core';
import { METRICS } from '../settings/elasticache/metrics';
import { checkKinds } from '../validation/kinds';
import { METRIC_KINDS, METRIC_NAME_KINDS } from './metric-kinds';
import { metricOfNode, PERIOD_SECONDS } from './metric-of-node';

export class CacheNode {
  readonly #cache: IResource;

  constructor(
    cache: IResource,
    /** What ElastiCache calls the node: the dimension `CacheClusterId` of its metrics. */
    readonly nodeId: string,
  ) {
    this.#cache = cache;
  }

  /**
   * A metric of this node by AWS's name, over five minutes, with the statistic that says most about
   * it: the sum of what is counted, the worst of what is a level, the average of a latency.
   *
   * @throws SettingError if ElastiCache publishes no such metric of Valkey and Redis OSS.
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

  /** `CPUUtilization`: the processors of the node, in percent. For nodes of 2 vCPUs or fewer. */
  metricCpuUtilization(props?: MetricOptions): Metric {
    return this.metric('CPUUtilization', props);
  }

  /** `EngineCPUUtilization`: the thread of the engine, in percent. For nodes of 4 vCPUs or more. */
  metricEngineCpuUtilization(props?: MetricOptions): Metric {
    return this.metric('EngineCPUUtilization', props);
  }

  /** `DatabaseMemoryUsagePercentage`: memory for data that is in use, in percent. */
  metricMemoryUsage(props?: MetricOptions): Metric {
    return this.metric('DatabaseMemoryUsagePercentage', props);
  }

  /** `CurrConnections`: open connections of clients. */
  metricConnections(props?: MetricOptions): Metric {
    return this.metric('CurrConnections', props);
  }

  /** `Evictions`: keys that were removed to free memory. */
  metricEvictions(props?: MetricOptions): Metric {
    return this.metric('Evictions', props);
  }

  /** `CacheHitRate`: reads that found their key, in percent. */
  metricCacheHitRate(props?: MetricOptions): Metric {
    return this.metric('CacheHitRate', props);
  }

  /** `ReplicationLag`: how far a replica is behind its primary, in seconds. */
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

/** Account and region of the cache, where they are known: an importing stack may be elsewhere. */
export function metricPlaceOf({ env: { account, region } }: IResource) {
  return {
    ...(!Token.isUnresolved(account) && { account }),
    ...(!Token.isUnresolved(region) && { region }),
  };
}
