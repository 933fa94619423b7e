/**
 * The entry point `cdk-secure-redis/client`: what an application needs to connect to its cache,
 * and to stay connected through rotations.
 *
 * Nothing of AWS and no client library is imported here: both are passed in.
 */

export { SecretText } from '../contract/secret-text';
export {
  type ConnectIoredisClusterOptions,
  type ConnectIoredisOptions,
  connectIoredis,
  type IoredisClass,
  type IoredisClient,
  type IoredisClientOf,
} from './connect-ioredis';
export {
  type ConnectNodeRedisClusterOptions,
  type ConnectNodeRedisOptions,
  connectNodeRedis,
  type NodeRedisClient,
  type NodeRedisFunction,
} from './connect-node-redis';
export type { ConnectOptions, RedisClientEvent } from './connect-options';
export {
  explainRedisError,
  RedisClientError,
  type RedisClientErrorCode,
  type RedisEndpoint,
} from './redis-client-error';
export type { RedisCredential } from './redis-credential';
export {
  RedisCredentials,
  type RedisCredentialsOptions,
} from './redis-credentials';
export { type RedisUrlOptions, type RedisUrlParts, redisUrl } from './redis-url';
