/**
 * What a rotation does to AWS. The role allows it and the endpoints let it through: one list, since
 * an action that only one of the two knows would fail in the first deploy.
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

/** A sharded cache does not tell where its nodes are: each of them must be asked about. */
export const CLUSTER_ACTIONS: readonly string[] = ['elasticache:DescribeCacheClusters'];
