/**
 * Oldest and newest supported version of each peer dependency: the oldest version that works, found
 * by trying older ones, and the version that the repository is tested with.
 *
 * aws-cdk-lib 2.128.0 drops `enforceSSL` of a topic without a warning, so the topic accepts
 * plaintext. With ioredis 5.4.1 the adapter never gets a connection.
 */

export const CONSTRUCTS = [
  { 'aws-cdk-lib': '2.129.0', constructs: '10.0.0' },
  { 'aws-cdk-lib': '2.276.0', constructs: '10.8.1' },
] as const;

export const CLIENTS = [
  { ioredis: '5.4.2' },
  { ioredis: '5.11.1' },
  { ioredis: '6.0.0' },
  { redis: '5.0.0' },
  { redis: '5.12.1' },
  { redis: '6.0.0' },
  { redis: '6.3.1' },
  { '@smithy/signature-v4': '5.0.0' },
  { '@smithy/signature-v4': '5.7.5' },
] as const;
