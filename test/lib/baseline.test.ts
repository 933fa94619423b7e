/**
 * Proves that a change which would replace a cache, or lose what holds something, is told with its
 * line; that one which would not is not; and that a permission lets through exactly what it names.
 */

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  applyBaseline,
  Baseline,
  baselineFile,
  checkBaseline,
  Fleet,
  type Permission,
  SettingError,
} from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { makeApp } from '../support/synth';
import { temporaryFolder } from '../support/temporary-folder';

type Spoil = (fleet: Fleet) => void;

interface Made {
  readonly baseline: Baseline;
  readonly permissions: readonly Permission[];
}

function made(caches: object, rest: object = {}, spoil: Spoil = () => undefined): Made {
  const app = makeApp();
  const fleet = new Fleet(app, 'Fleet', checkedConfig('x.json', 'test', { caches, ...rest }));
  spoil(fleet);
  return { baseline: Baseline.of(app.synth()), permissions: fleet.permissions };
}

function recorded(baseline: Baseline): string {
  const file = baselineFile(temporaryFolder('baseline'), 'test');
  baseline.write(file);
  return file;
}

/** What comparing tells: the lines that it ends with, or else those that are allowed. */
function told(before: string, { baseline, permissions }: Made): readonly string[] {
  try {
    return checkBaseline(before, baseline, permissions);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingError);
    return (error as Error).message.split('\n');
  }
}

const REPLICATED = recorded(made({ jobs: {} }).baseline);
const SHARDED = recorded(made({ jobs: { topology: { shards: 3 } } }).baseline);

const GROUP =
  'secure-redis-test-jobs: AWS::ElastiCache::ReplicationGroup CacheReplicationGroup5B07CC82';

function refusal(file: string, what: string, name: string, path = 'caches.jobs.allowReplacement') {
  return (
    `${what}; allowed is what ${relative('', file)} says; change it back, or add "${name}" to ` +
    `\`${path}\` if it is meant; a new cache starts with the bootstrap password ` +
    '(docs/operate.md, Replacing a cache)'
  );
}

const replaced = (property: string, was: string, now: string) =>
  `${GROUP}: ${property} was ${was} and is ${now}: a new one would be made in its place`;

const OF_BOOTSTRAP = 'CacheSecretsBootstrap00CB331C.KmsKeyId';
const OF_CREDENTIALS = 'CacheSecretsCredentialsCB62D1C9.KmsKeyId';

describe('A change of the file that would replace the cache is refused', () => {
  test.each<[string, object, string, string, string]>([
    ['the port', { port: 7000 }, 'Port', '6380', '7000'],
    ['the engine', { engine: 'redis-7.1' }, 'Engine', '"valkey"', '"redis"'],
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
    const line = refusal(REPLICATED, replaced(property, was, now), property);
    expect(told(REPLICATED, made({ jobs }))).toStrictEqual([line]);
  });

  test('replicas to shards, and back', () => {
    const topology = { shards: 3 };
    expect(told(REPLICATED, made({ jobs: { topology } }))).toStrictEqual([
      refusal(REPLICATED, replaced('ReplicasPerNodeGroup', 'not set', '1'), 'ReplicasPerNodeGroup'),
      refusal(REPLICATED, replaced('NumNodeGroups', 'not set', '"any"'), 'NumNodeGroups'),
    ]);
    expect(told(SHARDED, made({ jobs: {} }))).toStrictEqual([
      refusal(SHARDED, replaced('ReplicasPerNodeGroup', '1', 'not set'), 'ReplicasPerNodeGroup'),
      refusal(SHARDED, replaced('NumNodeGroups', '"any"', 'not set'), 'NumNodeGroups'),
    ]);
  });

  test('the replicas of a shard', () => {
    const topology = { shards: 3, replicasPerShard: 2 };
    expect(told(SHARDED, made({ jobs: { topology } }))).toStrictEqual([
      refusal(SHARDED, replaced('ReplicasPerNodeGroup', '1', '2'), 'ReplicasPerNodeGroup'),
    ]);
  });

  test('the key: of the group, of both secrets, and the one that was made goes', () => {
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const was = '{"Fn::GetAtt":["CacheKeyCDF9DE27","Arn"]}';
    const of = (what: string, end: string) =>
      `secure-redis-test-jobs: ${what}: KmsKeyId was ${was} and is "${arn}": ${end}`;
    const secret = 'AWS::SecretsManager::Secret CacheSecrets';
    const overwritten = 'an update could overwrite the live password';
    const shared = { encryptionKey: { arn } };
    const path = 'caches.jobs.allowReplacement';
    expect(told(REPLICATED, made({ jobs: {} }, { shared }))).toStrictEqual([
      refusal(
        REPLICATED,
        'secure-redis-test-jobs: AWS::KMS::Key CacheKeyCDF9DE27 would go, and what it holds with ' +
          'it',
        'CacheKeyCDF9DE27',
        path,
      ),
      refusal(REPLICATED, of(`${secret}Bootstrap00CB331C`, overwritten), OF_BOOTSTRAP, path),
      refusal(REPLICATED, of(`${secret}CredentialsCB62D1C9`, overwritten), OF_CREDENTIALS, path),
      refusal(REPLICATED, replaced('KmsKeyId', was, `"${arn}"`), 'KmsKeyId', path),
    ]);
  });

  test('another VPC: security groups move to it', () => {
    const network = (vpcId: string) => ({
      network: {
        vpcId,
        availabilityZones: ['a', 'b'],
        isolatedSubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
        endpointSecurityGroupId: 'sg-01234567',
      },
    });
    const before = recorded(made({ jobs: {} }, { shared: network('vpc-01234567') }).baseline);
    const lines = told(before, made({ jobs: {} }, { shared: network('vpc-89abcdef') }));
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).toMatch(/AWS::EC2::SecurityGroup \w+: VpcId was "vpc-01234567" and is "vpc-89a/);
    }
  });
});

