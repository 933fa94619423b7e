/**
 * Checks given keys and topics as far as synth can see them: AWS would reject unsuitable ones
 * during the deploy, or accept them and publish nothing.
 */

import { CfnAlias, CfnKey, type IKey } from 'aws-cdk-lib/aws-kms';
import { CfnTopic, type ITopic } from 'aws-cdk-lib/aws-sns';
import { Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Problems } from '../validation/setting-error';

interface GivenResources {
  readonly encryptionKey?: IKey | undefined;
  readonly eventTopic?: ITopic | undefined;
}

/** Adds a problem per given resource that AWS rejects. */
export function checkGivenResources(problems: Problems, given: GivenResources): void {
  if (given.encryptionKey) checkKey(problems, given.encryptionKey);
  if (given.eventTopic) checkEventTopic(problems, given.eventTopic);
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html */
function checkKey(problems: Problems, key: IKey): void {
  const isAlias = resourceOf(key, CfnAlias.CFN_RESOURCE_TYPE_NAME) !== undefined;
  const target: unknown = isAlias ? Reflect.get(key, 'aliasTargetKey') : key;
  const { keySpec, keyUsage } = resourceOf<CfnKey>(target, CfnKey.CFN_RESOURCE_TYPE_NAME) ?? {};
  const isOther = (value: string | undefined, allowed: string) =>
    value !== undefined && !Token.isUnresolved(value) && value !== allowed;
  if (isOther(keySpec, 'SYMMETRIC_DEFAULT') || isOther(keyUsage, 'ENCRYPT_DECRYPT')) {
    problems.add(
      'encryptionKey',
      [keySpec, keyUsage].filter((each) => each !== undefined).join(', '),
      'a symmetric key that encrypts and decrypts: ElastiCache, Secrets Manager and CloudWatch ' +
        'Logs take no other',
      'leave `keySpec` and `keyUsage` out of the key',
    );
  }
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html */
function checkEventTopic(problems: Problems, topic: ITopic): void {
  const resource = resourceOf<CfnTopic>(topic, CfnTopic.CFN_RESOURCE_TYPE_NAME);
  const isEncrypted = topic.masterKey !== undefined || resource?.kmsMasterKeyId !== undefined;
  const isFifo = topic.fifo || resource?.fifoTopic === true || topic.topicArn.endsWith('.fifo');
  if (!isEncrypted && !isFifo) return;
  problems.add(
    'eventTopic',
    isEncrypted ? 'an encrypted topic' : 'a FIFO topic',
    'a standard topic without encryption: ElastiCache publishes to no other, and its events are ' +
      'lost',
    'pass `new EventTopic(this, "Events")`',
  );
}

function resourceOf<Resource>(construct: unknown, type: string): Resource | undefined {
  const child = (construct as Construct).node.defaultChild;
  const isOfType = child !== undefined && Reflect.get(child, 'cfnResourceType') === type;
  return isOfType ? (child as unknown as Resource) : undefined;
}
