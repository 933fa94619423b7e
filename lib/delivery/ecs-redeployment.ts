/**
 * Restarts ECS services after each rotation, since a task reads its `secrets` only when it starts:
 * without a restart within the grace period its next login is refused.
 *
 * An event of Secrets Manager starts one execution of Step Functions per service. This needs
 * neither a Lambda function nor CloudTrail, and reads no secret. A failure triggers an alarm of the
 * cache.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/secret-event-notifications.html
 */

import type { IBaseService } from 'aws-cdk-lib/aws-ecs';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, Duration, Resource, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { LABEL } from '../../contract/rotation';
import { EncryptedLogGroup } from '../encryption/encrypted-log-group';
import { EncryptionKey } from '../encryption/encryption-key';
import { serviceOfThisAccount, serviceRole } from '../iam/service-role';
import { acknowledge, inPacks } from '../rules/acknowledge';
import type { IRedisAccess } from '../sharing/redis-access';
import { checkedScope } from '../validation/kinds';
import type { EcsRedeploymentProps } from './ecs-redeployment-props';
import { RedeploymentAlarm } from './redeployment-alarm';
import { checkedRedeployment } from './redeployment-checks';
import { redeploymentStates } from './redeployment-states';

/** How long and how often EventBridge retries the start of an execution. */
const START_AGE = Duration.hours(1);
const START_RETRIES_MAX = 10;

/**
 * Permissions of Step Functions to write a log. These actions support no narrower resource.
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
const LOG_DELIVERY_ACTIONS = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];

/** Create it in the stack of the services, which depends on the stack of the cache anyway. */
export class EcsRedeployment extends Construct {
  /** @throws SettingError with a line per invalid prop, before any construct is created. */
  constructor(scope: Construct, id: string, props: EcsRedeploymentProps) {
    super(checkedScope(scope, id), id);
    const { cache, services, timeout } = checkedRedeployment(this, props);
    const key = Resource.isOwnedResource(cache) ? cache.encryptionKey : undefined;
    const logGroup = new EncryptedLogGroup(this, 'Log', {
      key: key ?? new EncryptionKey(this, 'Key'),
    });
    const stateMachine = this.#makeStateMachine(services, timeout, logGroup);
    const rule = this.#makeRule(cache, services, stateMachine);
    new RedeploymentAlarm(this, 'Alarm', {
      stateMachineArn: stateMachine.ref,
      ruleName: rule.ref,
      services,
      topic: cache.alarmTopic,
    });
  }

  #makeStateMachine(services: readonly IBaseService[], timeout: Duration, logGroup: ILogGroup) {
    const { role, policy } = serviceRole(this, '', {
      description: 'Secure Redis: restarting services after a rotation',
      assumedBy: serviceOfThisAccount('states.amazonaws.com'),
      statements: [
        new PolicyStatement({
          sid: 'Services',
          actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
          resources: services.map(({ serviceArn }) => serviceArn),
        }),
        new PolicyStatement({
          sid: 'LogDelivery',
          actions: LOG_DELIVERY_ACTIONS,
          resources: ['*'],
        }),
      ],
      whyAnyResource:
        'CloudWatch Logs offers no narrower resource for the log deliveries of Step Functions; ' +
        'none of these actions reads or writes what is in a log',
    });
    const stateMachine = new CfnStateMachine(this, 'StateMachine', {
      roleArn: role.roleArn,
      definitionString: Stack.of(this).toJsonString(redeploymentStates(Aws.PARTITION, timeout)),
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: false,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }],
      },
    });
    stateMachine.node.addDependency(policy);
    acknowledgeTracing(stateMachine);
    return stateMachine;
  }

  #makeRule(cache: IRedisAccess, services: readonly IBaseService[], { ref }: CfnStateMachine) {
    const { role, policy } = serviceRole(this, 'Rule', {
      description: 'Secure Redis: starting a restart of services',
      assumedBy: serviceOfThisAccount('events.amazonaws.com'),
      statements: [new PolicyStatement({ actions: ['states:StartExecution'], resources: [ref] })],
    });
    const rule = new CfnRule(this, 'Rule', {
      description: 'Secure Redis: the password has changed, and services are restarted',
      eventPattern: {
        source: ['aws.secretsmanager'],
        'detail-type': ['Secret Label Updated'],
        resources: [cache.credentials.secretArn],
        detail: { labelUpdated: [LABEL.current] },
      },
      targets: services.map((service, index) => ({
        id: `Service${index + 1}`,
        arn: ref,
        roleArn: role.roleArn,
        input: Stack.of(this).toJsonString({
          cluster: service.cluster.clusterArn,
          service: service.serviceArn,
        }),
        retryPolicy: {
          maximumEventAgeInSeconds: START_AGE.toSeconds(),
          maximumRetryAttempts: START_RETRIES_MAX,
        },
      })),
    });
    rule.node.addDependency(policy);
    acknowledge(
      rule,
      inPacks('EventBusDLQ', 'Serverless'),
      'an event that starts nothing makes an alarm fire, and its runbook restarts the services; ' +
        'the event holds nothing that would be needed for it',
    );
    return rule;
  }
}

function acknowledgeTracing(stateMachine: CfnStateMachine): void {
  acknowledge(
    stateMachine,
    [...inPacks('SF2', 'AwsSolutions'), ...inPacks('StepFunctionStateMachineXray', 'Serverless')],
    'X-Ray needs permissions on every resource, and would add nothing: the log has one line for ' +
      'each of the few steps',
  );
}
