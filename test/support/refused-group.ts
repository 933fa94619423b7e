/** A replication group that AWS accepts, and what AWS refuses after a change of it. */

import type { GroupProperties } from '../../lib/settings/elasticache/refusal';
import { refusalsOf } from '../../lib/settings/elasticache/refusals';

export const ACCEPTED: GroupProperties = {
  ReplicationGroupId: 'shop-cache',
  Engine: 'valkey',
  EngineVersion: '8.0',
  CacheNodeType: 'cache.m7g.large',
  NumCacheClusters: 2,
  AutomaticFailoverEnabled: true,
  MultiAZEnabled: 'true',
  TransitEncryptionEnabled: true,
  TransitEncryptionMode: 'required',
  AuthToken: { Ref: 'Password' },
  ClusterMode: 'disabled',
  SnapshotRetentionLimit: 35,
  SnapshotWindow: '02:00-03:00',
  PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
};
export const FAMILY = { CacheParameterGroupFamily: 'valkey8' };
/** Two shards of Valkey 9 with durability. */
export const DURABLE: GroupProperties = {
  EngineVersion: '9.0',
  NumCacheClusters: undefined,
  NumNodeGroups: 2,
  ReplicasPerNodeGroup: 1,
  ClusterMode: 'enabled',
  Durability: 'sync',
};
export const NINE = { CacheParameterGroupFamily: 'valkey9' };
export const TIERED = { CacheNodeType: 'cache.r6gd.xlarge', DataTieringEnabled: true };
export const LONE = { NumCacheClusters: 1, AutomaticFailoverEnabled: false, MultiAZEnabled: false };
export const LATE = { Ref: 'Parameter' };
export const set = (Properties: object) => ({ ...FAMILY, Properties });
export const C = 'InvalidParameterCombination';
export const V = 'InvalidParameterValue';

export const refused = (group: GroupProperties, parameterGroup: GroupProperties = FAMILY) =>
  refusalsOf({ group: { ...ACCEPTED, ...group }, parameterGroup }).map(
    ({ property, code, message }) => `${property} ${code}: ${message}`,
  );

export function redis(EngineVersion: string): GroupProperties {
  return { Engine: 'redis', EngineVersion, TransitEncryptionMode: undefined };
}

export function noReplica(): GroupProperties {
  return { ReplicasPerNodeGroup: undefined, MultiAZEnabled: false };
}

export function late(): GroupProperties {
  const names = ['Engine', 'EngineVersion', 'CacheNodeType', 'Durability', 'ClusterMode'];
  const windows = ['SnapshotWindow', 'PreferredMaintenanceWindow', 'ReplicationGroupId'];
  return Object.fromEntries([...names, ...windows].map((name) => [name, LATE]));
}

export function noMultiAz(): GroupProperties {
  return { MultiAZEnabled: false, Durability: undefined };
}

export function plaintext(): GroupProperties {
  return { TransitEncryptionEnabled: false };
}
