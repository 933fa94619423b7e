/**
 * Enforces what a baseline says of changes that AWS refuses by its own tables: parameters that are
 * fixed, resources with a name of their own, the order of durability, and shards without replicas.
 */

import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Baseline } from '../../lib/fleet/baseline';
import { effectsOf } from '../../lib/fleet/change-effects';
import { compared, JOBS_GROUP, made, recorded } from '../support/baselines';

const LARGE = { nodeType: 'cache.r7g.large' };
const NINE = { ...LARGE, engine: 'valkey-9.0', topology: { shards: 3 } };
const BESIDE =
  'make a second cache beside this one and move the clients (docs/operate.md, Replacing a cache)';

describe('A parameter that AWS does not change under a cache is refused', () => {
  const DATABASES = 'AWS sets it when the parameter group is made, and does not change it later';
  const REHASHING = 'AWS changes it only while no cache uses the parameter group';
  const OLD = { engine: 'redis-6.2' };
  const databases = (value: string) => ({ ...NINE, parameters: { 'cluster-databases': value } });
  const rehashing = (value: string) => ({ ...OLD, parameters: { activerehashing: value } });

  test.each<[string, object, object, string, string, string, string]>([
    ['more', databases('16'), databases('32'), 'cluster-databases', '"16"', '"32"', DATABASES],
    ['added', NINE, databases('32'), 'cluster-databases', 'not set', '"32"', DATABASES],
    ['removed', databases('32'), NINE, 'cluster-databases', '"32"', 'not set', DATABASES],
    ['off', OLD, rehashing('no'), 'activerehashing', 'not set', '"no"', REHASHING],
    ['on', rehashing('no'), rehashing('yes'), 'activerehashing', '"no"', '"yes"', REHASHING],
  ])('%s', (_, before, after, name, was, now, why) => {
    expect(compared(recorded(made({ jobs: before })), made({ jobs: after }))).toStrictEqual([
      `${JOBS_GROUP}: the parameter ${name} must stay ${was}, got ${now}: ${why}. Set it back, ` +
        `or ${BESIDE}.`,
    ]);
  });

  test('also where the cache is replaced: the old one uses the group until then', () => {
    const after = { ...databases('32'), port: 7000, allowReplacement: ['Port'] };
    expect(compared(recorded(made({ jobs: NINE })), made({ jobs: after }))).toStrictEqual([
      expect.stringContaining('the parameter cluster-databases must stay not set, got "32"'),
    ]);
  });

  test('but not in the group that an upgrade makes, nor beside another parameter', () => {
    const eight = { ...NINE, engine: 'valkey-8.0' };
    expect(compared(recorded(made({ jobs: eight })), made({ jobs: databases('32') }))).toEqual([]);
    const seven = { engine: 'redis-7.1' };
    expect(compared(recorded(made({ jobs: rehashing('no') })), made({ jobs: seven }))).toEqual([]);
    const more = { ...databases('16'), parameters: { 'cluster-databases': '16', timeout: '60' } };
    expect(compared(recorded(made({ jobs: databases('16') })), made({ jobs: more }))).toEqual([]);
  });

  test('databases of a cache without shards need a reboot, which a line says', () => {
    const after = made({ jobs: { parameters: { databases: '32' } } });
    expect(compared(recorded(made({ jobs: {} })), after)).toStrictEqual([
      `look: ${JOBS_GROUP}: the parameter databases changes from not set to "32", and each node ` +
        'takes it when it is rebooted: `aws elasticache reboot-cache-cluster`, one node after ' +
        'the other',
    ]);
  });
});

type Resources = Readonly<Record<string, object>>;

function baseline(Resources: Resources): Baseline {
  const stack = { stackName: 's', template: { Resources }, tags: {} };
  return Baseline.of({ stacksRecursively: [stack] } as unknown as CloudAssembly);
}

const refused = (was: Resources, now: Resources) =>
  baseline(now)
    .changesSince(baseline(was))
    .map(effectsOf)
    .flatMap(({ refusals }) => refusals.map(({ text }) => text));

describe('A resource with a name of its own is not replaced under that name', () => {
  const before = recorded(made({ jobs: { replicationGroupId: 'jobs' } }));
  const line = (property: string) =>
    `${JOBS_GROUP}: ReplicationGroupId must change together with ${property}, got "jobs" as ` +
    'before: CloudFormation answers "cannot update a stack when a custom-named resource requires ' +
    `replacing". Give it another name or none, and allow that too, or ${BESIDE}.`;

  test.each<[string, object, string]>([
    ['the port', { port: 7000 }, 'Port'],
    ['a snapshot', { restoreFrom: { snapshot: 'old' } }, 'SnapshotName'],
    ['tiering', { nodeType: 'cache.r6gd.xlarge' }, 'DataTieringEnabled'],
  ])('%s, though it is allowed', (_, change, property) => {
    const jobs = { replicationGroupId: 'jobs', ...change, allowReplacement: [property] };
    expect(compared(before, made({ jobs }))).toStrictEqual([line(property)]);
  });

  test('with another id, or without one, it is', () => {
    const allowReplacement = ['Port', 'ReplicationGroupId'];
    for (const rest of [{ replicationGroupId: 'jobs-two' }, {}]) {
      const said = compared(before, made({ jobs: { ...rest, port: 7000, allowReplacement } }));
      expect(said).toHaveLength(2);
      for (const each of said) expect(each).toMatch(/^allowed: /);
    }
  });

  test('a change in place keeps its id', () => {
    const jobs = { replicationGroupId: 'jobs', ...LARGE };
    expect(compared(before, made({ jobs }))).toStrictEqual([]);
  });

  test.each<[string, string, string, object, object]>([
    ['a group', 'AWS::EC2::SecurityGroup', 'GroupName', { VpcId: 'a' }, { VpcId: 'b' }],
    ['a topic', 'AWS::SNS::Topic', 'TopicName', {}, { FifoTopic: true }],
  ])('%s', (_, Type, name, was, now) => {
    const at = (Properties: object) => ({
      It: { Type, Properties: { [name]: 'x', ...Properties } },
    });
    expect(refused(at(was), at(now))).toStrictEqual([
      expect.stringMatching(`^${name} must change together with \\w+, got "x" as before: `),
    ]);
    const unnamed = (Properties: object) => ({ It: { Type, Properties } });
    expect(refused(unnamed(was), unnamed(now))).toStrictEqual([]);
  });
});

