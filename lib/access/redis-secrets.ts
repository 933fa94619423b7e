/**
 * The two secrets of a cache with one password: the initial secret and the credentials secret.
 *
 * CloudFormation resolves the group's AuthToken again whenever any property of the group changes,
 * and rotations happen outside of CloudFormation. So CloudFormation sees an initial secret that
 * never changes; the credentials secret starts with its value and is the one that rotates.
 */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Fn, type Resource } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { DEFAULT_USERNAME } from '../../contract/connection-url';
import { ROTATION_ENV } from '../../contract/rotation';
import { protect } from '../rules/check-templates';
import { secretsSubject } from '../rules/secrets';
import { grantingSecret } from '../sharing/read-grant';
import type { CacheLogins, RotatedLogin } from './cache-logins';
import {
  acknowledgeFixed,
  generatedSecret,
  keptUnchanged,
  passwordOf,
  passwordReference,
} from './login-secret';
import { warnOfStackTags } from './stack-tags';

export class RedisSecrets extends Construct implements CacheLogins {
  /** The secret that applications read and that rotates. */
  readonly credentials: ISecret;

  readonly ofGroup: CacheLogins['ofGroup'];
  readonly rotated: readonly RotatedLogin[];
  readonly userArns = undefined;
  readonly otherUserArns = [];
  readonly access = undefined;
  readonly variables: CacheLogins['variables'];
  readonly arnPatterns: CacheLogins['arnPatterns'];

  constructor(scope: Resource, id: string, key: IKey) {
    super(scope, id);
    const initial = generatedSecret(this, 'Initial', { key, username: DEFAULT_USERNAME });
    acknowledgeFixed(
      initial,
      'it must never change: CloudFormation resolves it again at any time. The deploy itself ' +
        'rotates what is in use, so its value opens nothing once the next rotation has run',
    );
    this.ofGroup = { authToken: passwordOf(initial) };
    const credentials = keptUnchanged(
      new CfnSecret(this, 'Credentials', {
        kmsKeyId: key.keyArn,
        secretString: Fn.join('', [
          `{"username":"${DEFAULT_USERNAME}","password":"`,
          ...passwordReference(initial),
          '"}',
        ]),
      }),
    );
    warnOfStackTags(this);
    const both = [initial, credentials];
    protect(this, 'secrets', secretsSubject(both));
    this.rotated = [
      { resource: credentials, scheduleId: 'Schedule', guarded: both, dependencies: [] },
    ];
    this.credentials = grantingSecret(this, 'CredentialsSecret', {
      owner: scope,
      secretArn: credentials.ref,
      key,
    });
    const { secretArn } = this.credentials;
    this.variables = { [ROTATION_ENV.credentialsSecretArn]: secretArn };
    this.arnPatterns = { rotated: [secretArn], all: [secretArn, initial.ref] };
  }
}
