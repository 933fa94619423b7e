/**
 * Service principals, `kms:ViaService` and endpoint services have the names of their partition:
 * literal ones where the region is known, and pseudo parameters elsewhere.
 */

import { App, Stack } from 'aws-cdk-lib/core';
import { Default, RegionInfo } from 'aws-cdk-lib/region-info';
import { SecureRedis } from '../../lib';
import { flatten } from '../support/flatten';
import { templateOf } from '../support/synth';
import { all } from './claims';

const ACCOUNT = '111122223333';

/** By the partition: a region, the suffix of its domain, the prefix of its ElastiCache endpoint. */
const PARTITIONS: readonly [partition: string, region: string, suffix: string, prefix: string][] = [
  ['aws', 'eu-west-1', 'amazonaws.com', 'com.amazonaws'],
  ['aws-cn', 'cn-north-1', 'amazonaws.com.cn', 'cn.com.amazonaws'],
  ['aws-cn', 'cn-northwest-1', 'amazonaws.com.cn', 'cn.com.amazonaws'],
  ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com', 'com.amazonaws'],
  ['aws-eusc', 'eusc-de-east-1', 'amazonaws.eu', 'com.amazonaws'],
  ['aws-iso', 'us-iso-east-1', 'c2s.ic.gov', 'com.amazonaws'],
  ['aws-iso-b', 'us-isob-east-1', 'sc2s.sgov.gov', 'com.amazonaws'],
  ['aws-iso-e', 'eu-isoe-west-1', 'cloud.adc-e.uk', 'com.amazonaws'],
  ['aws-iso-f', 'us-isof-south-1', 'csp.hci.ic.gov', 'com.amazonaws'],
];

function templateIn(region?: string) {
  const stack = new Stack(new App(), 'Test', { env: region ? { account: ACCOUNT, region } : {} });
  const cache = new SecureRedis(stack, 'Cache');
  return { stack, cache, template: templateOf(stack) };
}

const endpointsOf = (template: ReturnType<typeof templateOf>) =>
  all(template, 'AWS::EC2::VPCEndpoint').map(({ Properties }) => flatten(Properties.ServiceName));

const wordsOf = (template: object, pattern: RegExp) =>
  Array.from(new Set(JSON.stringify(flatten(template)).match(pattern))).sort();

const DOMAINS = /[a-z-]+\.(?:<AWS::Region>|[a-z]+(?:-[a-z]+)+-\d)\.[a-z<][\w.:<>-]+/g;

/** Without the names of endpoints, `com.amazonaws.…`. */
const principalsOf = (template: object) =>
  wordsOf(template, DOMAINS).filter((name) => !name.startsWith('amazonaws'));

describe('Names are those of the partition', () => {
  test.each(PARTITIONS)('%s: %s', (partition, region, suffix, prefix) => {
    const { template } = templateIn(region);
    const names = principalsOf(template);
    expect(names).toStrictEqual([`logs.${region}.${suffix}`, `secretsmanager.${region}.${suffix}`]);
    expect(endpointsOf(template)).toStrictEqual([
      `com.amazonaws.${region}.secretsmanager`,
      `${prefix}.${region}.elasticache`,
    ]);
    expect(RegionInfo.get(region)).toMatchObject({ partition, domainSuffix: suffix });
    expect(names[0]).toBe(Default.servicePrincipal('logs.amazonaws.com', region, suffix));
  });

  test('every region that CDK knows is in one of these partitions', () => {
    const known = new Set(PARTITIONS.map(([partition]) => partition));
    const others = RegionInfo.regions.filter(({ partition }) => !known.has(partition ?? ''));
    expect(others.map(({ name }) => name)).toStrictEqual([]);
  });

  test('a region that CDK does not know has the suffix that CloudFormation knows', () => {
    expect(wordsOf(templateIn('xx-new-1').template, /logs\.xx-new-1\.[^"]+/g)).toStrictEqual([
      'logs.xx-new-1.<AWS::URLSuffix>',
    ]);
  });
});

describe('Without a region the deploy chooses', () => {
  const { template } = templateIn();

  test('the suffix by a pseudo parameter', () => {
    expect(principalsOf(template)).toStrictEqual([
      'logs.<AWS::Region>.<AWS::URLSuffix>',
      'secretsmanager.<AWS::Region>.<AWS::URLSuffix>',
    ]);
  });

  test('the endpoint of ElastiCache by a condition, and no other text has a partition', () => {
    const { Conditions, ...rest } = template as unknown as { Conditions: object };
    expect(Conditions).toStrictEqual({
      CacheNetworkInChina9774D69A: { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws-cn'] },
    });
    const names = all(template, 'AWS::EC2::VPCEndpoint').map(
      ({ Properties }) => Properties.ServiceName,
    );
    expect(names[1]).toStrictEqual({
      'Fn::Join': [
        '',
        [
          {
            'Fn::If': ['CacheNetworkInChina9774D69A', 'cn.com.amazonaws', 'com.amazonaws'],
          },
          '.',
          { Ref: 'AWS::Region' },
          '.elasticache',
        ],
      ],
    });
    expect(JSON.stringify(rest)).not.toContain('arn:aws');
  });
});
