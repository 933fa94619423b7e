/**
 * Runs the daily check every day: the rotation function with another event, so that there is one
 * writer.
 *
 * In an hour in which nothing else is done to the cache: a daily check revokes nothing meanwhile.
 * At a minute of that hour that is the cache's own, so that the caches of a fleet do not call AWS
 * all at once: 100 caches in one minute make 600 calls in it; spread, they make 48 at most.
 *
 * The minute is the same every day, and no flexible time window moves it: the alarms on what an
 * daily check publishes look back over 24 hours, and would have nothing to look at between two
 * daily checks that are further apart.
 */

import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DailyCheckEvent } from '../../contract/daily-check';

export interface DailyCheckScheduleProps {
  readonly function: IFunction;
  /** UTC. */
  readonly hour: number;
}

/** As long as Lambda lets a daily check run, so that it ends within its hour. */
const DAILY_CHECK_MINUTES_MAX = 15;
const MINUTES = 60 - DAILY_CHECK_MINUTES_MAX;

/**
 * The minute of a cache, from 0 to 44: by a hash of its path, so that it stays where it is when
 * caches are added or go.
 */
function minuteOf({ node }: Construct): number {
  return Number.parseInt(node.addr.slice(-8), 16) % MINUTES;
}

/** How long and how often a daily check is tried again that could not begin. */
const RETRY_AGE = Duration.hours(6);
const RETRIES_MAX = 10;

export class DailyCheckSchedule extends Construct {
  constructor(scope: Construct, id: string, { function: checked, hour }: DailyCheckScheduleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Secure Redis: starting the daily check',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const policy = new ManagedPolicy(this, 'Policy', {
      description: 'Secure Redis: starting the daily check',
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [checked.functionArn],
        }),
      ],
    });
    const event: DailyCheckEvent = { DailyCheck: 'daily' };
    const schedule = new CfnSchedule(this, 'Daily', {
      description: 'Secure Redis: the daily check',
      scheduleExpression: `cron(${minuteOf(this)} ${hour} * * ? *)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: checked.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(event),
        retryPolicy: {
          maximumEventAgeInSeconds: RETRY_AGE.toSeconds(),
          maximumRetryAttempts: RETRIES_MAX,
        },
      },
    });
    schedule.node.addDependency(policy);
  }
}
