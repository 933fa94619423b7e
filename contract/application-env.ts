/**
 * Environment variables of an application: deliveries set them, examples and clients read them.
 *
 * Names only: no delivery ever sees a password.
 */

export const APPLICATION_ENV = {
  /** ARN of the secret, for an application that reads it again after a rotation. */
  secretArn: 'REDIS_SECRET_ARN',
  /** `true` if the cache is sharded and the client must follow redirections. */
  cluster: 'REDIS_CLUSTER',
  /** The connection string, for an application that reads the secret only at its start. */
  url: 'REDIS_URL',
  readerUrl: 'REDIS_READER_URL',
  /** The password of the connection string, for a program that takes it separately. */
  password: 'REDIS_PASSWORD',
  /** Of a user that logs in by IAM, what its client needs: the primary endpoint. */
  host: 'REDIS_HOST',
  readerHost: 'REDIS_READER_HOST',
  port: 'REDIS_PORT',
  /** The id of the user, which is also its name. */
  user: 'REDIS_USER',
  /** The id of the replication group, for which the client signs its tokens. */
  cacheName: 'REDIS_CACHE_NAME',
  /** The region of the cache, for the same purpose. */
  region: 'REDIS_REGION',
  /** The database to select; absent for 0. */
  database: 'REDIS_DATABASE',
  /** A PEM file with an additional certificate authority to trust, for development. */
  caFile: 'REDIS_CA_FILE',
} as const;
