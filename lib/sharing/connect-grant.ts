/**
 * Grants logging in by IAM as one user of one cache: ElastiCache asks for `elasticache:Connect` on
 * both, the replication group and the user. By identity policies only, which no other account has.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
 */

import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, type IResource, Stack } from 'aws-cdk-lib/core';
import { checkGrantee, withoutPolicy } from './grantee-problems';

export const CONNECT_ACTION = 'elasticache:Connect';

export interface ConnectingUser {
  /** The user as a construct, whose path prefixes messages, in the place of the cache. */
  readonly owner: IResource;
  readonly userId: string;
  readonly replicationGroupId: string;
}

const WHAT = 'a client that logs in by IAM';

export function grantConnect(user: ConnectingUser, grantee: IGrantable): Grant {
  const { owner, userId, replicationGroupId } = user;
  checkGrantee(owner, grantee, WHAT);
  const { region, account } = owner.env;
  const arn = (resource: string, resourceName: string) =>
    Stack.of(owner).formatArn({
      service: 'elasticache',
      region,
      account,
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  const granted = Grant.addToPrincipal({
    grantee,
    actions: [CONNECT_ACTION],
    resourceArns: [arn('replicationgroup', replicationGroupId), arn('user', userId)],
  });
  if (!granted.success) throw withoutPolicy(owner, grantee, WHAT);
  return granted;
}