describe('Durability goes before what it needs, and comes after it', () => {
  const group = (Properties: object) => ({
    Group: {
      Type: 'AWS::ElastiCache::ReplicationGroup',
      Properties: { Engine: 'valkey', EngineVersion: '9.0', NumNodeGroups: 3, ...Properties },
      UpdatePolicy: { UseOnlineResharding: true },
    },
  });
  const sync = { Durability: 'sync', ReplicasPerNodeGroup: 1, MultiAZEnabled: true };
  const alone = { ReplicasPerNodeGroup: 0, MultiAZEnabled: false };
  const order = (was: object, now: object) =>
    refused(group(was), group(now)).map((text) => text.replace(/^.*Deploy /, ''));

  test.each<[string, object, object, string]>([
    [
      'removed with the replicas',
      sync,
      alone,
      'twice: first Durability, then ReplicasPerNodeGroup, MultiAZEnabled',
    ],
    [
      'disabled for a node type without it',
      sync,
      { ...sync, Durability: 'disabled', CacheNodeType: 'cache.t4g.small' },
      'twice: first Durability, then CacheNodeType',
    ],
    [
      'added with the replicas',
      alone,
      sync,
      'twice: first ReplicasPerNodeGroup, MultiAZEnabled, then Durability',
    ],
    [
      'removed with a shard and a window',
      { ...sync, SnapshotWindow: 'x' },
      { NumNodeGroups: 2, SnapshotWindow: 'y', ReplicasPerNodeGroup: 1, MultiAZEnabled: true },
      'three times: first Durability, then SnapshotWindow, then NumNodeGroups',
    ],
    [
      'added with a shard',
      { ...sync, Durability: undefined },
      { ...sync, NumNodeGroups: 4 },
      'twice: first Durability, then NumNodeGroups',
    ],
  ])('%s', (_, was, now, steps) => {
    expect(order(was, now)).toStrictEqual([`${steps}; record the baseline after each.`]);
  });

  test('each deploy of the advice is taken by the synth of a stage file', () => {
    const durable = { ...NINE, durability: 'sync' };
    const before = recorded(made({ jobs: durable }));
    const topology = { shards: 3, replicasPerShard: 0 };
    expect(compared(before, made({ jobs: { ...NINE, topology } }))).toContainEqual(
      expect.stringContaining('Deploy twice: first Durability, then '),
    );
    const first = made({ jobs: NINE });
    expect(compared(before, first)).toStrictEqual([expect.stringMatching(/^look: /)]);
    const second = compared(recorded(first), made({ jobs: { ...NINE, topology } }));
    expect(second).toStrictEqual([expect.stringMatching(/^look: .*ReplicasPerNodeGroup/)]);
  });
});

describe('Shards without a replica may fail at any update, which a line says', () => {
  const bare = { ...LARGE, topology: { shards: 3, replicasPerShard: 0 } };
  const before = recorded(made({ jobs: bare }));
  const told = expect.stringMatching(
    /^look: .* the shards have no replica, .*at least one read replica to enable autofailover", /,
  );

  test('the one that adds the first', () => {
    const jobs = { ...LARGE, topology: { shards: 3, replicasPerShard: 1 } };
    expect(compared(before, made({ jobs }))).toContainEqual(told);
  });

  test.each<[string, object]>([
    ['a window', { snapshotWindow: '06:00-07:00' }],
    ['a shard more', { topology: { shards: 4, replicasPerShard: 0 } }],
  ])('%s', (_, change) => {
    expect(compared(before, made({ jobs: { ...bare, ...change } }))).toStrictEqual([told]);
  });

  test('not without a change of the cache, nor with a replica', () => {
    expect(compared(before, made({ jobs: bare }))).toStrictEqual([]);
    expect(compared(before, made({ jobs: { ...bare, gracePeriodDays: 3 } }))).toStrictEqual([]);
    const jobs = { ...LARGE, topology: { shards: 3 } };
    const after = made({ jobs: { ...jobs, snapshotWindow: '06:00-07:00' } });
    expect(compared(recorded(made({ jobs })), after)).toStrictEqual([]);
  });
});
