/**
 * Proves that props which a stage file cannot say are checked as well, all at once, and that a
 * value that only the deploy knows is taken as it is.
 */

import { CfnParameter, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib/core';
import { RestoreSource, SecureRedis, type SecureRedisProps, Topology } from '../../lib';
import { makeApp, makeStack } from '../support/synth';

describe('Props of no stage file are refused before anything is made', () => {
  test.each<[string, SecureRedisProps, string]>([
    [
      'a policy that AWS does not have for data',
      { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      '`removalPolicy` is "retain-on-update-or-delete"; allowed is SNAPSHOT or DESTROY; ' +
        'change it, or remove it for the default',
    ],
    [
      'a rotation every 36 hours',
      { rotationInterval: Duration.hours(36) },
      '`rotationInterval` is 1.5; allowed is a whole number of days from 1 to 90',
    ],
    [
      'a quiet time below what was proved',
      { quietTime: Duration.seconds(59) },
      '`quietTime` is 59; allowed is a whole number of seconds from 60 to 300',
    ],
    [
      'a quiet time of six minutes',
      { quietTime: Duration.minutes(6) },
      '`quietTime` is 360; allowed is a whole number of seconds from 60 to 300',
    ],
    [
      'a window of 90 minutes',
      { rotationWindow: Duration.minutes(90) },
      '`rotationWindow` is 1.5; allowed is a whole number of hours from 1 to 24',
    ],
    [
      'snapshots for 36 hours',
      { snapshotRetention: Duration.hours(36) },
      '`snapshotRetention` is 1.5; allowed is a whole number of days from 1 to 35',
    ],
    [
      'a lag in parts of a second',
      { alarms: { replicationLag: Duration.millis(1500) } },
      '`alarms.replicationLag` is 1.5; allowed is a whole number of seconds from 1 to 3600',
    ],
    [
      'swap in parts of a MiB',
      { alarms: { swap: Size.kibibytes(512) } },
      '`alarms.swap` is 0.5; allowed is a whole number of MiB from 1 to 1048576',
    ],
    [
      'no files',
      { restoreFrom: RestoreSource.s3() },
      '`restoreFrom.s3` is []; allowed is one ARN or more; name the RDB files',
    ],
    [
      'no number of shards',
      { topology: Topology.sharded({ shards: Number.NaN }) },
      '`topology.shards` is null; allowed is a whole number of shards from 1 to 90',
    ],
    [
      'half a replica',
      { topology: Topology.replicated({ replicas: 0.5 }) },
      '`topology.replicas` is 0.5; allowed is a whole number of replicas from 0 to 5',
    ],
  ])('%s', (_, props, message) => {
    expect(() => makeStack(props)).toThrow(message);
  });

  test('all at once, a line each, and nothing is made', () => {
    const stack = new Stack(makeApp(), 'Given');
    const props = { port: 1, nodeType: 'large', replicationGroupId: '1' };
    let message = '';
    try {
      new SecureRedis(stack, 'Cache', props);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message.split('\n').map((line) => line.split(';')[0])).toStrictEqual([
      'Given/Cache: `nodeType` is "large"',
      'Given/Cache: `port` is 1',
      'Given/Cache: `replicationGroupId` is "1"',
    ]);
    expect(stack.node.findChild('Cache').node.children).toStrictEqual([]);
  });

  test('an id that only the deploy knows is taken', () => {
    const stack = new Stack(makeApp(), 'Given');
    const { valueAsString } = new CfnParameter(stack, 'Id');
    const make = () => new SecureRedis(stack, 'Cache', { replicationGroupId: valueAsString });
    expect(make).not.toThrow();
  });
});
