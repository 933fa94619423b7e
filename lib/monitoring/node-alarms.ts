/**
 * The alarms on the nodes of a cache, by node id, since ElastiCache publishes no metrics of a whole
 * group. Alarms on access cover ten nodes each and publish themselves; the others cover one node
 * each and publish through the composite alarm. In a large cache, ten nodes share each alarm, and
 * the dashboard shows the affected node.
 */

import { CfnAlarm, type CfnAlarmProps } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge, inPacks } from '../rules/acknowledge';
import { alarmText } from './alarm-text';
import { ALARM_KINDS } from './alarms';
import type { AlarmsOff } from './alarms-off';
import { metricOfNode, PERIOD_SECONDS } from './metric-of-node';
import type { NodeMetric } from './node-metrics';
import { PagingAlarm } from './paging-alarm';

export interface NodeAlarmsProps {
  readonly nodeIds: readonly string[];
  readonly metrics: readonly NodeMetric[];
  readonly off: AlarmsOff;
  readonly topic: ITopic;
}

/**
 * Maximum metrics of one alarm.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
 */
const NODES_PER_ALARM_MAX = 10;

/** Maximum nodes with one alarm per node; more alarms would not fit into one stack. */
const NODES_ALONE_MAX = 30;

export class NodeAlarms extends Construct {
  /** Their ARNs, for a dashboard. */
  readonly alarmArns: readonly string[];

  constructor(scope: Construct, id: string, { nodeIds, metrics, off, topic }: NodeAlarmsProps) {
    super(scope, id);
    const sizeTogether = nodeIds.length <= NODES_ALONE_MAX ? 1 : NODES_PER_ALARM_MAX;
    const make = (pages: NodeMetric['pages']) =>
      metrics.flatMap((metric) => {
        const { threshold } = metric;
        if (threshold === undefined || metric.pages !== pages) return [];
        const size = pages === 'alone' ? NODES_PER_ALARM_MAX : sizeTogether;
        return groupsOf(nodeIds, size).map((ids, index) => {
          const name = `${metric.id}${size === 1 ? '' : 'Of'}${index + 1}`;
          return new CfnAlarm(this, name, alarmOn(ids, { ...metric, threshold }, topic));
        });
      });
    const [alone, together] = [make('alone'), make('together')];
    acknowledge(
      this,
      inPacks('CloudWatchAlarmAction', 'HIPAA.Security', 'NIST.800.53.R5'),
      'each alarm without an action is watched by the composite alarm of the cache, which ' +
        'publishes for all nodes at once',
    );
    const paging = new PagingAlarm(this, 'Paging', { alarms: together, off, topic });
    this.alarmArns = [paging.alarmArn, ...[...alone, ...together].map(({ attrArn }) => attrArn)];
  }
}

function alarmOn(
  nodeIds: readonly string[],
  metric: NodeMetric & { readonly threshold: number },
  { topicArn }: ITopic,
): CfnAlarmProps {
  const [nodeId = ''] = nodeIds;
  return {
    alarmDescription: alarmText(ALARM_KINDS[metric.kind]),
    ...(nodeIds.length === 1 ? onNode(nodeId, metric) : onWorstOf(nodeIds, metric)),
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    threshold: metric.threshold,
    datapointsToAlarm: metric.periods[0],
    evaluationPeriods: metric.periods[1],
    // A new replica and a primary publish no lag: missing data is not breaching.
    treatMissingData: 'notBreaching',
    ...(metric.pages === 'alone' && { alarmActions: [topicArn], okActions: [topicArn] }),
  };
}

function onNode(nodeId: string, { metricName, statistic }: NodeMetric) {
  return {
    ...metricOfNode(metricName, nodeId),
    statistic,
    period: PERIOD_SECONDS,
  };
}

function onWorstOf(nodeIds: readonly string[], { metricName, statistic, title }: NodeMetric) {
  const metrics = nodeIds.map((nodeId, index) => ({
    id: `node${index + 1}`,
    metricStat: {
      metric: metricOfNode(metricName, nodeId),
      period: PERIOD_SECONDS,
      stat: statistic,
    },
    returnData: false,
  }));
  const worst = { id: 'worst', label: title, expression: 'MAX(METRICS())', returnData: true };
  return { metrics: [...metrics, worst] };
}

function groupsOf(nodeIds: readonly string[], size: number): readonly (readonly string[])[] {
  const count = Math.ceil(nodeIds.length / size);
  return Array.from({ length: count }, (_, index) =>
    nodeIds.slice(index * size, (index + 1) * size),
  );
}
