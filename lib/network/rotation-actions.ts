/**
 * The AWS actions of a rotation. Role and endpoint policies use the same list, since an action
 * missing in one of them would fail in the first deploy.
 */

import type { CacheArns } from './cache-arns';

export const SECRET_ACTIONS: readonly string[] = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:ListSecretVersionIds',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

const GROUP_ACTIONS: readonly string[] = [
  'elasticache:DescribeReplicationGroups',
  'elasticache:ModifyReplicationGroup',
];

/** The actions on the replication group. The passwords of users are not passwords of the group. */
export function groupActions({ userArns }: Pick<CacheArns, 'userArns'>): readonly string[] {
  return userArns === undefined ? GROUP_ACTIONS : ['elasticache:DescribeReplicationGroups'];
}

export const USER_ACTIONS: readonly string[] = [
  'elasticache:DescribeUsers',
  'elasticache:ModifyUser',
];

/** On the user group: to see whether somebody has changed its members, and to take that back. */
export const USER_GROUP_ACTIONS: readonly string[] = [
  'elasticache:DescribeUserGroups',
  'elasticache:ModifyUserGroup',
];

/** On the secret with what was deployed for users. */
export const ACCESS_SECRET_ACTIONS: readonly string[] = ['secretsmanager:GetSecretValue'];

/** A sharded cache does not list its node addresses: they are read per node. */
export const CLUSTER_ACTIONS: readonly string[] = ['elasticache:DescribeCacheClusters'];
