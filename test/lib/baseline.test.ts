/**
 * The baseline: a change that would replace a cache or delete a stateful resource is refused, any
 * other change is not, and a permission allows exactly what it names.
 */

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { SettingError } from '../../lib';
import { baselineFile } from '../../lib/fleet/baseline';
import { applyBaseline } from '../../lib/fleet/check-baseline';
import { compared, type Edit, JOBS_GROUP, made, recorded } from '../support/baselines';
import { temporaryFolder } from '../support/temporary-folder';

const REPLICATED = recorded(made({ jobs: {} }));
const SHARDED = recorded(made({ jobs: { topology: { shards: 3 } } }));

const OF_GROUP = 'CloudFormation makes a new one in its place, empty and with the initial password';
const OF_SECRET = 'the update could overwrite the live password';

function refusal(
  file: string,
  { where = JOBS_GROUP, property = '', was = '', now = '', cost = OF_GROUP },
  name = property,
) {
  const chapter = where === JOBS_GROUP ? 'Replacing a cache' : 'Baseline';
  return (
    `${where}: ${property} must stay ${was}, as in ${relative('', file)}, got ${now}: ${cost}. ` +
    `Change it back, or add "${name}" to \`caches.jobs.allowReplacement\` if it is meant ` +
    `(docs/operate.md, ${chapter}).`
  );
}

const OF_INITIAL = 'CacheSecretsInitialF84A03AE.KmsKeyId';
const OF_CREDENTIALS = 'CacheSecretsCredentialsCB62D1C9.KmsKeyId';

describe('A change of the file that would replace the cache is refused', () => {
  test.each<[string, object, string, string, string]>([
    ['the port', { port: 7000 }, 'Port', '6380', '7000'],
    ['tiering', { nodeType: 'cache.r6gd.xlarge' }, 'DataTieringEnabled', 'not set', 'true'],
    ['an id', { replicationGroupId: 'Jobs' }, 'ReplicationGroupId', 'not set', '"Jobs"'],
    ['a snapshot', { restoreFrom: { snapshot: 'old' } }, 'SnapshotName', 'not set', '"old"'],
    [
      'files',
      { restoreFrom: { s3: ['arn:aws:s3:::bucket/a.rdb'] } },
      'SnapshotArns',
      'not set',
      '["arn:aws:s3:::bucket/a.rdb"]',
    ],
  ])('%s', (_, jobs, property, was, now) => {
    const line = refusal(REPLICATED, { property, was, now });
    expect(compared(REPLICATED, made({ jobs }))).toStrictEqual([line]);
  });

  test('replicas to shards, and back', () => {
    const topology = { shards: 3 };
    const property = 'NumNodeGroups';
    expect(compared(REPLICATED, made({ jobs: { topology } }))).toStrictEqual([
      refusal(REPLICATED, { property, was: 'not set', now: '3' }),
    ]);
    expect(compared(SHARDED, made({ jobs: {} }))).toStrictEqual([
      refusal(SHARDED, { property, was: '3', now: 'not set' }),
    ]);
  });

  test('the key: of the group, of both secrets, and the one that was made goes', () => {
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const was = '{"Fn::GetAtt":["CacheKeyCDF9DE27","Arn"]}';
    const now = `"${arn}"`;
    const property = 'KmsKeyId';
    const stack = 'secure-redis-test-jobs';
    const secret = `${stack}: AWS::SecretsManager::Secret CacheSecrets`;
    const ofSecret = (id: string) => ({
      where: `${secret}${id}`,
      property,
      was,
      now,
      cost: OF_SECRET,
    });
    const shared = { encryptionKey: { arn } };
    expect(compared(REPLICATED, made({ jobs: {} }, { shared }))).toStrictEqual([
      `${stack}: AWS::KMS::Key CacheKeyCDF9DE27 must stay, got none: it is deleted, or left ` +
        'behind alone, with what it holds. Bring it back, or add "CacheKeyCDF9DE27" to ' +
        '`caches.jobs.allowReplacement` if it is meant (docs/operate.md, Baseline).',
      refusal(REPLICATED, ofSecret('InitialF84A03AE'), OF_INITIAL),
      refusal(REPLICATED, ofSecret('CredentialsCB62D1C9'), OF_CREDENTIALS),
      refusal(REPLICATED, { property, was, now }),
    ]);
  });

  test('another VPC: security groups move to it', () => {
    const network = (vpcId: string) => ({
      network: {
        vpcId,
        availabilityZones: ['us-east-1a', 'us-east-1b'],
        isolatedSubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
        endpointSecurityGroupId: 'sg-01234567',
      },
    });
    const before = recorded(made({ jobs: {} }, { shared: network('vpc-01234567') }));
    const lines = compared(before, made({ jobs: {} }, { shared: network('vpc-89abcdef') }));
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).toMatch(
        /SecurityGroup \w+: VpcId must stay "vpc-01234567", as in .*, got "vpc-89a/,
      );
    }
  });
});

