/**
 * Proves which properties of which types a baseline watches, in templates made by hand: each whose
 * change would replace the resource, and none of the others.
 */

import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Baseline } from '../../lib';

const WATCHED: Readonly<Record<string, readonly string[]>> = {
  'AWS::ElastiCache::ReplicationGroup': [
    'AtRestEncryptionEnabled',
    'AuthToken',
    'CacheSubnetGroupName',
    'DataTieringEnabled',
    'Engine',
    'GlobalReplicationGroupId',
    'KmsKeyId',
    'NetworkType',
    'Port',
    'PreferredCacheClusterAZs',
    'ReplicasPerNodeGroup',
    'ReplicationGroupId',
    'SnapshotArns',
    'SnapshotName',
    'UserGroupIds',
  ],
  'AWS::SecretsManager::Secret': ['Description', 'KmsKeyId', 'SecretString', 'Tags'],
  'AWS::SecretsManager::RotationSchedule': ['SecretId'],
  'AWS::KMS::Key': [],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::SNS::Topic': ['FifoTopic', 'TopicName'],
  'AWS::EC2::VPC': ['CidrBlock'],
  'AWS::EC2::Subnet': ['AvailabilityZone', 'AvailabilityZoneId', 'CidrBlock', 'VpcId'],
  'AWS::EC2::SecurityGroup': ['GroupDescription', 'GroupName', 'VpcId'],
};

/** Of each of these types, what changes without replacing it. */
const FREE: Readonly<Record<string, readonly string[]>> = {
  'AWS::ElastiCache::ReplicationGroup': [
    'CacheNodeType',
    'EngineVersion',
    'NumCacheClusters',
    'NumNodeGroups',
    'SnapshotRetentionLimit',
    'Tags',
  ],
  'AWS::SecretsManager::RotationSchedule': ['RotationRules'],
  'AWS::KMS::Key': ['KeyPolicy'],
  'AWS::Logs::LogGroup': ['RetentionInDays'],
  'AWS::SNS::Topic': ['DisplayName'],
  'AWS::EC2::VPC': ['EnableDnsSupport'],
  'AWS::EC2::Subnet': ['Tags'],
  'AWS::EC2::SecurityGroup': ['Tags'],
  'AWS::Lambda::Function': ['FunctionName'],
};

function baseline(Resources: object | undefined): Baseline {
  const template = Resources === undefined ? {} : { Resources };
  return Baseline.of({ stacksRecursively: [{ stackName: 's', template }] } as CloudAssembly);
}

const resource = (Type: string, names: readonly string[], value: number) => ({
  it: { Type, Properties: Object.fromEntries(names.map((name) => [name, value])) },
});

function changes(before: object | undefined, after: object | undefined) {
  return baseline(after)
    .replacementsSince(baseline(before))
    .map(({ stackName, logicalId, type, property, was, now }) => [
      stackName,
      logicalId,
      type,
      property,
      was,
      now,
    ]);
}

describe('Each property that replaces is watched, and no other', () => {
  test.each(Object.entries(WATCHED))('%s', (type, watched) => {
    const names = [...watched, ...(FREE[type] ?? [])];
    expect(changes(resource(type, names, 1), resource(type, names, 2))).toStrictEqual(
      watched.map((name) => ['s', 'it', type, name, 1, 2]),
    );
  });

  test('what holds nothing is not watched', () => {
    const type = 'AWS::Lambda::Function';
    expect(changes(resource(type, ['FunctionName'], 1), {})).toStrictEqual([]);
  });
});

describe('A resource goes', () => {
  test.each(Object.keys(WATCHED))('%s', (type) => {
    expect(changes(resource(type, [], 1), {})).toStrictEqual([
      ['s', 'it', type, undefined, type, undefined],
    ]);
    expect(changes({}, resource(type, [], 1))).toStrictEqual([]);
  });

  test('with its whole stack, and when it becomes one of another type', () => {
    const key = { it: { Type: 'AWS::KMS::Key' } };
    const gone = ['s', 'it', 'AWS::KMS::Key', undefined, 'AWS::KMS::Key'];
    expect(changes(key, undefined)).toStrictEqual([[...gone, undefined]]);
    expect(changes(key, { it: { Type: 'AWS::SNS::Topic' } })).toStrictEqual([
      [...gone, 'AWS::SNS::Topic'],
    ]);
  });
});

describe('Shards', () => {
  const group = (Properties: object) => ({
    it: { Type: 'AWS::ElastiCache::ReplicationGroup', Properties },
  });

  test('may change in number, but not come or go', () => {
    const names = (before: object, after: object) =>
      changes(group(before), group(after)).map((each) => each.slice(3));
    expect(names({ NumNodeGroups: 3 }, { NumNodeGroups: 4 })).toStrictEqual([]);
    expect(names({}, { NumNodeGroups: 4 })).toStrictEqual([['NumNodeGroups', undefined, 'any']]);
    expect(names({ NumNodeGroups: 3 }, {})).toStrictEqual([['NumNodeGroups', 'any', undefined]]);
  });
});
