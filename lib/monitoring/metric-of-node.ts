/** The CloudWatch properties of a node's metric, for alarms, the dashboard and `metric()`. */

import { METRICS, NODE_ID } from '../settings/elasticache/metrics';

export const NAMESPACE = 'AWS/ElastiCache';

/** Period of alarms and graphs in seconds. ElastiCache publishes every minute. */
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
