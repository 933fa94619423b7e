/**
 * The Step Functions states of one restart: starts a new ECS deployment, then polls until it, or a
 * later deployment, is the only one, so no task started with the previous password is left.
 *
 * Pure data. The input names a cluster and a service, and holds no secret.
 */

import type { Duration } from 'aws-cdk-lib/core';

/** Reads may return the old label for a moment after it has moved. */
const SETTLE_SECONDS = 60;
const LOOK_SECONDS = 30;

/** Five retries within 16 minutes: ECS may be busy, or throttle. */
const RETRY = [
  { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 30, BackoffRate: 2, MaxAttempts: 5 },
];

export function redeploymentStates(partition: string, timeout: Duration): object {
  const call = (action: string) => `arn:${partition}:states:::aws-sdk:ecs:${action}`;
  return {
    Comment: 'Restarts the tasks of one ECS service after its Redis password has changed',
    StartAt: 'Settle',
    TimeoutSeconds: timeout.toSeconds(),
    States: {
      Settle: { Type: 'Wait', Seconds: SETTLE_SECONDS, Next: 'Redeploy' },
      Redeploy: {
        Type: 'Task',
        Resource: call('updateService'),
        Parameters: {
          'Cluster.$': '$.cluster',
          'Service.$': '$.service',
          ForceNewDeployment: true,
        },
        ResultSelector: {
          'ids.$': "$.Service.Deployments[?(@.Status=='PRIMARY')].Id",
          'askedAt.$': '$$.State.EnteredTime',
        },
        ResultPath: '$.started',
        Retry: RETRY,
        Next: 'Wait',
      },
      Wait: { Type: 'Wait', Seconds: LOOK_SECONDS, Next: 'Look' },
      Look: {
        Type: 'Task',
        Resource: call('describeServices'),
        Parameters: { 'Cluster.$': '$.cluster', 'Services.$': 'States.Array($.service)' },
        ResultSelector: {
          'deployments.$': 'States.ArrayLength($.Services[0].Deployments)',
          'id.$': '$.Services[0].Deployments[0].Id',
          'createdAt.$': '$.Services[0].Deployments[0].CreatedAt',
          'running.$': '$.Services[0].RunningCount',
          'desired.$': '$.Services[0].DesiredCount',
        },
        ResultPath: '$.seen',
        Retry: RETRY,
        Next: 'Judge',
      },
      Judge: {
        Type: 'Choice',
        Choices: [
          { And: [IS_ALONE, { Not: IS_OURS }, { Not: IS_LATER }], Next: 'Displaced' },
          { And: [IS_ALONE, IS_RUNNING], Next: 'Done' },
        ],
        Default: 'Wait',
      },
      Displaced: {
        Type: 'Fail',
        Error: 'Displaced',
        Cause: 'a deployment of before, by a rollback for example, took the place of this one',
      },
      Done: { Type: 'Succeed' },
    },
  };
}

const IS_ALONE = { Variable: '$.seen.deployments', NumericEquals: 1 };
const IS_OURS = { Variable: '$.seen.id', StringEqualsPath: '$.started.ids[0]' };
/**
 * A later deployment, by another execution or another tool: EventBridge delivers at least once, and
 * rotations may follow each other. It began after the label had settled, so its tasks have the new
 * password. An unreadable time compares as false, and the alarm fires.
 */
const IS_LATER = {
  Variable: '$.seen.createdAt',
  TimestampGreaterThanEqualsPath: '$.started.askedAt',
};
const IS_RUNNING = { Variable: '$.seen.running', NumericEqualsPath: '$.seen.desired' };
