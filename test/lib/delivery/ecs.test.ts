/**
 * Delivery as `secrets` of an ECS container: ECS gets the right key of the right secret, the
 * execution role may read only this secret, and no value is in a template.
 */

import { Cluster, ContainerImage, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Stack } from 'aws-cdk-lib/core';
import { Password } from '../../../contract/password';
import { printCredentials } from '../../../contract/secret-json';
import { RedisNetwork, SecretKey, SecureRedis, SettingError } from '../../../lib';
import {
  allowedIn,
  beside,
  makeService,
  makeVpc,
  ofType,
  READS_SECRET,
  waitsFor,
} from '../../support/applications';
import { makeApp } from '../../support/synth';

function secretsIn(stack: Stack): unknown {
  const [{ ContainerDefinitions }] = ofType(stack, 'AWS::ECS::TaskDefinition') as readonly [
    { ContainerDefinitions: readonly { Secrets: unknown; Environment: unknown }[] },
  ];
  return ContainerDefinitions[0]?.Secrets;
}

describe('A name that no container takes is refused', () => {
  const { cache } = beside();
  test.each([
    ['with a dash', { 'REDIS-URL': SecretKey.URL }, 'a digit first, got "REDIS-URL".'],
    [
      'with a digit first',
      { '1REDIS': SecretKey.URL },
      '`variables` must be names of letters, digits and _, ',
    ],
    ['and none at all', {}, '`variables` must be at least one environment variable, got {}'],
  ])('%s', (_, variables, message) => {
    expect(() => cache.delivery.ecsSecrets(variables)).toThrow(SettingError);
    expect(() => cache.delivery.ecsSecrets(variables)).toThrow(message);
  });
});

describe('A container gets keys of the credentials secret, of the version that is current', () => {
  test('REDIS_URL and REDIS_READER_URL', () => {
    const { cache, shop } = beside();
    makeService(shop, cache);
    expect(secretsIn(shop)).toEqual([
      { Name: 'REDIS_URL', ValueFrom: '<secret>:url::' },
      { Name: 'REDIS_READER_URL', ValueFrom: '<secret>:readerUrl::' },
    ]);
  });

  test('or the ones that are named', () => {
    const { cache, shop } = beside();
    const task = new FargateTaskDefinition(shop, 'Task');
    const { HOST, PORT, PASSWORD } = SecretKey;
    const variables = { CACHE_HOST: HOST, CACHE_PORT: PORT, CACHE_PASSWORD: PASSWORD };
    const secrets = cache.delivery.ecsSecrets(variables);
    task.addContainer('App', { image: ContainerImage.fromRegistry('shop'), secrets });
    expect(secretsIn(shop)).toEqual([
      { Name: 'CACHE_HOST', ValueFrom: '<secret>:host::' },
      { Name: 'CACHE_PORT', ValueFrom: '<secret>:port::' },
      { Name: 'CACHE_PASSWORD', ValueFrom: '<secret>:password::' },
    ]);
  });

  test('and each key that can be named is in the secret', () => {
    const at = { host: 'a', readerHost: 'b', port: 6380 };
    const printed = printCredentials('default', Password.of('p'.repeat(16)), at);
    expect(Object.values(SecretKey).sort()).toEqual(Object.keys(JSON.parse(printed)).sort());
  });
});

describe('The execution role reads this secret, and nothing else is allowed', () => {
  test('with the key by encryption context', () => {
    const { cache, shop } = beside();
    makeService(shop, cache);
    expect(allowedIn(shop)).toEqual(READS_SECRET);
    const [policy] = ofType(shop, 'AWS::IAM::Policy');
    expect(JSON.stringify(policy?.Roles)).toContain('ServiceTaskExecutionRole');
  });
});

describe('Stacks wait for each other in one direction', () => {
  test('the one of the service for the one of the cache', () => {
    const { app, cache, cacheStack, shop } = beside();
    makeService(shop, cache);
    expect(waitsFor(app, shop)).toEqual(['Test']);
    expect(cacheStack.dependencies).toEqual([]);
  });

  test('the one of cache and service for the one of VPC and cluster', () => {
    const app = makeApp();
    const platform = new Stack(app, 'Platform');
    const vpc = makeVpc(platform);
    const cluster = new Cluster(platform, 'Cluster', { vpc });
    const shop = new Stack(app, 'Shop');
    const network = new RedisNetwork(shop, 'Network', {
      vpc,
      subnets: { subnets: vpc.privateSubnets.concat(vpc.isolatedSubnets) },
    });
    const cache = new SecureRedis(shop, 'Cache', { network });
    makeService(shop, cache, 'Service', { cluster });
    expect(waitsFor(app, shop)).toEqual(['Platform']);
    expect(platform.dependencies).toEqual([]);
  });
});
