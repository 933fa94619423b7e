/**
 * Compares the table of replacing properties with AWS's own service spec, and proves on templates
 * made by hand which changes of them a baseline sees.
 */

import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { Baseline } from '../../lib/fleet/baseline';
import { NAMED, UPDATES } from '../../lib/fleet/update-table';
import { replacementBySpec } from '../support/service-spec';

const GROUP = 'AWS::ElastiCache::ReplicationGroup';
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';

/** Everything that holds data, passwords, keys, logs, addresses or logins. */
const STATEFUL = [
  GROUP,
  'AWS::SecretsManager::Secret',
  SCHEDULE,
  'AWS::ElastiCache::User',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::EC2::VPC',
  'AWS::EC2::Subnet',
  'AWS::EC2::SecurityGroup',
];

describe('The table says what AWS says', () => {
  test('of every stateful type, and of what they name', () => {
    expect(Object.keys(UPDATES).sort()).toStrictEqual([...STATEFUL].sort());
    expect(Object.keys(NAMED).sort()).toStrictEqual([
      'AWS::ElastiCache::SubnetGroup',
      'AWS::Lambda::Function',
    ]);
  });

  test.each(Object.entries({ ...UPDATES, ...NAMED }))('%s', (type, { replacing, deviations }) => {
    const spec = replacementBySpec(type);
    const replacingBySpec = Array.from(spec.keys()).filter((name) => spec.get(name) !== 'no');
    const known = [...replacing, ...Object.keys(deviations ?? {})];
    expect(replacingBySpec.filter((name) => !known.includes(name))).toStrictEqual([]);
    expect(replacing.map((name) => [name, spec.get(name)])).toStrictEqual(
      replacing.map((name) => [name, 'yes']),
    );
  });

  test('a deviation says what the spec said, so that it shows when the spec follows', () => {
    const rows = Object.entries(UPDATES).flatMap(([type, { deviations = {} }]) =>
      Object.entries(deviations).map(([name, row]) => ({ type, name, row })),
    );
    expect(rows.length).toBeGreaterThan(7);
    for (const { type, name, row } of rows) {
      expect([type, name, row.spec]).toStrictEqual([type, name, replacementBySpec(type).get(name)]);
    }
  });

  test('each deviation has a source and its date, and both sides if they disagree', () => {
    const rows = Object.values(UPDATES).flatMap(({ deviations = {}, every }) => [
      ...Object.values(deviations),
      ...(every ? [every] : []),
    ]);
    for (const { source, date, why, effect, sides } of rows) {
      expect(source).toMatch(/^(https:\/\/docs\.aws|[\w-]+\/[\w-]+#\d+|@aws-cdk\/|what's new)/);
      expect(date).toMatch(/^20\d\d-\d\d(-\d\d)?$/);
      expect(why).toMatch(/\w{3}/);
      expect(sides?.length ?? 0).toBe(effect === 'disputed' ? 2 : 0);
    }
  });
});

function baseline(Resources: object | undefined): Baseline {
  const template = Resources === undefined ? {} : { Resources };
  return Baseline.of({ stacksRecursively: [{ stackName: 's', template }] } as CloudAssembly);
}

/** Names of what changed of the resource `it`; `gone` if it is not there any more. */
function changes(before: object | undefined, after: object | undefined): string[] {
  return baseline(after)
    .changesSince(baseline(before))
    .flatMap(({ properties }) => (properties === undefined ? ['gone'] : Object.keys(properties)));
}

describe('A baseline sees the change of each property that AWS says replaces', () => {
  const resource = (Type: string, names: readonly string[], value: number) => ({
    it: { Type, Properties: Object.fromEntries(names.map((name) => [name, value])) },
  });

  test.each(STATEFUL)('%s', (type) => {
    const names = Array.from(replacementBySpec(type).keys()).filter((name) => name !== 'Tags');
    const replacing = names.filter((name) => replacementBySpec(type).get(name) !== 'no');
    const seen = changes(resource(type, names, 1), resource(type, names, 2));
    expect(seen).toEqual(expect.arrayContaining(replacing));
    for (const name of replacing) {
      expect(changes(resource(type, [], 1), resource(type, [name], 1))).toContain(name);
      expect(changes(resource(type, [name], 1), resource(type, [], 1))).toContain(name);
    }
  });

  test.each([
    ['AWS::KMS::Key', ['KeyPolicy', 'Description']],
    ['AWS::Logs::LogGroup', ['RetentionInDays', 'KmsKeyId']],
    ['AWS::SNS::Topic', ['DisplayName']],
    ['AWS::EC2::VPC', ['EnableDnsSupport', 'Tags']],
    ['AWS::EC2::Subnet', ['Tags', 'MapPublicIpOnLaunch']],
    ['AWS::EC2::SecurityGroup', ['Tags', 'SecurityGroupIngress']],
    ['AWS::Lambda::Function', ['FunctionName']],
  ])('and none that does not: %s', (type, names) => {
    expect(changes(resource(type, names, 1), resource(type, names, 2))).toStrictEqual([]);
  });

  test('and every property of a cache, a secret and a rotation schedule', () => {
    for (const type of [GROUP, 'AWS::SecretsManager::Secret', SCHEDULE]) {
      const names = Array.from(replacementBySpec(type).keys());
      expect(changes(resource(type, names, 1), resource(type, names, 2)).sort()).toStrictEqual(
        [...names].sort(),
      );
    }
  });
});

describe('A resource goes', () => {
  test.each(STATEFUL)('%s', (type) => {
    expect(changes({ it: { Type: type } }, {})).toStrictEqual(['gone']);
    expect(changes({}, { it: { Type: type } })).toStrictEqual([]);
  });

  test('with its whole stack, and when it becomes one of another type', () => {
    const key = { it: { Type: 'AWS::KMS::Key' } };
    expect(changes(key, undefined)).toStrictEqual(['gone']);
    expect(changes(key, { it: { Type: 'AWS::SNS::Topic' } })).toStrictEqual(['gone']);
  });

  test('whatever its name', () => {
    for (const id of ['constructor', 'toString', '__proto__']) {
      const key = Object.fromEntries([[id, { Type: 'AWS::KMS::Key' }]]);
      expect(changes(key, {})).toStrictEqual(['gone']);
      expect(changes(key, key)).toStrictEqual([]);
    }
  });
});

describe('What a resource names is replaced, so its name changes though no text does', () => {
  test.each<[string, string, string, string, string]>([
    ['AWS::Lambda::Function', 'FunctionName', 'RotationLambdaARN', SCHEDULE, 'Runtime'],
    ['AWS::Lambda::Function', 'PackageType', 'RotationLambdaARN', SCHEDULE, 'Timeout'],
    [
      'AWS::ElastiCache::SubnetGroup',
      'CacheSubnetGroupName',
      'CacheSubnetGroupName',
      GROUP,
      'SubnetIds',
    ],
  ])('%s, %s', (type, replacing, property, ofIt, free) => {
    const at = (Properties: object) => ({
      other: { Type: type, Properties },
      it: { Type: ofIt, Properties: { [property]: { 'Fn::GetAtt': ['other', 'Arn'] } } },
    });
    expect(changes(at({}), at({ [replacing]: 'new' }))).toStrictEqual([`${property}.${replacing}`]);
    expect(changes(at({ [replacing]: 'a' }), at({ [replacing]: 'b' }))).toStrictEqual([
      `${property}.${replacing}`,
    ]);
    expect(changes(at({ [free]: 1 }), at({ [free]: 2 }))).toStrictEqual([]);
  });
});