describe('A change of the code that would replace something is refused', () => {
  const set =
    (id: string, property: string, value: unknown): Edit =>
    (resources) => {
      const { Properties = {} } = resources[id] ?? {};
      Properties[property] = value;
    };
  const setInGroup = (property: string, value: unknown) =>
    set('CacheReplicationGroup5B07CC82', property, value);
  const changed = (edit: Edit) => compared(REPLICATED, made({ jobs: {} }, {}, undefined, edit));

  test.each([
    ['GlobalReplicationGroupId', 'global'],
    ['NetworkType', 'dual_stack'],
    ['PreferredCacheClusterAZs', ['a', 'b']],
    ['CacheSubnetGroupName', 'other'],
  ])('%s of the group', (property, value) => {
    const [line, ...rest] = changed(setInGroup(property, value));
    expect(rest).toStrictEqual([]);
    expect(line).toMatch(`${JOBS_GROUP}: ${property} must stay `);
    expect(line).toMatch(`, got ${JSON.stringify(value)}: ${OF_GROUP}. Change it back, or add `);
  });

  test.each<[string, unknown, RegExp]>([
    ['EngineVersion', '7.2', /EngineVersion must be "8.0" or newer, got "7.2"/],
    ['ReplicasPerNodeGroup', 2, /^look: .*ReplicasPerNodeGroup changes from not set to 2/],
  ])('%s of the group, as in a stage file', (property, value, expected) => {
    expect(changed(setInGroup(property, value))).toStrictEqual([expect.stringMatching(expected)]);
  });

  test('any property of a secret', () => {
    const where =
      'secure-redis-test-jobs: AWS::SecretsManager::Secret CacheSecretsCredentialsCB62D1C9';
    const change = {
      where,
      property: 'Description',
      was: 'not set',
      now: '"ours"',
      cost: OF_SECRET,
    };
    expect(changed(set('CacheSecretsCredentialsCB62D1C9', 'Description', 'ours'))).toStrictEqual([
      refusal(REPLICATED, change, 'CacheSecretsCredentialsCB62D1C9.Description'),
    ]);
  });
});

describe('A change without a replacement is not refused', () => {
  test.each<[string, object]>([
    ['nothing', {}],
    ['a larger node', { nodeType: 'cache.r7g.large' }],
    ['a newer version', { engine: 'valkey-8.1' }],
    ['another major version', { engine: 'valkey-9.0' }],
    ['one replica more', { topology: { replicas: 2 } }],
    ['no replica', { topology: { replicas: 0 } }],
    ['retention', { snapshotRetentionDays: 35, logRetentionDays: 30 }],
    ['the grace period', { gracePeriodDays: 3 }],
    ['another purpose', { purpose: 'queue', parameters: { timeout: '60' } }],
    ['windows', { snapshotWindow: '06:00-07:00', maintenanceWindow: 'mon:04:00-mon:05:00' }],
    [
      'a topic, a client and tags',
      { eventTopic: true, clients: ['sg-01234567'], tags: { a: 'b' } },
    ],
    ['what happens on removal', { removal: 'destroy' }],
  ])('%s', (_, jobs) => {
    expect(compared(REPLICATED, made({ jobs }))).toStrictEqual([]);
  });

  test('shards, more and fewer', () => {
    for (const shards of [2, 4]) {
      expect(compared(SHARDED, made({ jobs: { topology: { shards } } }))).toStrictEqual([]);
    }
  });

  test('one cache more', () => {
    expect(compared(REPLICATED, made({ jobs: {}, more: {} }))).toStrictEqual([]);
  });
});

describe('A cache that is renamed or removed', () => {
  // A key, a VPC with two subnets, four security groups, two secrets, a schedule, five logs,
  // a group and a topic.
  const name = 'secure-redis-test-jobs';
  const loss = 'the whole stack is deleted, with 18 resources that hold something';
  const line =
    `${name} must stay, got none: ${loss}. Bring it back, or add "${name}" to ` +
    '`allowReplacement` if it is meant (docs/operate.md, Replacing a cache).';

  test('deletes its stateful resources, which one line reports and one entry allows', () => {
    expect(compared(REPLICATED, made({ work: {} }))).toStrictEqual([line]);
    const allowed = made({ work: {} }, { allowReplacement: [name] });
    expect(compared(REPLICATED, allowed)).toStrictEqual([`allowed: ${name} goes: ${loss}`]);
  });

  test('is not allowed by the name of one of its resources', () => {
    const allowReplacement = ['CacheReplicationGroup5B07CC82'];
    expect(compared(REPLICATED, made({ work: {} }, { allowReplacement }))).toStrictEqual([
      line,
      'allowReplacement must name replacements that happen, got "CacheReplicationGroup5B07CC82". ' +
        'Remove it: it would let a later change pass unseen.',
    ]);
  });
});

describe('-c baseline chooses between recording and comparing', () => {
  const { baseline, permissions } = made({ jobs: {} });

  test.each(['recrod', 'RECORD', '', true, null])('%p is refused', (asked) => {
    expect(() => applyBaseline(asked, REPLICATED, baseline, permissions)).toThrow(
      new SettingError(
        `the context \`baseline\` must be "record", got ${JSON.stringify(asked)}. Write ` +
          '`-c baseline=record` to record, or leave it out to compare.',
      ),
    );
  });

  test('recording prints the file, and what to do with it', () => {
    const file = baselineFile(temporaryFolder('baseline'), 'test');
    expect(applyBaseline('record', file, baseline, permissions)).toStrictEqual([
      `recorded in ${relative('', file)}: commit it, and each synth compares with it`,
    ]);
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(REPLICATED, 'utf8'));
  });

  test('without a value it compares, and writes nothing', () => {
    const { baseline: other, permissions: none } = made({ jobs: { port: 7000 } });
    expect(() => applyBaseline(undefined, REPLICATED, other, none)).toThrow('Port must stay 6380');
  });
});
