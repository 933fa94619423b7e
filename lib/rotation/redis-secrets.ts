/**
 * The two secrets of a cache: the initial secret and the credentials secret.
 *
 * CloudFormation resolves the group's AuthToken again whenever any property of the group changes,
 * and rotations happen outside of CloudFormation. So CloudFormation sees an initial secret that
 * never changes; the credentials secret starts with its value and is the one that rotates.
 *
 * No property of either may depend on anything that can change later, including tags: an update of
 * a secret may send its SecretString again, which would overwrite the live password.
 */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Annotations, CfnDeletionPolicy, Fn, type Resource, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { DEFAULT_USERNAME } from '../../contract/connection-url';
import { PASSWORD_LENGTH, PASSWORD_SPECIAL_USED } from '../../contract/password';
import { acknowledge, inPacks } from '../rules/acknowledge';
import { protect } from '../rules/check-templates';
import { type SecretsSubject, secretsSubject } from '../rules/secrets';
import { grantingSecret } from '../sharing/read-grant';

/** All ASCII punctuation except the special character of generated passwords. */
const EXCLUDED = Array.from('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')
  .filter((character) => character !== PASSWORD_SPECIAL_USED)
  .join('');

export class RedisSecrets extends Construct {
  /** The secret that applications read and that rotates. */
  readonly credentials: ISecret;

  /** The password that the group is created with, as a dynamic reference. */
  readonly initialPassword: string;

  /** ARN of the initial secret. */
  readonly initialArn: string;

  /** Both secrets, as a subject of the rules. */
  readonly subject: SecretsSubject;

  /** The L1 resource of `credentials`. */
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
    this.initialArn = initial.ref;
    // No version id: a pinned version would restore a revoked password.
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
      // Secrets Manager keeps a deleted secret for 30 days; CloudFormation retains a replaced one.
      secret.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
      secret.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    }
    // Validation runs after aspects, which can still add tags to the stack.
    this.node.addValidation({ validate: () => warnOfStackTags(this) });
    this.subject = secretsSubject(initial, this.credentialsResource);
    protect(this, 'secrets', this.subject);
    this.credentials = grantingSecret(this, 'CredentialsSecret', {
      owner: scope,
      secretArn: this.credentialsResource.ref,
      key,
    });
  }
}

/**
 * Warns about stack tags, which CloudFormation copies to secrets, in a nested stack also those of
 * its parents. Only a warning: AWS does not document whether the update for a changed tag sends
 * SecretString again, and an organization may require tags on every stack. The baseline rejects
 * such a change. https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/194
 */
function warnOfStackTags(secrets: RedisSecrets): string[] {
  const names: string[] = [];
  for (let stack = Stack.of(secrets); ; stack = stack.nestedStackParent) {
    const tags = Object.entries(stack.tags.tagValues());
    // CDK omits tags known only at deploy.
    names.push(...tags.filter((tag) => !Token.isUnresolved(tag)).map(([name]) => name));
    if (stack.nestedStackParent === undefined) break;
  }
  if (names.length > 0) {
    Annotations.of(secrets).addWarningV2('secure-redis:stack-tags', stackTagsText(names));
  }
  return [];
}

function stackTagsText(names: readonly string[]): string {
  const all = Array.from(new Set(names)).sort().join(', ');
  return (
    `The stack has the tags ${all}, which CloudFormation puts on both secrets: a later change of ` +
    'one updates the secrets, which could overwrite the live password. Before the first deploy, ' +
    'keep tags off the stack: with "@aws-cdk/core:explicitStackTags": true in the context of ' +
    'cdk.json, `Tags.of(scope).add(…)` tags the resources alone, and leaves the secrets out; use ' +
    "it instead of the stack's prop `tags`. After the first deploy, leave the tags of the stack " +
    'as they are.'
  );
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
