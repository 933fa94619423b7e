/**
 * The states of one redeploy, as Step Functions runs them: asks ECS for a new deployment, and looks
 * until it, or one that was begun after it, is the only one: no task is left that began with the
 * previous password.
 *
 * Pure data. The input names a cluster and a service; nothing secret passes through.
 */

import type { Duration } from 'aws-cdk-lib/core';

/** A label that has just moved may be read as it was, for a moment. */
const SETTLE_SECONDS = 60;
const LOOK_SECONDS = 30;

/** Five more attempts within 16 minutes: ECS may be busy, or throttle. */
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
 * Somebody else's, or that of another execution: EventBridge delivers at least once, and rotations
 * may follow each other. It was begun when the label had settled, so its tasks are as good as ours.
 * A time that cannot be read compares as false, and the alarm fires.
 */
const IS_LATER = {
  Variable: '$.seen.createdAt',
  TimestampGreaterThanEqualsPath: '$.started.askedAt',
};
const IS_RUNNING = { Variable: '$.seen.running', NumericEqualsPath: '$.seen.desired' };
