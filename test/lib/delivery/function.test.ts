/**
 * Delivery to a Lambda function: one call sets the environment and the grant; a function that
 * cannot reach the cache is refused at synth.
 */

import { SettingError, Topology } from '../../../lib';
import {
  allowedIn,
  beside,
  makeFunction,
  ofType,
  READS_SECRET,
  waitsFor,
} from '../../support/applications';

describe('A function in no VPC is refused', () => {
  test('with what to pass', () => {
    const { cache, shop } = beside();
    const connect = () => cache.delivery.toFunction(makeFunction(shop));
    expect(connect).toThrow(SettingError);
    expect(() => cache.delivery.toFunction(makeFunction(beside().shop))).toThrow(
      'Shop/Function must be a function in the VPC of the cache, got one in no VPC. Pass ' +
        '`vpc: cache.vpc` and `securityGroups: [cache.clientSecurityGroup]` to it.',
    );
  });
});

describe('A function gets the ARN of the secret, and nothing secret', () => {
  test.each([
    ['', Topology.replicated(), { REDIS_SECRET_ARN: '<secret>' }],
    [
      'and REDIS_CLUSTER of a sharded cache',
      Topology.sharded({ shards: 2 }),
      { REDIS_SECRET_ARN: '<secret>', REDIS_CLUSTER: 'true' },
    ],
  ])('%s', (_, topology, Variables) => {
    const { cache, shop } = beside({ topology });
    cache.delivery.toFunction(makeFunction(shop, cache));
    const [properties] = ofType(shop, 'AWS::Lambda::Function');
    expect(properties?.Environment).toEqual({ Variables });
    expect(properties?.VpcConfig).toMatchObject({ SecurityGroupIds: ['<clients>'] });
  });
});

describe('Its role reads this secret, and nothing else is allowed', () => {
  test('with the key by encryption context', () => {
    const { cache, shop } = beside();
    cache.delivery.toFunction(makeFunction(shop, cache));
    expect(allowedIn(shop)).toEqual(READS_SECRET);
  });
});

describe('Stacks wait for each other in one direction', () => {
  test('the one of the function for the one of the cache', () => {
    const { app, cache, cacheStack, shop } = beside();
    cache.delivery.toFunction(makeFunction(shop, cache));
    expect(waitsFor(app, shop)).toEqual(['Test']);
    expect(cacheStack.dependencies).toEqual([]);
  });
});
