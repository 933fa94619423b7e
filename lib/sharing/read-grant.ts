/**
 * Grants reading and decrypting the credentials secret of a cache, by identity policies only: a
 * statement in the key's policy would make the stacks of cache and reader depend on each other. It
 * allows decryption of this one secret through Secrets Manager, and nothing else.
 */

import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type IResource, Token, TokenComparison } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { serviceIn } from '../settings/partitions';
import { GRANTEE, required } from '../settings/value-kinds';
import { checkKinds } from '../validation/kinds';
import { SettingError } from '../validation/setting-error';

export interface GrantingSecretProps {
  /** The cache, whose path prefixes messages. */
  readonly owner: IResource;
  readonly secretArn: string;
  readonly key: IKey;
}

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
      checkReader(owner, grantee);
      const granted = grantRead({ owner, secretArn, key }, grantee, versionStages);
      if (!granted.success) throw new SettingError(withoutPolicy(owner, grantee));
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

/** The key's policy and the endpoint policies admit this account only. */
function checkReader(owner: IResource, grantee: IGrantable): void {
  checkKinds(owner.node.path, { grantee }, { grantee: required(GRANTEE) });
  const { account } = owner.env;
  // A function imported without its role has an account, but its principal has no account.
  const { env } = grantee as Partial<IResource>;
  const readers = grantee.grantPrincipal.principalAccount ?? env?.account;
  if (readers === undefined) return;
  if (Token.compareStrings(account, readers) !== TokenComparison.DIFFERENT) return;
  throw new SettingError(
    `${owner.node.path}: a reader of the credentials secret must be in the account of the cache, ` +
      `${account}, got ${nameOf(grantee)} in account ${readers}. Grant a role of account ` +
      `${account}, and let ${readers} assume that role.`,
  );
}

function withoutPolicy(owner: IConstruct, grantee: IGrantable): string {
  return (
    `${owner.node.path}: a reader of the credentials secret must have a policy of its own, as a ` +
    `role, a user or a function has, got ${nameOf(grantee)}. Grant a role that it assumes.`
  );
}

function nameOf(grantee: IGrantable): string {
  if (Construct.isConstruct(grantee)) return grantee.node.path;
  const { grantPrincipal } = grantee;
  return Construct.isConstruct(grantPrincipal) ? grantPrincipal.node.path : String(grantPrincipal);
}
