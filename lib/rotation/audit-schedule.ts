/**
 * Runs the audit every day: the rotation function with another event, so that there is one writer.
 *
 * At a full hour in which nothing else is done to the cache: an audit retires nothing meanwhile.
 */

import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { AuditEvent } from '../../contract/audit';

export interface AuditScheduleProps {
  readonly function: IFunction;
  /** UTC. */
  readonly hour: number;
}

/** How long and how often an audit is tried again that could not begin. */
const RETRY_AGE = Duration.hours(6);
const RETRIES_MAX = 10;

export class AuditSchedule extends Construct {
  constructor(scope: Construct, id: string, { function: audited, hour }: AuditScheduleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Secure Redis: starting the audit',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    const policy = new ManagedPolicy(this, 'Policy', {
      description: 'Secure Redis: starting the audit',
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [audited.functionArn],
        }),
      ],
    });
    const event: AuditEvent = { Audit: 'daily' };
    const schedule = new CfnSchedule(this, 'Daily', {
      description: 'Secure Redis: the daily audit',
      scheduleExpression: `cron(0 ${hour} * * ? *)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: audited.functionArn,
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
