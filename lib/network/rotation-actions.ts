/**
 * The AWS actions of a rotation. Role and endpoint policies use the same list, since an action
 * missing in one of them would fail in the first deploy.
 */

export const SECRET_ACTIONS: readonly string[] = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:ListSecretVersionIds',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

export const GROUP_ACTIONS: readonly string[] = [
  'elasticache:DescribeReplicationGroups',
  'elasticache:ModifyReplicationGroup',
];

/** A sharded cache does not list its node addresses: they are read per node. */
export const CLUSTER_ACTIONS: readonly string[] = ['elasticache:DescribeCacheClusters'];
