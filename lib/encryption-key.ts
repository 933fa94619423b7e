/**
 * The one key of a cache: data at rest, secrets, logs, alarms and the function's environment.
 *
 * It carries the grants that CDK does not add: without them log delivery and alarms fail
 * silently after a deploy that went well.
 */

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Aws, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Secure Redis: data at rest, secrets, logs and alarms of one cache',
      enableKeyRotation: true,
      // Why: snapshots outlive the stack, and are worth nothing without their key.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.addToResourcePolicy(logsStatement());
    this.addToResourcePolicy(alarmsStatement());
  }
}

/** CloudWatch Logs encrypts a log group by itself; only this stack's groups may have it do so. */
function logsStatement(): PolicyStatement {
  const groups = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group`;
  return new PolicyStatement({
    sid: 'LogGroupsOfThisStack',
    principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
    actions: [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncrypt*',
      'kms:GenerateDataKey*',
      'kms:Describe*',
    ],
    resources: ['*'],
    conditions: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `${groups}:${Aws.STACK_NAME}-*` },
    },
  });
}

/** CloudWatch, not the topic, encrypts what an alarm publishes to an encrypted topic. */
function alarmsStatement(): PolicyStatement {
  return new PolicyStatement({
    sid: 'AlarmsOfThisAccount',
    principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}
