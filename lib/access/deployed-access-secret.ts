/**
 * The secret with what a deploy gives each user: the rotation function compares ElastiCache with
 * it, and can take changes by hand back.
 *
 * Not secret; Secrets Manager is what the function reaches without internet. Secrets Manager keeps
 * the version before: with that, a check during a stack update knows both.
 */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { DEPLOYED_ACCESS_BYTES_MAX, type DeployedAccess } from '../../contract/deployed-access';
import { mustBe } from '../validation/must-be';
import { SettingError } from '../validation/setting-error';
import { acknowledgeFixed, keptUnchanged } from './login-secret';

/** Metadata key of the secret, by which a baseline leaves it out. */
export const DEPLOYED_ACCESS_METADATA = 'secure-redis:deployed-access';

/** @throws SettingError if the users have more text than Secrets Manager takes. */
export function deployedAccessSecret(
  scope: Construct,
  id: string,
  { key, access }: { readonly key: IKey; readonly access: DeployedAccess },
): CfnSecret {
  checkLength(scope, access);
  const secret = keptUnchanged(
    new CfnSecret(scope, id, {
      kmsKeyId: key.keyArn,
      secretString: Stack.of(scope).toJsonString(access),
    }),
  );
  secret.addMetadata(DEPLOYED_ACCESS_METADATA, 'access strings, and no password');
  acknowledgeFixed(
    secret,
    'it holds access strings and no password: its value changes with the stack alone',
  );
  return secret;
}

function checkLength({ node }: Construct, access: DeployedAccess): void {
  const bytes = Buffer.byteLength(JSON.stringify(access));
  if (bytes <= DEPLOYED_ACCESS_BYTES_MAX) return;
  const message = mustBe({
    subject: 'access.users',
    allowed: `users with at most ${DEPLOYED_ACCESS_BYTES_MAX} bytes of access strings and roles`,
    given: `${bytes}`,
    advice: 'Shorten the longest roles, or divide the users between two caches.',
  });
  throw new SettingError(`${node.path}: ${message}`);
}
