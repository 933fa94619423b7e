/**
 * Metrics of a whole cache. ElastiCache publishes metrics per node, so a metric of the cache is an
 * expression over its nodes; metrics of the daily check are per replication group.
 */

import { MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration, type IResource } from 'aws-cdk-lib/core';
import { DAILY_CHECK_METRIC } from '../../contract/daily-check';
import { checkKinds } from '../validation/kinds';
import { type CacheNode, checkMetric, metricPlaceOf, statisticOf } from './cache-node';
import { DAILY_CHECK_KINDS, METRIC_KINDS } from './metric-kinds';
import { PERIOD_SECONDS } from './metric-of-node';

/** The function that combines the nodes' values, by statistic. The default is the maximum. */
const OVER_NODES: Readonly<Record<string, string>> = {
  sum: 'SUM',
  samplecount: 'SUM',
  n: 'SUM',
  average: 'AVG',
  avg: 'AVG',
  minimum: 'MIN',
  min: 'MIN',
};

export function metricOverNodes(
  cache: IResource,
  nodes: readonly CacheNode[],
  metricName: string,
  props: MetricOptions,
): MathExpression {
  checkMetric(cache, metricName, props);
  const { label, color, period, statistic = statisticOf(metricName), ...rest } = props;
  const over = OVER_NODES[statistic.toLowerCase()] ?? 'MAX';
  const metrics = nodes.map(
    (node, index) => [`node${index + 1}`, node.metric(metricName, { ...rest, statistic })] as const,
  );
  return new MathExpression({
    expression: `${over}([${metrics.map(([id]) => id).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics),
    label: label ?? `${metricName}, ${statistic} of ${nodes.length} nodes`,
    period: period ?? Duration.seconds(PERIOD_SECONDS),
    ...(color !== undefined && { color }),
  });
}

/** A metric of the daily check, published once per day. */
export function metricOfDailyCheck(
  cache: IResource,
  replicationGroupId: string,
  metricName: string,
  props: MetricOptions,
): Metric {
  const path = `${cache.node.path}.metricDailyCheck`;
  checkKinds(path, { metricName }, DAILY_CHECK_KINDS);
  checkKinds(path, props, METRIC_KINDS);
  const { namespace, dimension } = DAILY_CHECK_METRIC;
  return new Metric({
    namespace,
    metricName,
    statistic: 'Maximum',
    period: Duration.days(1),
    ...metricPlaceOf(cache),
    ...props,
    dimensionsMap: { ...props.dimensionsMap, [dimension]: replicationGroupId },
  });
}
