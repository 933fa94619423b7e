/**
 * Proves that the group is checked as it is rendered, after everybody's overrides: each rule that
 * is broken through an escape hatch ends the synthesis with its line, and no password is printed.
 */

import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { Aws, Stack, Stage } from 'aws-cdk-lib/core';
import { SecureRedis, type SecureRedisProps, Topology } from '../../lib';
import { makeApp, makeStack } from '../support/synth';

type Spoil = (group: CfnReplicationGroup) => void;

/** The lines of a synthesis that begin with the group's path, each without it. */
function linesAfter(spoil: Spoil, props: SecureRedisProps = {}): readonly string[] {
  const app = makeApp();
  const { cache } = makeStack(props, app);
  const made = cache.node.findChild('ReplicationGroup').node.findChild('Group');
  spoil(made as CfnReplicationGroup);
  try {
    app.synth();
  } catch (error) {
    const path = 'Test/Cache/ReplicationGroup/Group: ';
    return (error as Error).message
      .split('\n')
      .filter((line) => line.includes(path))
      .map((line) => line.slice(line.indexOf(path) + path.length));
  }
  return [];
}

const set =
  (property: string, value: unknown): Spoil =>
  (group) =>
    group.addPropertyOverride(property, value);
const remove =
  (property: string): Spoil =>
  (group) =>
    group.addPropertyDeletionOverride(property);

const LONE = { topology: Topology.replicated({ replicas: 0 }) };
const SHARDED = { topology: Topology.sharded({ shards: 2 }) };
const SHARDED_LONE = { topology: Topology.sharded({ shards: 2, replicasPerShard: 0 }) };

const TLS = 'allowed is true: the password would travel in plaintext; remove the override';
const MODE = 'allowed is "required": else plaintext is taken beside TLS; remove the override';
const AT_REST = 'allowed is true: snapshots would be readable; remove the override';
const PASSWORD =
  'allowed is a reference to the bootstrap secret, without a version; remove the override';
const USERS =
  'allowed is nothing: AWS takes a password or user groups, not both; remove the override';
const DAYS = 'allowed is 1 to 35 days; remove the override';
const PORT = 'allowed is 1024 to 65535; remove the override';
const ZONES = 'allowed is false without a replica; remove the override';
const FAILOVER =
  'allowed is true with a replica or with shards, and false with one node; remove the override';

describe('A rule that is broken is told', () => {
  test.each<[string, Spoil, string]>([
    ['no TLS', set('TransitEncryptionEnabled', false), `TransitEncryptionEnabled is false; ${TLS}`],
    [
      'TLS not said',
      remove('TransitEncryptionEnabled'),
      `TransitEncryptionEnabled is missing; ${TLS}`,
    ],
    [
      'TLS as a text',
      set('TransitEncryptionEnabled', 'true'),
      `TransitEncryptionEnabled is "true"; ${TLS}`,
    ],
    [
      'plaintext too',
      set('TransitEncryptionMode', 'preferred'),
      `TransitEncryptionMode is "preferred"; ${MODE}`,
    ],
    ['no mode', remove('TransitEncryptionMode'), `TransitEncryptionMode is missing; ${MODE}`],
    [
      'readable',
      set('AtRestEncryptionEnabled', false),
      `AtRestEncryptionEnabled is false; ${AT_REST}`,
    ],
    [
      'at rest not said',
      remove('AtRestEncryptionEnabled'),
      `AtRestEncryptionEnabled is missing; ${AT_REST}`,
    ],
    ['no password', remove('AuthToken'), `AuthToken is missing; ${PASSWORD}`],
    ['user groups', set('UserGroupIds', ['people']), `UserGroupIds is ["people"]; ${USERS}`],
    ['no snapshots', set('SnapshotRetentionLimit', 0), `SnapshotRetentionLimit is 0; ${DAYS}`],
    ['36 days', set('SnapshotRetentionLimit', 36), `SnapshotRetentionLimit is 36; ${DAYS}`],
    [
      'days not said',
      remove('SnapshotRetentionLimit'),
      `SnapshotRetentionLimit is missing; ${DAYS}`,
    ],
    ['port 1023', set('Port', 1023), `Port is 1023; ${PORT}`],
    ['port 65536', set('Port', 65_536), `Port is 65536; ${PORT}`],
    ['no port', remove('Port'), `Port is missing; ${PORT}`],
    [
      'no failover',
      set('AutomaticFailoverEnabled', false),
      `AutomaticFailoverEnabled is false; ${FAILOVER}`,
    ],
    [
      'failover not said',
      remove('AutomaticFailoverEnabled'),
      `AutomaticFailoverEnabled is missing; ${FAILOVER}`,
    ],
  ])('%s', (_, spoil, line) => {
    expect(linesAfter(spoil)).toStrictEqual([line]);
  });

  test('zones without a replica, by a number of nodes that was changed', () => {
    expect(linesAfter(set('NumCacheClusters', 1))).toStrictEqual([
      `MultiAZEnabled is true; ${ZONES}`,
      `AutomaticFailoverEnabled is true; ${FAILOVER}`,
    ]);
  });

  test.each<[string, SecureRedisProps, Spoil, readonly string[]]>([
    [
      'zones with one node',
      LONE,
      set('MultiAZEnabled', true),
      [`MultiAZEnabled is true; ${ZONES}`],
    ],
    [
      'failover with one node',
      LONE,
      set('AutomaticFailoverEnabled', true),
      [`AutomaticFailoverEnabled is true; ${FAILOVER}`],
    ],
    [
      'zones with shards alone',
      SHARDED_LONE,
      set('MultiAZEnabled', true),
      [`MultiAZEnabled is true; ${ZONES}`],
    ],
    [
      'no failover with shards',
      SHARDED,
      set('AutomaticFailoverEnabled', false),
      [`AutomaticFailoverEnabled is false; ${FAILOVER}`],
    ],
    [
      'no failover with shards and a number of nodes',
      SHARDED,
      (group) => {
        group.addPropertyOverride('AutomaticFailoverEnabled', false);
        group.addPropertyOverride('NumCacheClusters', 1);
      },
      [`AutomaticFailoverEnabled is false; ${FAILOVER}`],
    ],
  ])('%s', (_, props, spoil, lines) => {
    expect(linesAfter(spoil, props)).toEqual(lines);
  });

  test('every rule at once', () => {
    const lines = linesAfter((group) => {
      group.addPropertyOverride('TransitEncryptionEnabled', false);
      group.addPropertyOverride('Port', 80);
    });
    expect(lines).toStrictEqual([
      `TransitEncryptionEnabled is false; ${TLS}`,
      `Port is 80; ${PORT}`,
    ]);
  });
});

