/**
 * Grants reading and decrypting the credentials secret of a cache, by identity policies only: a
 * statement in the key's policy would make the stacks of cache and reader depend on each other. It
 * allows decryption of this one secret through Secrets Manager, and nothing else.
 */

import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IResource } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { serviceIn } from '../settings/partitions';
import { SettingError } from '../validation/setting-error';
import { checkGrantee, withoutPolicy } from './grantee-problems';

export interface GrantingSecretProps {
  /** The cache, whose path prefixes messages. */
  readonly owner: IResource;
  readonly secretArn: string;
  readonly key: IKey;
}

const READER = 'a reader of the credentials secret';

/** An imported secret whose grants use this file, including those requested by CDK constructs. */
export function grantingSecret(
  scope: Construct,
  id: string,
  { owner, secretArn, key }: GrantingSecretProps,
): ISecret {
  const secret = Secret.fromSecretAttributes(scope, id, {
    secretCompleteArn: secretArn,
    encryptionKey: key,
  });
  return Object.assign(secret, {
    grantRead: (grantee: IGrantable, versionStages?: string[]) => {
      // The key's policy and the endpoint policies admit this account only.
      checkGrantee(owner, grantee, READER);
      const granted = grantRead({ owner, secretArn, key }, grantee, versionStages);
      if (!granted.success) throw withoutPolicy(owner, grantee, READER);
      return granted;
    },
    grantWrite: () => {
      throw new SettingError(
        `${owner.node.path}: the credentials secret must be written by its rotation function ` +
          'only, got a grant to write. Remove the grant, and use ' +
          '`npx secure-redis rotate` for a new password.',
      );
    },
  });
}

function grantRead(
  { owner, secretArn, key }: GrantingSecretProps,
  grantee: IGrantable,
  stages?: string[],
): Grant {
  const read = Grant.addToPrincipal({
    grantee,
    actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    resourceArns: [secretArn],
    ...(stages && {
      conditions: { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': stages } },
    }),
  });
  const decrypt = Grant.addToPrincipal({
    grantee,
    actions: ['kms:Decrypt'],
    resourceArns: [key.keyArn],
    conditions: {
      StringEquals: {
        'kms:EncryptionContext:SecretARN': secretArn,
        // The region of the secret: the reader's stack may be in another region.
        'kms:ViaService': serviceIn(owner.env.region, 'secretsmanager'),
      },
    },
  });
  return read.combine(decrypt);
}
