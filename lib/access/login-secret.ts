/**
 * Secrets of logins: with a generated password, and without anything that can change later.
 *
 * An update of a secret may send its SecretString again, which would overwrite the live password.
 * So no property may depend on anything that can change, including tags.
 */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnDeletionPolicy, Fn } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { PASSWORD_LENGTH, PASSWORD_SPECIAL_USED } from '../../contract/password';
import { acknowledge, inPacks } from '../rules/acknowledge';

/** All ASCII punctuation except the special character of generated passwords. */
const EXCLUDED = Array.from('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')
  .filter((character) => character !== PASSWORD_SPECIAL_USED)
  .join('');

/** A secret with a user name and a generated password. */
export function generatedSecret(
  scope: Construct,
  id: string,
  { key, username }: { readonly key: IKey; readonly username: string },
): CfnSecret {
  return keptUnchanged(
    new CfnSecret(scope, id, {
      kmsKeyId: key.keyArn,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username }),
        generateStringKey: 'password',
        passwordLength: PASSWORD_LENGTH,
        excludeCharacters: EXCLUDED,
        requireEachIncludedType: true,
      },
    }),
  );
}

/** Leaves out what could change a secret later, and keeps the value of a replaced secret. */
export function keptUnchanged(secret: CfnSecret): CfnSecret {
  secret.addPropertyDeletionOverride('Tags');
  // Secrets Manager keeps a deleted secret for 30 days; CloudFormation retains a replaced one.
  secret.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
  secret.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
  return secret;
}

/** The parts of a dynamic reference to the password of a secret. */
export function passwordReference(secret: CfnSecret): readonly string[] {
  // No version id: a pinned version would restore a revoked password.
  return ['{{resolve:secretsmanager:', secret.ref, ':SecretString:password::}}'];
}

/** The password of a secret, as a dynamic reference. */
export function passwordOf(secret: CfnSecret): string {
  return Fn.join('', [...passwordReference(secret)]);
}

/** Acknowledges that a secret does not rotate. */
export function acknowledgeFixed(secret: CfnSecret, reason: string): void {
  acknowledge(
    secret,
    [
      ...inPacks('SMG4', 'AwsSolutions'),
      ...inPacks('SecretsManagerRotationEnabled', 'HIPAA.Security', 'NIST.800.53.R5'),
    ],
    reason,
  );
}
