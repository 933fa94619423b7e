/**
 * Both ends of each peer range of package.json: the oldest version that works, found by trying
 * older ones, and the one that the repository is tested with.
 *
 * aws-cdk-lib 2.130.0 renders all of it. In 2.100.0 `Topic` has no `enforceSSL` and the function no
 * `logGroup`, and CDK drops a property that it does not know without a warning.
 */

export const CONSTRUCTS = [
  { 'aws-cdk-lib': '2.130.0', constructs: '10.3.0' },
  { 'aws-cdk-lib': '2.276.0', constructs: '10.8.1' },
] as const;

export const CLIENTS = [
  { ioredis: '5.0.0' },
  { ioredis: '5.11.1' },
  { ioredis: '6.0.0' },
  { redis: '5.0.0' },
  { redis: '5.12.1' },
  { redis: '6.3.1' },
] as const;
