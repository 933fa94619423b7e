/**
 * The environment variables that an application gets: what the deliveries set is what examples and
 * clients read. Names only: no delivery ever sees a password.
 */

export const APPLICATION_ENV = {
  /** ARN of the secret to read, for an application that reads it again. */
  secretArn: 'REDIS_SECRET_ARN',
  /** `true` where the cache is sharded, so that a client follows redirections. */
  cluster: 'REDIS_CLUSTER',
  /** The connection string, for an application that never reads the secret again. */
  url: 'REDIS_URL',
  readerUrl: 'REDIS_READER_URL',
  /** A PEM file of one more authority to trust, in development. */
  caFile: 'REDIS_CA_FILE',
} as const;
