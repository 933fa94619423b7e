/** What a CDK app imports from this package. */

export { Engine } from './engine';
export { SecureRedis, type SecureRedisProps } from './secure-redis';
export { SecureRedisStack, type SecureRedisStackProps } from './secure-redis-stack';
export { SettingError } from './setting-error';
export { readStageConfig, type StageConfig } from './stage-config';
