/**
 * Exports of the package for a CDK app.
 *
 * @packageDocumentation
 */

export { Access, type UsersByName } from './access/access';
export { Role, type RoleLogin } from './access/role';
export type { RoleContext } from './access/role-problems';
export type {
  AdminRoleProps,
  CacheRoleProps,
  DjangoRoleProps,
  FixedRoleProps,
  PrefixRoleProps,
  QueueRoleProps,
  ReadOnlyRoleProps,
  ReadWriteRoleProps,
  RoleKind,
} from './access/role-props';
export type { ISecureRedis } from './cache/i-secure-redis';
export type {
  ImportedIamUser,
  ImportedUser,
  SecureRedisAssumptions,
  SecureRedisAttributes,
  SecureRedisImportProps,
} from './cache/import-attributes';
export type { RedisUser } from './cache/redis-user';
export { SecureRedis } from './cache/secure-redis';
export type { SecureRedisProps } from './cache/secure-redis-props';
export type { ClientOptions } from './client-profiles/client-profile';
export type { ClientName } from './client-profiles/client-profiles';
export type {
  ConnectionString,
  ConnectionStringProps,
  UrlOptions,
} from './client-profiles/connection-string';
export { Delivery } from './delivery/delivery';
export { EcsRedeployment } from './delivery/ecs-redeployment';
export type { EcsRedeploymentProps } from './delivery/ecs-redeployment-props';
export type { EcsSecrets } from './delivery/ecs-secrets';
export type { ExternalSecretsProps, Manifest, ManifestMetadata } from './delivery/external-secrets';
export type { HostScriptProps } from './delivery/host-script';
export { SecretKey, type SecretVariables } from './delivery/secret-key';
export { EncryptionKey, type EncryptionKeyProps } from './encryption/encryption-key';
export { Fleet } from './fleet/fleet';
export { readStageConfig, type StageConfig } from './fleet/stage-config';
export type { StagePlace } from './fleet/stage-places';
export type {
  AlarmRecipients,
  NewTopicRecipients,
  SlackChannel,
} from './monitoring/alarm-recipients';
export type { AlarmThresholds } from './monitoring/alarm-thresholds';
export { AlarmTopic } from './monitoring/alarm-topic';
export { CacheNode } from './monitoring/cache-node';
export { EventTopic } from './monitoring/event-topic';
export { EndpointChoice } from './network/endpoint-choice';
export { RedisNetwork } from './network/redis-network';
export type { RedisNetworkProps } from './network/redis-network-props';
export { Engine } from './settings/engine';
export { Purpose } from './settings/purpose';
export { RestoreSource } from './settings/restore-source';
export type { RotationSchedule, Weekday } from './settings/rotation-schedule';
export { type ReplicatedProps, type ShardedProps, Topology } from './settings/topology';
export type { IRedisAccess } from './sharing/redis-access';
export { SettingError } from './validation/setting-error';
