/**
 * The replication group of a cache is reachable as CDK users expect, keeps its logical id, and the
 * template rules check overrides.
 */

import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { SecureRedis, SettingError } from '../../lib';
import { makeApp, makeStack, templateOf } from '../support/synth';
import { all } from './claims';

const groupOf = (stack: Stack) => all(templateOf(stack), 'AWS::ElastiCache::ReplicationGroup')[0];

describe('The replication group of a cache', () => {
  test('is its default child and its property, under the logical id it always had', () => {
    const stack = makeStack();
    const { cache } = stack;
    expect(cache.node.defaultChild).toBeInstanceOf(CfnReplicationGroup);
    expect(cache.node.defaultChild).toBe(cache.replicationGroup);
    expect(stack.getLogicalId(cache.replicationGroup)).toBe('CacheReplicationGroup5B07CC82');
  });

  test('takes an override of what no prop and no rule is about', () => {
    const stack = makeStack();
    const zones = ['eu-west-1a', 'eu-west-1b'];
    stack.cache.replicationGroup.addPropertyOverride('PreferredCacheClusterAZs', zones);
    expect(groupOf(stack)?.Properties.PreferredCacheClusterAZs).toStrictEqual(zones);
  });

  test.each<[string, unknown, string]>([
    ['TransitEncryptionEnabled', false, 'TransitEncryptionEnabled must be true, got false'],
    ['AtRestEncryptionEnabled', false, 'AtRestEncryptionEnabled must be true, got false'],
    ['SnapshotRetentionLimit', 0, 'SnapshotRetentionLimit must be '],
  ])('refuses an override of %s', (property, value, message) => {
    const stack = makeStack();
    stack.cache.replicationGroup.addPropertyOverride(property, value);
    expect(() => templateOf(stack)).toThrow(SettingError);
    expect(() => templateOf(stack)).toThrow(`Test/Cache/ReplicationGroup/Group: ${message}`);
  });

  test('keeps its last snapshot, also when a removal policy is applied to the cache', () => {
    const stack = new Stack(makeApp(), 'S');
    const cache = new SecureRedis(stack, 'Cache');
    cache.applyRemovalPolicy(RemovalPolicy.DESTROY);
    expect(() => templateOf(stack)).toThrow(SettingError);
  });
});