describe('A password is never printed', () => {
  const literal = 'a-password-that-somebody-typed-0';

  test.each([
    ['a literal one', literal],
    ['one of another service', `{{resolve:ssm-secure:${literal}}}`],
    ['a reference to a version', `{{resolve:secretsmanager:${literal}:SecretString:password::v1}}`],
    ['another field', `{{resolve:secretsmanager:${literal}:SecretString:token::}}`],
    ['a literal with the end of a reference', `${literal}:SecretString:password::}}`],
  ])('%s', (_, value) => {
    // Whole lines, so that nothing of the value is in them.
    expect(linesAfter(set('AuthToken', value))).toStrictEqual([`AuthToken is a text; ${PASSWORD}`]);
  });
});

describe('The password of the group is the one that never changes', () => {
  test('so that of the secret that rotates is refused, in the same form', () => {
    const app = makeApp();
    const { cache } = makeStack({}, app);
    const made = cache.node.findChild('ReplicationGroup').node.findChild('Group');
    const { secretArn } = cache.credentials;
    const reference = `{{resolve:secretsmanager:${secretArn}:SecretString:password::}}`;
    (made as CfnReplicationGroup).authToken = reference;
    expect(() => app.synth()).toThrow(`AuthToken is a text; ${PASSWORD}`);
  });
});

describe('What is allowed is not refused', () => {
  test.each<[string, SecureRedisProps, Spoil]>([
    ['nothing changed', {}, () => undefined],
    ['one node', LONE, () => undefined],
    ['shards', SHARDED, () => undefined],
    ['shards alone', SHARDED_LONE, () => undefined],
    ['snapshots for a day', {}, set('SnapshotRetentionLimit', 1)],
    ['snapshots for 35 days', {}, set('SnapshotRetentionLimit', 35)],
    ['port 1024', {}, set('Port', 1024)],
    ['port 65535', {}, set('Port', 65_535)],
    ['one zone', {}, set('MultiAZEnabled', false)],
  ])('%s', (_, props, spoil) => {
    expect(linesAfter(spoil, props)).toStrictEqual([]);
  });
});

describe('An id is of one cache', () => {
  const line =
    'B/Cache/ReplicationGroup/Group has the id JOBS, which AWS keeps as jobs, as does ' +
    'A/Cache/ReplicationGroup/Group; allowed is an id that no other cache has; change one';

  function synth(one: string, other: string, env: object = {}): () => void {
    const app = makeApp();
    new SecureRedis(new Stack(app, 'A'), 'Cache', { replicationGroupId: one });
    new SecureRedis(new Stack(app, 'B', { env }), 'Cache', { replicationGroupId: other });
    return () => app.synth();
  }

  test('in two stacks, in different case', () => {
    expect(synth('jobs', 'JOBS')).toThrow(line);
    expect(synth('JOBS', 'JOBS')).toThrow('has the id JOBS, which AWS keeps as jobs');
  });

  test('in another region, or another one, is no clash', () => {
    expect(synth('jobs', 'JOBS', { region: 'eu-west-1' })).not.toThrow();
    expect(synth('jobs', 'work')).not.toThrow();
  });

  test('that only the deploy knows is not compared', () => {
    const app = makeApp();
    for (const id of ['A', 'B']) {
      const stack = new Stack(app, id);
      // One token for both, which each stack resolves to a name of its own.
      new SecureRedis(stack, 'Cache', { replicationGroupId: Aws.STACK_NAME });
    }
    expect(() => app.synth()).not.toThrow();
  });

  test('also in two stages of one app', () => {
    const app = makeApp();
    for (const id of ['One', 'Two']) {
      const stack = new Stack(new Stage(app, id), 'Stack');
      new SecureRedis(stack, 'Cache', { replicationGroupId: 'jobs' });
    }
    expect(() => app.synth()).toThrow('has the id jobs, which AWS keeps as jobs');
  });
});
