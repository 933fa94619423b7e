/**
 * The connection as `secrets` of an ECS container: ECS reads the secret when a task starts, and
 * never again.
 *
 * The same as `Secret.fromSecretsManager(cache.credentials, key)` for each key, without loading the
 * whole of CDK's ECS module: its types are enough here.
 */

import type { Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IRedisAccess } from '../access/redis-access';
import { checkedVariables, type SecretVariables } from './secret-key';

/** What `secrets` of a container takes. */
export type EcsSecrets = { readonly [variable: string]: EcsSecret };

export function ecsSecrets(cache: IRedisAccess, variables?: SecretVariables): EcsSecrets {
  return Object.fromEntries(
    checkedVariables(`${cache.node.path}.delivery`, variables).map(([variable, key]) => {
      const secret: EcsSecret = {
        // Without a stage and a version, which is AWSCURRENT.
        arn: `${cache.credentials.secretArn}:${key}::`,
        hasField: true,
        grantRead: (grantee: IGrantable) => cache.grantRead(grantee),
      };
      return [variable, secret];
    }),
  );
}
