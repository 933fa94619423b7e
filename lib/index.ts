/** What a CDK app imports from this package. */

export type { ClientOptions } from './connection/client-profile';
export type { ClientName } from './connection/client-profiles';
export type {
  ConnectionString,
  ConnectionStringProps,
  UrlOptions,
} from './connection/connection-string';
export { Delivery } from './delivery/delivery';
export { EcsRedeployment, type EcsRedeploymentProps } from './delivery/ecs-redeployment';
export type { EcsSecrets } from './delivery/ecs-secrets';
export type { ExternalSecretsProps, Manifest, ManifestMetadata } from './delivery/external-secrets';
export type { HostScriptProps } from './delivery/host-script';
export { SecretKey, type SecretVariables } from './delivery/secret-key';
export { EncryptionKey, type EncryptionKeyProps } from './encryption-key';
export { Baseline, baselineFile } from './fleet/baseline';
export { applyBaseline, checkBaseline, type Permission } from './fleet/check-baseline';
export { Fleet } from './fleet/fleet';
export { readStageConfig, type StageConfig } from './fleet/stage-config';
export type { ISecureRedis } from './i-secure-redis';
export type { SecureRedisAttributes, SecureRedisImportProps } from './imported-redis';
export type { AlarmRecipients, SlackChannel } from './monitoring/alarm-recipients';
export type { AlarmThresholds } from './monitoring/alarm-thresholds';
export { AlarmTopic } from './monitoring/alarm-topic';
export { CacheNode } from './monitoring/cache-node';
export { EventTopic } from './monitoring/event-topic';
export { EndpointChoice } from './network/endpoint-choice';
export { type CacheArns, RedisNetwork } from './network/redis-network';
export type { RedisNetworkProps } from './network/redis-network-props';
export type { IRedisAccess } from './redis-access';
export type { RuleText } from './rules/rule';
export { RULES } from './rules/rules';
export { SecureRedis } from './secure-redis';
export { SecureRedisBase } from './secure-redis-base';
export type { SecureRedisProps } from './secure-redis-props';
export { SecureRedisStack, type SecureRedisStackProps } from './secure-redis-stack';
export { Engine } from './settings/engine';
export { Purpose } from './settings/purpose';
export { RestoreSource } from './settings/restore-source';
export type { RotationSchedule, Weekday } from './settings/rotation-schedule';
export { SettingError } from './settings/setting-error';
export { type ReplicatedProps, type ShardedProps, Topology } from './settings/topology';
