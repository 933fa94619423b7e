/**
 * `vpc` and `vpcSubnets` put a cache into a VPC, as `network` with that VPC does; contradictions
 * are refused.
 */

import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  type IVpc,
  Subnet,
  type SubnetSelection,
  SubnetType,
  Vpc,
  type VpcProps,
} from 'aws-cdk-lib/aws-ec2';
import { App, Stack } from 'aws-cdk-lib/core';
import { EndpointChoice, RedisNetwork, SecureRedis, Topology } from '../../lib';
import { messageOf } from '../support/message-of';
import { templateOf } from '../support/synth';
import { all } from './claims';

const NAT: VpcProps = { maxAzs: 2, natGateways: 1 };
const MIXED: VpcProps = {
  maxAzs: 2,
  subnetConfiguration: [
    { name: 'Public', subnetType: SubnetType.PUBLIC },
    { name: 'App', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    { name: 'Data', subnetType: SubnetType.PRIVATE_ISOLATED },
  ],
};

function made(props: VpcProps, choose: (vpc: IVpc) => object) {
  const stack = new Stack(new App(), 'S');
  const vpc = new Vpc(stack, 'Vpc', props);
  const cache = new SecureRedis(stack, 'Cache', { ...choose(vpc) });
  return { stack, vpc, cache };
}

const subnetsOf = (stack: Stack) =>
  JSON.stringify(all(templateOf(stack), 'AWS::ElastiCache::SubnetGroup')[0]?.Properties.SubnetIds);

describe('A cache in a VPC by the prop `vpc`', () => {
  test('has the template that `network` with this VPC gives', () => {
    const short = made(NAT, (vpc) => ({ vpc }));
    const stack = new Stack(new App(), 'S');
    const vpc = new Vpc(stack, 'Vpc', NAT);
    const network = new RedisNetwork(stack, 'Network', { vpc });
    new SecureRedis(stack, 'Cache', { network });
    const types = (of: Stack) => Object.values(templateOf(of).Resources).map(({ Type }) => Type);
    expect(types(short.stack).sort()).toStrictEqual(types(stack).sort());
    expect(all(templateOf(short.stack), 'AWS::EC2::VPC')).toHaveLength(1);
    expect(short.cache.vpc).toBe(short.vpc);
  });

  test('says that endpoints are made in it, as `network` does', () => {
    const { stack } = made(NAT, (vpc) => ({ vpc }));
    const warning = Match.stringLikeRegexp(
      'The VPC gets interface endpoints .*, with `endpoints` of `network`',
    );
    Annotations.fromStack(stack).hasWarning('/S/Cache/Network', warning);
  });

  test('takes the isolated subnets, or those that `vpcSubnets` selects', () => {
    expect(subnetsOf(made(MIXED, (vpc) => ({ vpc })).stack)).toMatch(/^(?!.*App).*Data/);
    const vpcSubnets: SubnetSelection = { subnetGroupName: 'App' };
    expect(subnetsOf(made(MIXED, (vpc) => ({ vpc, vpcSubnets })).stack)).toMatch(
      /^(?!.*Data).*App/,
    );
  });

  test('takes subnets one by one, also of a VPC that is imported', () => {
    const stack = new Stack(new App(), 'S');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['a', 'b'],
      privateSubnetIds: ['subnet-1', 'subnet-2'],
    });
    const subnets = ['subnet-3', 'subnet-4'].map((subnetId, index) =>
      Subnet.fromSubnetAttributes(stack, subnetId, {
        subnetId,
        availabilityZone: ['a', 'b'][index] ?? '',
      }),
    );
    new SecureRedis(stack, 'Cache', { vpc, vpcSubnets: { subnets } });
    expect(subnetsOf(stack)).toBe('["subnet-3","subnet-4"]');
  });
});

describe('What contradicts is refused', () => {
  const networkIn = (vpc: IVpc) =>
    new RedisNetwork(Stack.of(vpc), 'Network', { vpc, endpoints: EndpointChoice.CREATE });
  const both = (name: string) =>
    `S/Cache: \`${name}\` must not be set beside \`network\`, got both: that has a VPC and ` +
    "subnets of its own. Remove one, or pass `network: new RedisNetwork(this, 'Network', { vpc, " +
    'subnets })`.';

  test.each<[string, VpcProps, (vpc: IVpc) => object, string]>([
    ['`vpc` beside `network`', NAT, (vpc) => ({ vpc, network: networkIn(vpc) }), both('vpc')],
    [
      '`vpc` and `vpcSubnets` beside `network`',
      NAT,
      (vpc) => ({ vpc, vpcSubnets: {}, network: networkIn(vpc) }),
      `${both('vpc')}\n${both('vpcSubnets')}`,
    ],
    [
      '`vpcSubnets` alone',
      NAT,
      () => ({ vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } }),
      'S/Cache: `vpcSubnets` must not be set without `vpc`, got a selection: a new VPC has the ' +
        'subnets that a cache needs. Pass the VPC that has them, or remove it.',
    ],
    [
      'public subnets',
      NAT,
      (vpc) => ({ vpc, vpcSubnets: { subnetType: SubnetType.PUBLIC } }),
      'S/Cache: `vpcSubnets` must be private or isolated subnets, got a public one. Choose them ' +
        'with `subnetType`, `subnetGroupName` or `subnets`.',
    ],
    [
      'a group that the VPC does not have',
      NAT,
      (vpc) => ({ vpc, vpcSubnets: { subnetGroupName: 'Data' } }),
      'S/Cache: `vpcSubnets` must be a selection of subnets that the VPC has, got ' +
        '{"subnetGroupName":"Data"}. Choose others: ',
    ],
    [
      'a VPC with public subnets only',
      { maxAzs: 2, subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC }] },
      (vpc) => ({ vpc }),
      'S/Cache: `vpc` must be a VPC with isolated or private subnets, got one without. Pass a ' +
        'VPC that has them, or choose them with `vpcSubnets`.',
    ],
    [
      'one availability zone',
      { maxAzs: 1 },
      (vpc) => ({ vpc }),
      'S/Cache: `vpc` must be subnets in two or more availability zones for a cache with ' +
        'replicas, got 1. Add a subnet in another one, or take a topology without replicas.',
    ],
    [
      'the id of a VPC',
      NAT,
      () => ({ vpc: 'vpc-1' }),
      'S/Cache: `vpc` must be a VPC, got "vpc-1". Use Vpc.fromVpcAttributes(this, \'Vpc\', { ' +
        'vpcId: "vpc-1", … }).',
    ],
    [
      'a list of subnets',
      NAT,
      (vpc) => ({ vpc, vpcSubnets: vpc.privateSubnets }),
      'S/Cache: `vpcSubnets` must be a selection of subnets, got ',
    ],
  ])('%s', (_, props, choose, message) => {
    const text = messageOf(() => made(props, choose));
    expect(text.slice(0, message.length)).toBe(message);
  });

  test('one zone is enough for a cache without replicas', () => {
    const topology = Topology.replicated({ replicas: 0 });
    expect(() => made({ maxAzs: 1 }, (vpc) => ({ vpc, topology }))).not.toThrow();
  });

  test('a second cache with the same `vpc`, whose endpoints would be the same again', () => {
    const { stack, vpc } = made(NAT, (each) => ({ vpc: each }));
    new SecureRedis(stack, 'Second', { vpc });
    expect(messageOf(() => templateOf(stack))).toContain('Share one `network` between caches');
  });
});
