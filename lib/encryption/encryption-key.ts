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
import { keepAsMade } from '../rules/keep-as-made';
import { regionalService } from '../settings/partitions';
import { REMOVAL, TEXT } from '../settings/value-kinds';
import { checkKinds, type Kinds } from '../validation/kinds';

export interface EncryptionKeyProps {
  /**
   * DESTROY deletes the key with its stack, 30 days later. Snapshots are worth nothing without it.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The beginning that the names of all stacks with this key share, up to a hyphen: `shop-prod` for
   * `shop-prod-jobs` and `shop-prod-web`. CloudWatch Logs may then encrypt and decrypt the log
   * groups of every such stack, also of one that is no longer in the app: its logs outlive it.
   *
   * @default - the log groups of the stacks that use the key now, each by its name
   */
  readonly stackNamePrefix?: string;
}

const KEY_KINDS: Kinds<EncryptionKeyProps> = {
  removalPolicy: REMOVAL,
  stackNamePrefix: TEXT,
};

export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string, props: EncryptionKeyProps = {}) {
    checkKinds(`${scope.node.path}/${id}`, props, KEY_KINDS);
    super(scope, id, {
      description: 'Secure Redis: data at rest, secrets, logs and alarms',
      enableKeyRotation: true,
      // Why: snapshots outlive the stack, and are worth nothing without their key.
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    if (props.stackNamePrefix !== undefined) letStackEncrypt(this, props.stackNamePrefix);
    keepAsMade(this);
  }
}

/** Names of stacks, or what they begin with, whose logs a key may encrypt, first come first. */
const stacksByKey = new WeakMap<IKey, Set<string>>();

/**
 * Lets CloudWatch Logs encrypt the log groups of a stack with a key. By the name of the stack:
 * naming the groups would make the two stacks wait for each other.
 *
 * Of a nested stack by the name of its top-level stack, with which its own name begins: the nested
 * stack's name is known to CloudFormation alone, so it would make parent and child wait.
 *
 * The policy of an imported key is not ours to change.
 */
export function letLogsEncrypt(scope: Construct, key: IKey): void {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
  letStackEncrypt(key, stack.stackName);
}

function letStackEncrypt(key: IKey, name: string): void {
  const known = stacksByKey.get(key);
  if (known === undefined) {
    const names = new Set([name]);
    stacksByKey.set(key, names);
    key.addToResourcePolicy(logsStatement(key, names));
    return;
  }
  // AWS KMS takes a policy of 32 kB: no name is written twice.
  const isCovered = Array.from(known).some((prefix) => `${name}-`.startsWith(`${prefix}-`));
  if (!isCovered) known.add(name);
}

/** CloudWatch Logs encrypts a log group by itself; only these stacks' groups may have it do so. */
function logsStatement(key: IKey, stackNames: ReadonlySet<string>): PolicyStatement {
  const groups = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group`;
  const patterns = () => Array.from(stackNames, (stackName) => `${groups}:${stackName}-*`);
  return new PolicyStatement({
    sid: 'LogGroupsOfTheseStacks',
    principals: [new ServicePrincipal(regionalService(key, 'logs'))],
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
