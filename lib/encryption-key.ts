/**
 * The key of a cache, or of several: data at rest, secrets, logs, alarms and the function's
 * environment.
 *
 * It carries the grants that CDK does not add: without them log delivery and alarms fail
 * silently after a deploy that went well.
 */

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Aws, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export interface EncryptionKeyProps {
  /**
   * DESTROY deletes the key with its stack, 30 days later. Snapshots are worth nothing without it.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string, props: EncryptionKeyProps = {}) {
    super(scope, id, {
      description: 'Secure Redis: data at rest, secrets, logs and alarms',
      enableKeyRotation: true,
      // Why: snapshots outlive the stack, and are worth nothing without their key.
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
  }
}

/** Names of the stacks whose logs a key may encrypt, in the order in which they came. */
const stacksByKey = new WeakMap<IKey, Set<string>>();

/**
 * Lets CloudWatch Logs encrypt the log groups of a stack with a key. By the stack's name, since the
 * groups of another stack could not be named without the two stacks waiting for each other.
 *
 * The policy of an imported key is not ours to change.
 */
export function letLogsEncrypt(scope: Construct, key: IKey): void {
  const { stackName } = Stack.of(scope);
  const known = stacksByKey.get(key);
  if (known) {
    known.add(stackName);
    return;
  }
  const stackNames = new Set([stackName]);
  stacksByKey.set(key, stackNames);
  key.addToResourcePolicy(logsStatement(stackNames));
}

/** CloudWatch Logs encrypts a log group by itself; only these stacks' groups may have it do so. */
function logsStatement(stackNames: ReadonlySet<string>): PolicyStatement {
  const groups = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group`;
  const patterns = () => Array.from(stackNames, (stackName) => `${groups}:${stackName}-*`);
  return new PolicyStatement({
    sid: 'LogGroupsOfTheseStacks',
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
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': Lazy.list({ produce: patterns }) },
    },
  });
}

/** CloudWatch, not the topic, encrypts what an alarm publishes to a topic with this key. */
export function letAlarmsEncrypt(key: IKey): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
}
