/**
 * Props that have no setting in a stage file are validated too, and deploy-time values are
 * accepted.
 */

import { CfnParameter, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib/core';
import { RestoreSource, SecureRedis, type SecureRedisProps, Topology } from '../../lib';
import { makeApp, makeStack } from '../support/synth';

describe('Props of no stage file are refused before anything is made', () => {
  test.each<[string, SecureRedisProps, string]>([
    [
      'a policy that AWS does not have for data',
      { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
      '`removalPolicy` must be SNAPSHOT or DESTROY, got ' +
        '"retain-on-update-or-delete". Change it, or remove it for the default.',
    ],
    [
      'a rotation every 36 hours',
      { rotationInterval: Duration.hours(36) },
      '`rotationInterval` must be an integer from 1 to 90 days, got 1.5',
    ],
    [
      'a quiet time below what was proved',
      { quietTime: Duration.seconds(59) },
      '`quietTime` must be an integer from 60 to 300 seconds, got 59',
    ],
    [
      'a quiet time of six minutes',
      { quietTime: Duration.minutes(6) },
      '`quietTime` must be an integer from 60 to 300 seconds, got 360',
    ],
    [
      'a window of 90 minutes',
      { rotationWindow: Duration.minutes(90) },
      '`rotationWindow` must be an integer from 1 to 22 hours, got 1.5',
    ],
    [
      'a window that leaves no time for snapshots and maintenance',
      { rotationWindow: Duration.hours(24) },
      '`rotationWindow` must be an integer from 1 to 22 hours, got 24',
    ],
    [
      'snapshots for 36 hours',
      { snapshotRetention: Duration.hours(36) },
      '`snapshotRetention` must be an integer from 0 to 35 days, got 1.5',
    ],
    [
      'a lag in parts of a second',
      { alarms: { replicationLag: Duration.millis(1500) } },
      '`alarms.replicationLag` must be an integer from 1 to 3600 seconds, got 1.5',
    ],
    [
      'swap in parts of a MiB',
      { alarms: { swap: Size.kibibytes(512) } },
      '`alarms.swap` must be an integer from 1 to 1048576 MiB, got 0.5',
    ],
    [
      'no files',
      { restoreFrom: RestoreSource.s3() },
      '`restoreFrom.s3` must be one ARN or more, got []. Name the RDB files.',
    ],
    [
      'no number of shards',
      { topology: Topology.sharded({ shards: Number.NaN }) },
      '`topology.shards` must be an integer from 1 to 90 shards, got NaN',
    ],
    [
      'half a replica',
      { topology: Topology.replicated({ replicas: 0.5 }) },
      '`topology.replicas` must be an integer from 0 to 5 replicas, got 0.5',
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
    expect(
      message.split('\n').map((line) => line.replace(/ must be .*, got /, ' got ').split('. ')[0]),
    ).toStrictEqual([
      'Given/Cache: `nodeType` got "large"',
      'Given/Cache: `port` got 1',
      'Given/Cache: `replicationGroupId` got "1"',
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
