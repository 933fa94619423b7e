/**
 * The dashboard of one cache: alarms in ALARM state, failed logins, load and memory, and the last
 * rotation. One line per node in each graph.
 */

import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { metricOfNode, PERIOD_SECONDS } from './metric-of-node';
import type { NodeMetric } from './node-metrics';

export interface CacheDashboardProps {
  readonly title: string;
  readonly nodeIds: readonly string[];
  readonly metrics: readonly NodeMetric[];
  readonly alarmArns: readonly string[];
  readonly rotationLogGroupName: string;
}

/** A dashboard is 24 columns wide. */
const COLUMNS = 24;
const GRAPHS_PER_ROW = 3;
const GRAPH = { width: COLUMNS / GRAPHS_PER_ROW, height: 6 };
const ALARMS_HEIGHT = 3;

export class CacheDashboard extends CfnDashboard {
  constructor(scope: Construct, id: string, props: CacheDashboardProps) {
    const widgets = [alarms(props), ...graphs(props), rotations(props)];
    // Equals `toJsonString`, which costs twice: each token is an id or an ARN, without a quote.
    super(scope, id, { dashboardBody: JSON.stringify({ widgets }) });
  }
}

function alarms({ title, alarmArns }: CacheDashboardProps) {
  return {
    type: 'alarm',
    ...{ x: 0, y: 0, width: COLUMNS, height: ALARMS_HEIGHT },
    properties: { title: `${title}: alarms`, alarms: alarmArns },
  };
}

function graphs({ metrics, nodeIds }: CacheDashboardProps) {
  return metrics.map(({ metricName, statistic, threshold, title }, index) => ({
    type: 'metric',
    x: (index % GRAPHS_PER_ROW) * GRAPH.width,
    y: ALARMS_HEIGHT + Math.floor(index / GRAPHS_PER_ROW) * GRAPH.height,
    ...GRAPH,
    properties: {
      title,
      region: Aws.REGION,
      stat: statistic,
      period: PERIOD_SECONDS,
      metrics: nodeIds.map((nodeId) => lineOf(metricName, nodeId)),
      yAxis: { left: { min: 0 } },
      annotations: {
        horizontal: threshold === undefined ? [] : [{ label: 'alarm threshold', value: threshold }],
      },
    },
  }));
}

function lineOf(metricName: string, nodeId: string) {
  const { namespace, dimensions } = metricOfNode(metricName, nodeId);
  const pairs = dimensions.flatMap(({ name, value }) => [name, value]);
  return [namespace, metricName, ...pairs, { label: nodeId }];
}

/** The last decisions and errors in the rotation function's log. */
function rotations({ metrics, rotationLogGroupName }: CacheDashboardProps) {
  const rows = Math.ceil(metrics.length / GRAPHS_PER_ROW);
  return {
    type: 'log',
    x: 0,
    y: ALARMS_HEIGHT + rows * GRAPH.height,
    ...{ width: COLUMNS, height: GRAPH.height },
    properties: {
      title: 'Rotation: the last decisions and errors',
      region: Aws.REGION,
      view: 'table',
      query:
        `SOURCE '${rotationLogGroupName}' | filter ispresent(decision.kind) or @message like ` +
        '/errorType/ | fields @timestamp, step, decision.kind, decision.effect, errorType, ' +
        'errorMessage | sort @timestamp desc | limit 20',
    },
  };
}
