/**
 * The alarms on the nodes of a cache: one for each thing that is watched, on every node by its
 * real id, since ElastiCache publishes no metrics of a whole group.
 */

import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmText } from './alarm-text';
import type { NodeMetric } from './node-metrics';

export interface NodeAlarmsProps {
  readonly nodeIds: readonly string[];
  readonly metrics: readonly NodeMetric[];
  readonly topic: ITopic;
}

/**
 * Metrics that one alarm can look at.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
 */
const NODES_PER_ALARM = 10;
const PERIOD_SECONDS = 300;

export class NodeAlarms extends Construct {
  /** Their ARNs, for a dashboard. */
  readonly alarmArns: readonly string[];

  constructor(scope: Construct, id: string, { nodeIds, metrics, topic }: NodeAlarmsProps) {
    super(scope, id);
    this.alarmArns = metrics.flatMap((metric) => {
      const { threshold } = metric;
      if (threshold === undefined) return [];
      return chunks(nodeIds).map((ids, index) => {
        const name = index === 0 ? metric.id : `${metric.id}${index + 1}`;
        const target = { ...metric, threshold, topicArn: topic.topicArn };
        return new CfnAlarm(this, name, alarmOn(ids, target)).attrArn;
      });
    });
  }
}

function alarmOn(
  nodeIds: readonly string[],
  watched: NodeMetric & { readonly threshold: number; readonly topicArn: string },
) {
  const { metricName, statistic, threshold, topicArn, periods } = watched;
  return {
    alarmDescription: alarmText(watched),
    metrics: [
      ...nodeIds.map((nodeId, index) => ({
        id: `node${index + 1}`,
        label: nodeId,
        metricStat: {
          metric: {
            namespace: 'AWS/ElastiCache',
            metricName,
            dimensions: [{ name: 'CacheClusterId', value: nodeId }],
          },
          period: PERIOD_SECONDS,
          stat: statistic,
        },
        returnData: false,
      })),
      { id: 'worst', label: watched.title, expression: 'MAX(METRICS())', returnData: true },
    ],
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    threshold,
    datapointsToAlarm: periods[0],
    evaluationPeriods: periods[1],
    // A replica that a failover has just made, or a primary's lag: no value is no fault.
    treatMissingData: 'notBreaching',
    alarmActions: [topicArn],
    okActions: [topicArn],
  };
}

function chunks(nodeIds: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(nodeIds.length / NODES_PER_ALARM);
  return Array.from({ length: count }, (_, index) =>
    nodeIds.slice(index * NODES_PER_ALARM, (index + 1) * NODES_PER_ALARM),
  );
}
