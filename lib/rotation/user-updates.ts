/**
 * The check after a stack update of users: an EventBridge rule that invokes the rotation function
 * when CloudFormation reports that it has updated a user of the stack.
 *
 * Such an update sends the password that CloudFormation has read, which a rotation may have
 * replaced meanwhile. The check sets the passwords again in that case, within minutes instead of
 * at the next daily check.
 *
 * The event says which resource of the template was updated, so the check looks at every user. It
 * has no alarm of its own: the daily check does the same, and reports by metrics.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-cloudformation.html
 */

import { CfnUser } from 'aws-cdk-lib/aws-elasticache';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DailyCheckEvent } from '../../contract/daily-check';
import { acknowledge, inPacks } from '../rules/acknowledge';

/** A failed or rolled back update may have sent passwords, too. */
const STATUSES = [
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_FAILED',
];

export class UserUpdates extends Construct {
  /** The permission of the rule, and of no other one, to invoke the function. */
  readonly permission: CfnPermission;

  constructor(scope: Construct, id: string, { functionArn }: Pick<IFunction, 'functionArn'>) {
    super(scope, id);
    const event: DailyCheckEvent = { DailyCheck: 'updated' };
    const rule = new CfnRule(this, 'Rule', {
      description: 'Secure Redis: CloudFormation has updated a user, whose password is checked',
      eventPattern: {
        source: ['aws.cloudformation'],
        'detail-type': ['CloudFormation Resource Status Change'],
        detail: {
          'stack-id': [Aws.STACK_ID],
          'resource-type': [CfnUser.CFN_RESOURCE_TYPE_NAME],
          'status-details': { status: STATUSES },
        },
      },
      targets: [{ id: 'Rotation', arn: functionArn, input: JSON.stringify(event) }],
    });
    acknowledge(
      rule,
      inPacks('EventBusDLQ', 'Serverless'),
      'an event that is lost delays the check until the daily check, which needs no event',
    );
    this.permission = new CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.attrArn,
    });
  }
}