describe('A change of the code that would replace something is refused', () => {
  const cacheOf = (fleet: Fleet) => fleet.caches.get('jobs')?.node;
  const groupOf = (fleet: Fleet) =>
    cacheOf(fleet)?.findChild('ReplicationGroup').node.findChild('Group') as CfnReplicationGroup;
  const secretOf = (fleet: Fleet) =>
    cacheOf(fleet)?.findChild('Secrets').node.findChild('Credentials') as CfnSecret;

  test.each([
    ['GlobalReplicationGroupId', 'global'],
    ['NetworkType', 'dual_stack'],
    ['PreferredCacheClusterAZs', ['a', 'b']],
    ['CacheSubnetGroupName', 'other'],
  ])('%s of the group', (property, value) => {
    const spoil: Spoil = (fleet) => groupOf(fleet).addPropertyOverride(property, value);
    const [line, ...rest] = told(REPLICATED, made({ jobs: {} }, {}, spoil));
    expect(rest).toStrictEqual([]);
    expect(line).toMatch(`${GROUP}: ${property} was `);
    expect(line).toMatch(`and is ${JSON.stringify(value)}: a new one would be made in its place`);
  });

  test('any property of a secret', () => {
    const spoil: Spoil = (fleet) => secretOf(fleet).addPropertyOverride('Description', 'ours');
    const what =
      'secure-redis-test-jobs: AWS::SecretsManager::Secret CacheSecretsCredentialsCB62D1C9: ' +
      'Description was not set and is "ours": an update could overwrite the live password';
    expect(told(REPLICATED, made({ jobs: {} }, {}, spoil))).toStrictEqual([
      refusal(REPLICATED, what, 'CacheSecretsCredentialsCB62D1C9.Description'),
    ]);
  });
});

describe('What replaces nothing is not refused', () => {
  test.each<[string, object]>([
    ['nothing', {}],
    ['a larger node', { nodeType: 'cache.r7g.large' }],
    ['a newer version', { engine: 'valkey-8.1' }],
    ['another major version', { engine: 'valkey-9.0' }],
    ['one replica more', { topology: { replicas: 2 } }],
    ['no replica', { topology: { replicas: 0 } }],
    ['retention', { snapshotRetentionDays: 35, logRetentionDays: 30 }],
    ['rotation', { rotationDays: 30, rotationWindowHours: 1 }],
    ['another purpose', { purpose: 'queue', parameters: { timeout: '60' } }],
    ['windows', { snapshotWindow: '06:00-07:00', maintenanceWindow: 'mon:04:00-mon:05:00' }],
    [
      'a topic, a client and tags',
      { eventTopic: true, clients: ['sg-01234567'], tags: { a: 'b' } },
    ],
    ['what happens on removal', { removal: 'destroy' }],
  ])('%s', (_, jobs) => {
    expect(told(REPLICATED, made({ jobs }))).toStrictEqual([]);
  });

  test('shards, more and fewer', () => {
    for (const shards of [2, 4]) {
      expect(told(SHARDED, made({ jobs: { topology: { shards } } }))).toStrictEqual([]);
    }
  });

  test('one cache more', () => {
    expect(told(REPLICATED, made({ jobs: {}, more: {} }))).toStrictEqual([]);
  });
});

describe('A cache that is renamed or removed', () => {
  // A key, a VPC with three subnets, four security groups, two secrets, a schedule, five logs,
  // a group and a topic.
  const what =
    'secure-redis-test-jobs: the whole stack would go, and all that it holds with it ' +
    '(resources: 19)';

  test('takes with it everything that it holds, which is told and allowed in one line', () => {
    const name = 'secure-redis-test-jobs';
    expect(told(REPLICATED, made({ work: {} }))).toStrictEqual([
      refusal(REPLICATED, what, name, 'allowReplacement'),
    ]);
    const allowed = made({ work: {} }, { allowReplacement: [name] });
    expect(told(REPLICATED, allowed)).toStrictEqual([`allowed: ${what}`]);
  });

  test('is not allowed by the name of one of its resources', () => {
    const allowReplacement = ['CacheReplicationGroup5B07CC82'];
    expect(told(REPLICATED, made({ work: {} }, { allowReplacement }))).toStrictEqual([
      refusal(REPLICATED, what, 'secure-redis-test-jobs', 'allowReplacement'),
      expect.stringMatching(/^allowReplacement: "CacheReplicationGroup5B07CC82" allows a repl/),
    ]);
  });
});

describe('Whoever runs it says whether to record', () => {
  const { baseline, permissions } = made({ jobs: {} });

  test.each(['recrod', 'RECORD', '', true, null])('%p is refused', (asked) => {
    expect(() => applyBaseline(asked, REPLICATED, baseline, permissions)).toThrow(
      new SettingError(
        `the context \`baseline\` is ${JSON.stringify(asked)}; allowed is "record"; write ` +
          '`-c baseline=record` to record, or leave it out to compare',
      ),
    );
  });

  test('recording says which file it wrote, and what to do with it', () => {
    const file = baselineFile(temporaryFolder('baseline'), 'test');
    expect(applyBaseline('record', file, baseline, permissions)).toStrictEqual([
      `recorded in ${relative('', file)}: commit it, and each synth compares with it`,
    ]);
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(REPLICATED, 'utf8'));
  });

  test('without a word it compares, and writes nothing', () => {
    const { baseline: other, permissions: none } = made({ jobs: { port: 7000 } });
    expect(() => applyBaseline(undefined, REPLICATED, other, none)).toThrow('Port was 6380 and is');
  });
});
