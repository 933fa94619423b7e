/**
 * The two secrets of a cache.
 *
 * CloudFormation resolves the group's AuthToken again whenever any property of the group changes,
 * and a rotation happens outside of CloudFormation. So what CloudFormation sees is an initial
 * secret that never changes; the credentials secret starts from its value and is what rotates.
 *
 * Nothing in a property of either may depend on what can change later, tags included: an update
 * of a secret may send its SecretString again, which would overwrite the live password.
 */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnDeletionPolicy, Fn, type Resource } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { DEFAULT_USERNAME } from '../../contract/connection-url';
import { PASSWORD_LENGTH, PASSWORD_SPECIAL_USED } from '../../contract/password';
import { grantingSecret } from '../access/read-grant';
import { acknowledge, inPacks } from '../acknowledge';
import { protect } from '../rules/engine';
import { type SecretsSubject, secretsSubject } from '../rules/secrets';

/** Every ASCII punctuation character but the one that our passwords use. */
const EXCLUDED = Array.from('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')
  .filter((character) => character !== PASSWORD_SPECIAL_USED)
  .join('');

export class RedisSecrets extends Construct {
  /** The secret that an application reads and that rotates. */
  readonly credentials: ISecret;

  /** The password that the group is created with, as a reference that CloudFormation resolves. */
  readonly initialPassword: string;

  /** Both, as the rules protect them. */
  readonly subject: SecretsSubject;

  /** The resource behind `credentials`. */
  readonly credentialsResource: CfnSecret;

  constructor(scope: Resource, id: string, key: IKey) {
    super(scope, id);
    const initial = new CfnSecret(this, 'Initial', {
      kmsKeyId: key.keyArn,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: DEFAULT_USERNAME }),
        generateStringKey: 'password',
        passwordLength: PASSWORD_LENGTH,
        excludeCharacters: EXCLUDED,
        requireEachIncludedType: true,
      },
    });
    acknowledgeInitial(initial);
    // Without a version: a pinned one would bring back a password that is long revoked.
    const reference = ['{{resolve:secretsmanager:', initial.ref, ':SecretString:password::}}'];
    this.initialPassword = Fn.join('', reference);
    this.credentialsResource = new CfnSecret(this, 'Credentials', {
      kmsKeyId: key.keyArn,
      secretString: Fn.join('', [
        `{"username":"${DEFAULT_USERNAME}","password":"`,
        ...reference,
        '"}',
      ]),
    });
    for (const secret of [initial, this.credentialsResource]) {
      secret.addPropertyDeletionOverride('Tags');
      // Secrets Manager keeps a deleted secret for 30 days; a replaced one is kept until removed.
      secret.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
      secret.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    }
    this.subject = secretsSubject(initial, this.credentialsResource);
    protect(this, 'secrets', this.subject);
    this.credentials = grantingSecret(this, 'CredentialsSecret', {
      owner: scope,
      secretArn: this.credentialsResource.ref,
      key,
    });
  }
}

function acknowledgeInitial(initial: CfnSecret): void {
  acknowledge(
    initial,
    [
      ...inPacks('SMG4', 'AwsSolutions'),
      ...inPacks('SecretsManagerRotationEnabled', 'HIPAA.Security', 'NIST.800.53.R5'),
    ],
    'it must never change: CloudFormation resolves it again at any time. The deploy itself ' +
      'rotates what is in use, so its value opens nothing once the next rotation has run',
  );
}
