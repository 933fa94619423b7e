/**
 * Rings when services were not restarted after a rotation: the restart failed, took too long, was
 * stopped, or was never begun. Whoever is woken has the rest of the grace period.
 */

import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alarmText } from '../monitoring/alarm-text';

export interface RedeploymentAlarmProps {
  readonly stateMachineArn: string;
  readonly ruleName: string;
  readonly topic: ITopic;
}

const PERIOD_SECONDS = 300;
const ENDINGS = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'];

export class RedeploymentAlarm extends CfnAlarm {
  constructor(scope: Construct, id: string, props: RedeploymentAlarmProps) {
    const { stateMachineArn, ruleName, topic } = props;
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
      alarmDescription: alarmText({
        means:
          'The password has changed, and an ECS service that reads it only at its start was not ' +
          'restarted. Its tasks work until the grace period ends; then their logins are refused.',
        first: 'restart the service with `aws ecs update-service --force-new-deployment`',
        runbook: 'redeploy-failed',
      }),
      metrics: [
        ...metrics.map((metric, index) => ({
          id: `failures${index + 1}`,
          metricStat: { metric, period: PERIOD_SECONDS, stat: 'Sum' },
          returnData: false,
        })),
        {
          id: 'failures',
          label: 'Restarts that failed',
          // Each of them has values only when something ended so.
          expression: 'SUM(FILL(METRICS(), 0))',
          returnData: true,
        },
      ],
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      // No OK: five minutes after a failure nothing fails any more, restarted or not.
      alarmActions: [topic.topicArn],
    });
  }
}
