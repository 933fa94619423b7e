/**
 * Runs the daily check every day: it invokes the rotation function with another event, so that
 * there is only one writer.
 *
 * In an hour without snapshot, maintenance or rotation, during which the check would revoke
 * nothing. The minute is specific to the cache, so that the caches of a fleet do not call AWS at
 * once: 100 caches in one minute make 600 calls; spread, at most 48 per minute.
 *
 * The minute is the same every day, without a flexible time window: the alarms on the daily check
 * look back 24 hours, and would miss data between checks further apart.
 */

import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DailyCheckEvent } from '../../contract/daily-check';
import { serviceOfThisAccount, serviceRole } from '../iam/service-role';

export interface DailyCheckScheduleProps {
  readonly function: IFunction;
  /** UTC. */
  readonly hour: number;
}

/** Lambda's maximum timeout, so that a daily check ends within its hour. */
const DAILY_CHECK_MINUTES_MAX = 15;
const MINUTES = 60 - DAILY_CHECK_MINUTES_MAX;

/**
 * The minute of a cache, from 0 to 44: by a hash of its path, so that adding or removing caches
 * does not change it.
 */
function minuteOf({ node }: Construct): number {
  return Number.parseInt(node.addr.slice(-8), 16) % MINUTES;
}

/** How long and how often the start of a daily check is retried. */
const RETRY_AGE = Duration.hours(6);
const RETRIES_MAX = 10;

export class DailyCheckSchedule extends Construct {
  constructor(scope: Construct, id: string, { function: checked, hour }: DailyCheckScheduleProps) {
    super(scope, id);
    const { role, policy } = serviceRole(this, '', {
      description: 'Secure Redis: starting the daily check',
      assumedBy: serviceOfThisAccount('scheduler.amazonaws.com'),
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
