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
import { Annotations, CfnDeletionPolicy, Fn, type Resource, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { DEFAULT_USERNAME } from '../../contract/connection-url';
import { PASSWORD_LENGTH, PASSWORD_SPECIAL_USED } from '../../contract/password';
import { grantingSecret } from '../access/read-grant';
import { acknowledge, inPacks } from '../rules/acknowledge';
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

  /** Of the secret that CloudFormation sees. */
  readonly initialArn: string;

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
    this.initialArn = initial.ref;
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
    // As late as aspects can still add a tag to the stack.
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
 * CloudFormation puts the tags of a stack on its secrets, and of a nested stack those of its
 * parents. No refusal: whether the update that a changed tag causes sends SecretString again, AWS
 * does not say, and an organization may require tags on every stack. The baseline refuses a change.
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/194
 */
function warnOfStackTags(secrets: RedisSecrets): string[] {
  const names: string[] = [];
  for (let stack = Stack.of(secrets); ; stack = stack.nestedStackParent) {
    const tags = Object.entries(stack.tags.tagValues());
    // CDK leaves out those that only the deploy knows.
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
