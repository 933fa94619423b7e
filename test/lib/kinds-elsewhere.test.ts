/**
 * Arguments of other constructs, methods and static functions are checked with the same messages as
 * the props of a cache.
 */

import { App, Stack } from 'aws-cdk-lib/core';
import {
  EcsRedeployment,
  EncryptionKey,
  RedisNetwork,
  RestoreSource,
  SecureRedis,
  Topology,
} from '../../lib';
import { messageOf } from '../support/message-of';

const stack = new Stack(new App(), 'S');

describe('An argument of the wrong kind is refused', () => {
  const cache = new SecureRedis(stack, 'Cache');
  const { delivery } = cache;
  type Loose = (...given: readonly unknown[]) => unknown;

  test.each<[string, () => unknown, string]>([
    [
      'shards without their number',
      () => (Topology.sharded as Loose)(),
      'Topology.sharded: `shards` must be a number of shards, got nothing. Add it.',
    ],
    [
      'the prop of the other topology',
      () => (Topology.sharded as Loose)({ shards: 3, replicas: 2 }),
      'Topology.sharded: `replicas` must be the name of a prop, got an unknown one. Use ' +
        '`replicasPerShard`.',
    ],
    [
      'a number of replicas',
      () => (Topology.replicated as Loose)(2),
      'Topology.replicated: the props must be an object, got 2. Use { replicas: … }.',
    ],
    [
      'a list of files',
      () => (RestoreSource.s3 as Loose)(['arn:a', 'arn:b']),
      'RestoreSource.s3: `arn` must be the ARN of an RDB file, got ["arn:a","arn:b"]. Pass ' +
        'each as an argument: s3(...arns).',
    ],
    [
      'a key’s policy',
      () => new EncryptionKey(stack, 'Kept', { removalPolicy: 'keep' } as never),
      'S/Kept: `removalPolicy` must be a RemovalPolicy, got "keep". Use one of ' +
        'RemovalPolicy.SNAPSHOT, RemovalPolicy.DESTROY.',
    ],
    [
      'the id of a VPC',
      () => new RedisNetwork(stack, 'ById', { vpc: 'vpc-1' } as never),
      `S/ById: \`vpc\` must be a VPC, got "vpc-1". Use Vpc.fromVpcAttributes(this, 'Vpc', { ` +
        `vpcId: "vpc-1", … }).`,
    ],
    [
      'an unknown name of a network',
      () => new RedisNetwork(stack, 'Typo', { endpointSecurityGroups: [] } as never),
      'S/Typo: `endpointSecurityGroups` must be the name of a prop, got an unknown one. Use ' +
        '`endpointSecurityGroup`.',
    ],
    [
      'no services',
      () => new EcsRedeployment(stack, 'Restart', { cache } as never),
      'S/Restart: `services` must be a list of 1 to 5 services, got nothing. Pass the services.',
    ],
    [
      'the ARN of a role',
      () => (cache.grantRead as Loose).call(cache, 'arn:role'),
      'S/Cache: `grantee` must be a role, or a construct that has one, got "arn:role". ' +
        `Use Role.fromRoleArn(this, 'Reader', "arn:role").`,
    ],
    [
      'a key that the secret does not have',
      () => delivery.ecsSecrets({ REDIS_URL: 'readerurl' } as never),
      'S/Cache.delivery: `variables.REDIS_URL` must be one of SecretKey, got "readerurl". ' +
        'Use SecretKey.READER_URL.',
    ],
    [
      'no namespace',
      () => (delivery.externalSecrets as Loose).call(delivery),
      'S/Cache.delivery: `namespace` must be a text, got nothing. Add it.',
    ],
    [
      'a number of minutes',
      () => delivery.externalSecrets({ namespace: 'x', refreshInterval: 60 } as never),
      'S/Cache.delivery: `refreshInterval` must be a Duration, got 60. Use Duration.minutes(60).',
    ],
    [
      'a path alone',
      () => delivery.hostCommands('/run/x.env' as never),
      'S/Cache.delivery: the props must be an object, got "/run/x.env". Use { ' +
        'environmentFile: … }.',
    ],
    [
      'a name of a function',
      () => delivery.toFunction('app' as never),
      'S/Cache.delivery: `application` must be a function of Lambda, got "app". Pass the ' +
        'function that this app makes; an imported one cannot be changed.',
    ],
    [
      'a client alone',
      () => cache.connectionString('redis-py' as never),
      'S/Cache: the props must be an object, got "redis-py". Use { client: … }.',
    ],
    [
      'another name for a prop',
      () => cache.connectionString({ client: 'redis-py', db: 1 } as never),
      'S/Cache: `db` must be the name of a prop, got an unknown one. Use `database`.',
    ],
  ])('%s', (_, make, message) => {
    expect(messageOf(make)).toBe(message);
  });
});
