/**
 * The secret with what a deploy gives each user: the rotation function compares ElastiCache with
 * it, and can take changes by hand back.
 *
 * Not secret; Secrets Manager is what the function reaches without internet. Secrets Manager keeps
 * the version before: with that, a check during a stack update knows both.
 */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { DEPLOYED_ACCESS_BYTES_MAX } from '../../contract/deployed-access';
import { mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';
import { acknowledgeFixed, keptUnchanged } from './login-secret';

/** Metadata key of the secret, by which a baseline leaves it out. */
export const DEPLOYED_ACCESS_METADATA = 'secure-redis:deployed-access';

/**
 * `text` is the JSON of a `DeployedAccess`.
 *
 * @throws SettingError if the users have more text than Secrets Manager takes.
 */
export function deployedAccessSecret(
  scope: Construct,
  id: string,
  { key, text }: { readonly key: IKey; readonly text: string },
): CfnSecret {
  checkLength(scope, text);
  const secret = keptUnchanged(
    new CfnSecret(scope, id, {
      kmsKeyId: key.keyArn,
      secretString: text,
    }),
  );
  secret.addMetadata(DEPLOYED_ACCESS_METADATA, 'access strings, and no password');
  acknowledgeFixed(
    secret,
    'it holds access strings and no password: its value changes with the stack alone',
  );
  return secret;
}

function checkLength({ node }: Construct, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= DEPLOYED_ACCESS_BYTES_MAX) return;
  const message = mustBe({
    subject: 'access.users',
    allowed: `users with at most ${DEPLOYED_ACCESS_BYTES_MAX} bytes of access strings and roles`,
    given: `${bytes}`,
    advice: 'Shorten the longest roles, or divide the users between two caches.',
  });
  throw new SettingError(`${node.path}: ${message}`);
}
