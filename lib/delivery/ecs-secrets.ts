/**
 * The connection as `secrets` of an ECS container: ECS reads the secret only when a task starts.
 *
 * Equals `Secret.fromSecretsManager(cache.credentials, key)` per key, but imports only types of
 * CDK's ECS module, not the whole module.
 */

import type { Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IRedisAccess } from '../sharing/redis-access';
import { checkedVariables, type SecretVariables } from './secret-key';

/** The type of `secrets` of a container. */
export type EcsSecrets = { readonly [variable: string]: EcsSecret };

export function ecsSecrets(cache: IRedisAccess, variables?: SecretVariables): EcsSecrets {
  return Object.fromEntries(
    checkedVariables(`${cache.node.path}.delivery`, variables).map(([variable, key]) => {
      const secret: EcsSecret = {
        // Without a stage and a version, the reference reads AWSCURRENT.
        arn: `${cache.credentials.secretArn}:${key}::`,
        hasField: true,
        grantRead: (grantee: IGrantable) => cache.grantRead(grantee),
      };
      return [variable, secret];
    }),
  );
}
