/**
 * The alarm for services that were not restarted after a rotation: the restart failed, took too
 * long, was stopped, or never began. On-call has the rest of the grace period to react.
 */

import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IBaseService } from 'aws-cdk-lib/aws-ecs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { alarmText } from '../monitoring/alarm-text';
import { OTHER_ALARMS } from '../monitoring/alarms';

export interface RedeploymentAlarmProps {
  readonly stateMachineArn: string;
  readonly ruleName: string;
  readonly services: readonly IBaseService[];
  readonly topic: ITopic;
}

const PERIOD_SECONDS = 300;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const DESCRIPTION_LENGTH_MAX = 1_024;
/** The longest name of a cluster, a service or a rule. */
const NAME_LENGTH_MAX = 255;
const ENDINGS = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'];

export class RedeploymentAlarm extends CfnAlarm {
  constructor(scope: Construct, id: string, props: RedeploymentAlarmProps) {
    const { stateMachineArn, ruleName, services, topic } = props;
    const metrics = [
      ...ENDINGS.map((metricName) => ({
        namespace: 'AWS/States',
        metricName,
        dimensions: [{ name: 'StateMachineArn', value: stateMachineArn }],
      })),
      {
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensions: [{ name: 'RuleName', value: ruleName }],
      },
    ];
    super(scope, id, {
      alarmDescription: description(services, ruleName),
      metrics: [
        ...metrics.map((metric, index) => ({
          id: `failures${index + 1}`,
          metricStat: { metric, period: PERIOD_SECONDS, stat: 'Sum' },
          returnData: false,
        })),
        {
          id: 'failures',
          label: 'Failed restarts',
          // Each metric has values only after such a failure.
          expression: 'SUM(FILL(METRICS(), 0))',
          returnData: true,
        },
      ],
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: OTHER_ALARMS.redeployment.threshold,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      // No OK action: five minutes later no restart fails any more, whether it succeeded or not.
      alarmActions: [topic.topicArn],
    });
  }
}

/**
 * Includes the exact commands if they fit with the longest possible names, else how to find them.
 */
function description(services: readonly IBaseService[], ruleName: string): string {
  const restart = 'aws ecs update-service --force-new-deployment';
  const of = services.map(
    ({ cluster, serviceName }) => `--cluster ${cluster.clusterName} --service ${serviceName}`,
  );
  const exact = text(of.map((names) => `\`${restart} ${names}\``).join(' and '));
  if (lengthMax(exact) <= DESCRIPTION_LENGTH_MAX) return exact;
  return text(
    `\`${restart} --cluster … --service …\` for each line of \`aws events ` +
      `list-targets-by-rule --rule ${ruleName} --query 'Targets[].Input'\``,
  );
}

function text(first: string): string {
  return alarmText({ ...OTHER_ALARMS.redeployment, first });
}

/** The length of a text in which each unknown name has the maximum length. */
function lengthMax(description: string): number {
  return Token.isUnresolved(description)
    ? description.replaceAll(/\$\{Token\[[^\]]*\]\}/g, 'x'.repeat(NAME_LENGTH_MAX)).length
    : description.length;
}
