/** ARNs of the resources that the rotation of a cache uses. */

import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

export interface CacheArns {
  readonly scope: IConstruct;
  /** The secrets that rotate. */
  readonly secretArns: string[];
  readonly groupArn: string;
  /** ARN pattern of the nodes, which only the rotation of a sharded cache reads. */
  readonly nodeArns: string | undefined;
  /**
   * The users whose passwords rotate.
   *
   * @internal
   * @default - one password
   */
  readonly userArns?: string[] | undefined;
  /**
   * The default user and the users with IAM logins.
   *
   * @internal
   * @default - none
   */
  readonly otherUserArns?: string[] | undefined;
  /**
   * The secret with what was deployed for users, and their group.
   *
   * @internal
   * @default - one password
   */
  readonly access?: { readonly secretArn: string; readonly groupArn: string } | undefined;
}

/** ARN patterns for all caches of this account and region with logins of the same kind. */
export function ofAnyCache(
  scope: IConstruct,
  { userArns, access }: CacheArns,
): Omit<CacheArns, 'scope'> {
  const arn = (service: string, resource: string) => arnInStack(scope, service, resource, '*');
  return {
    secretArns: [arn('secretsmanager', 'secret')],
    groupArn: arn('elasticache', 'replicationgroup'),
    nodeArns: arn('elasticache', 'cluster'),
    userArns: userArns && [arn('elasticache', 'user')],
    access: access && {
      secretArn: arn('secretsmanager', 'secret'),
      groupArn: arn('elasticache', 'usergroup'),
    },
  };
}

/** Users of ElastiCache, as a pattern. */
export function anyUserArn(scope: IConstruct): string {
  return arnInStack(scope, 'elasticache', 'user', '*');
}

/** The ARN of a resource in the account and region of a construct. */
export function arnInStack(
  scope: IConstruct,
  service: string,
  resource: string,
  resourceName: string,
): string {
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return Stack.of(scope).formatArn({ service, resource, resourceName, arnFormat });
}
