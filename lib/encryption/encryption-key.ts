/**
 * The key of one or several caches: data at rest, secrets, logs, alarms and the function's
 * environment.
 *
 * It has the grants that CDK does not add: without them log delivery and alarms fail silently after
 * a successful deploy.
 */

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Aws, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { keepAsMade } from '../rules/keep-as-made';
import { regionalService } from '../settings/partitions';
import { REMOVAL, TEXT } from '../settings/value-kinds';
import { checkedScope, checkKinds, type Kinds } from '../validation/kinds';

export interface EncryptionKeyProps {
  /**
   * DESTROY deletes the key 30 days after its stack. Snapshots cannot be read without it.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The common prefix of the names of all stacks with this key, up to a hyphen: `shop-prod` for
   * `shop-prod-jobs` and `shop-prod-web`. CloudWatch Logs may then encrypt and decrypt the log
   * groups of all such stacks, including removed ones: their logs outlive them.
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
    checkKinds(`${checkedScope(scope, id).node.path}/${id}`, props, KEY_KINDS);
    super(scope, id, {
      description: 'Secure Redis: data at rest, secrets, logs and alarms',
      enableKeyRotation: true,
      // Snapshots outlive the stack, and cannot be read without their key.
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    if (props.stackNamePrefix !== undefined) letStackEncrypt(this, props.stackNamePrefix);
    keepAsMade(this);
  }
}

/** Names or name prefixes of stacks whose logs a key may encrypt, in order of registration. */
const stacksByKey = new WeakMap<IKey, Set<string>>();

/**
 * Lets CloudWatch Logs encrypt the log groups of a stack with a key, by the stack's name: naming
 * the groups would make the two stacks depend on each other.
 *
 * For a nested stack, by the name of its top-level stack, which prefixes its own name: only
 * CloudFormation knows the nested stack's name, so parent and child would depend on each other.
 *
 * It cannot change the policy of an imported key.
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
  // AWS KMS limits a policy to 32 kB: write no name twice.
  const isCovered = Array.from(known).some((prefix) => `${name}-`.startsWith(`${prefix}-`));
  if (!isCovered) known.add(name);
}

/** CloudWatch Logs encrypts log groups, but only those of these stacks. */
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

/** CloudWatch, not the topic, encrypts the alarms that it publishes to a topic with this key. */
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
