/**
 * The entry point `cdk-secure-redis/client`: connects an application to its cache and keeps it
 * connected through rotations.
 *
 * It imports neither the AWS SDK nor a client library: both are arguments.
 */

export { SecretText } from '../contract/secret-text';
export type { AwsIdentity } from './aws-identity';
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
export { IamCredentials, type IamCredentialsOptions } from './iam-credentials';
export type { SignatureV4Class } from './iam-token';
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
