/** A metric of one node as CloudWatch names it: for alarms, the dashboard and `metric()`. */

import { METRICS, NODE_ID } from '../settings/elasticache/metrics';

export const NAMESPACE = 'AWS/ElastiCache';

/** Seconds of a period, of alarms and graphs. ElastiCache publishes each minute. */
export const PERIOD_SECONDS = 300;

export function metricOfNode(metricName: string, nodeId: string) {
  const needsNodeId = METRICS.get(metricName)?.needsNodeId ?? false;
  return {
    namespace: NAMESPACE,
    metricName,
    dimensions: [
      { name: 'CacheClusterId', value: nodeId },
      ...(needsNodeId ? [{ name: 'CacheNodeId', value: NODE_ID }] : []),
    ],
  };
}
