/**
 * Proves each choice of a network, in the construct and in a stage file: which endpoints are made,
 * which rules are added and to whose groups, and what contradicts is refused.
 */

import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Annotations, App, Stack } from 'aws-cdk-lib/core';
import {
  EndpointChoice,
  Fleet,
  RedisNetwork,
  type RedisNetworkProps,
  SecureRedis,
} from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { flatten } from '../support/flatten';
import { makeApp, type TemplateJson, templateOf } from '../support/synth';
import { all } from './claims';

const { CREATE, EXISTING, NONE } = EndpointChoice;
const THEIRS = 'sg-0123456789abcdef0';

function vpcIn(stack: Stack, rest: object = { isolatedSubnetIds: ['subnet-1', 'subnet-2'] }) {
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['a', 'b'],
    ...rest,
  });
  Annotations.of(vpc).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
  return vpc;
}

const PRIVATE = { privateSubnetIds: ['subnet-1', 'subnet-2'] };
const WITH_CIDR = { isolatedSubnetIds: ['subnet-1', 'subnet-2'], vpcCidrBlock: '10.1.0.0/16' };

interface Seen {
  readonly endpoints: readonly unknown[];
  /** Destinations of the egress of our functions and clients, on port 443. */
  readonly calls: readonly unknown[];
  /** Rules that are added to a group of others. */
  readonly added: number;
  readonly subnets: unknown;
  readonly warnings: readonly string[];
}

function seenIn(template: TemplateJson, warnings: readonly string[]): Seen {
  const groups = all(template, 'AWS::EC2::SecurityGroup').flatMap(
    ({ Properties }) => (Properties.SecurityGroupEgress ?? []) as readonly unknown[],
  );
  const egress = all(template, 'AWS::EC2::SecurityGroupEgress').map(({ Properties }) => Properties);
  const calls = [...groups, ...egress]
    .map((rule) => flatten(rule) as unknown as Record<string, unknown>)
    .filter(({ FromPort }) => FromPort === 443)
    .map(({ CidrIp, DestinationSecurityGroupId }) => CidrIp ?? DestinationSecurityGroupId);
  const ingress = all(template, 'AWS::EC2::SecurityGroupIngress');
  return {
    endpoints: all(template, 'AWS::EC2::VPCEndpoint').map(({ Properties }) =>
      JSON.stringify(flatten(Properties.ServiceName)).replace(/.*\.(\w+)"$/, '$1'),
    ),
    calls: Array.from(new Set(calls)),
    added: ingress.filter(({ Properties }) => Properties.GroupId === THEIRS).length,
    subnets: all(template, 'AWS::ElastiCache::SubnetGroup').map(
      ({ Properties }) => Properties.SubnetIds,
    )[0],
    warnings,
  };
}

function made(props: (stack: Stack) => RedisNetworkProps): Seen {
  const app = new App();
  const stack = new Stack(app, 'S');
  new SecureRedis(stack, 'Cache', { network: new RedisNetwork(stack, 'Network', props(stack)) });
  const messages = app.synth().getStackByName('S').messages;
  return seenIn(
    templateOf(stack),
    messages.map(({ entry }) => String(entry.data)),
  );
}

const groupIn = (stack: Stack) => SecurityGroup.fromSecurityGroupId(stack, 'Theirs', THEIRS);
const OURS = '<NetworkEndpointSecurityGroup6DEF6240.GroupId>';
const SUBNETS = ['subnet-1', 'subnet-2'];

describe('A network of a given VPC', () => {
  const rest = { subnets: SUBNETS, warnings: [] };

  test.each<[string, (stack: Stack) => RedisNetworkProps, Omit<Seen, 'subnets' | 'warnings'>]>([
    [
      'makes both endpoints',
      (stack) => ({ vpc: vpcIn(stack), endpoints: CREATE }),
      { endpoints: ['secretsmanager', 'elasticache'], calls: [OURS], added: 0 },
    ],
    [
      'uses both endpoints, by a rule on each side',
      (stack) => ({ vpc: vpcIn(stack), endpointSecurityGroup: groupIn(stack) }),
      { endpoints: [], calls: [THEIRS], added: 2 },
    ],
    [
      'uses endpoints of which it knows no group, by the addresses of the VPC',
      (stack) => ({ vpc: vpcIn(stack, WITH_CIDR), endpoints: EXISTING }),
      { endpoints: [], calls: ['10.1.0.0/16'], added: 0 },
    ],
    [
      'goes through NAT',
      (stack) => ({ vpc: vpcIn(stack, PRIVATE), endpoints: NONE }),
      { endpoints: [], calls: ['0.0.0.0/0'], added: 0 },
    ],
    [
      'uses one endpoint and makes the other',
      (stack) => ({
        vpc: vpcIn(stack),
        secretsManagerEndpoint: EXISTING,
        elastiCacheEndpoint: CREATE,
        endpointSecurityGroup: groupIn(stack),
      }),
      { endpoints: ['elasticache'], calls: [OURS, THEIRS], added: 2 },
    ],
    [
      'uses one endpoint, and NAT for the other service',
      (stack) => ({
        vpc: vpcIn(stack, PRIVATE),
        endpoints: EXISTING,
        elastiCacheEndpoint: NONE,
      }),
      { endpoints: [], calls: ['0.0.0.0/0'], added: 0 },
    ],
    [
      'changes nothing of the owner of a shared VPC',
      (stack) => ({
        vpc: vpcIn(stack, WITH_CIDR),
        endpointSecurityGroup: groupIn(stack),
        sharedVpc: true,
      }),
      { endpoints: [], calls: ['10.1.0.0/16'], added: 0 },
    ],
    [
      'changes nothing of an owner whose addresses are not known',
      (stack) => ({ vpc: vpcIn(stack), endpoints: EXISTING, sharedVpc: true }),
      { endpoints: [], calls: ['0.0.0.0/0'], added: 0 },
    ],
  ])('%s', (_, props, seen) => {
    expect(made(props)).toStrictEqual({ ...seen, ...rest });
  });

  test('warns where nobody asked for endpoints by name, and that can be acknowledged', () => {
    const [warning, ...others] = made((stack) => ({ vpc: vpcIn(stack) })).warnings;
    expect(others).toStrictEqual([]);
    expect(warning).toContain('everything in this VPC that calls these services then goes through');
    expect(warning).toContain('`endpoints` "none" for NAT, "existing" for endpoints that the VPC');
    expect(warning).toContain('[ack: cdk-secure-redis:endpointsInGivenVpc]');
    const half = made((stack) => ({ vpc: vpcIn(stack), elastiCacheEndpoint: CREATE }));
    expect(half.warnings).toHaveLength(1);
  });

  test('takes private subnets where there are no others, and those behind NAT for NAT', () => {
    const both = { isolatedSubnetIds: ['subnet-3', 'subnet-4'], ...PRIVATE };
    const subnets = (rest: object, endpoints: EndpointChoice) =>
      made((stack) => ({ vpc: vpcIn(stack, rest), endpoints })).subnets;
    expect(subnets(PRIVATE, CREATE)).toStrictEqual(SUBNETS);
    expect(subnets(both, CREATE)).toStrictEqual(['subnet-3', 'subnet-4']);
    expect(subnets(both, NONE)).toStrictEqual(SUBNETS);
  });
});

describe('A choice that cannot be is refused', () => {
  test.each<[string, (stack: Stack) => RedisNetworkProps, string]>([
    [
      'endpoints in a shared VPC',
      (stack) => ({ vpc: vpcIn(stack), endpoints: CREATE, sharedVpc: true }),
      '`endpoints` must be "existing" or "none" with `sharedVpc`',
    ],
    [
      'no choice in a shared VPC',
      (stack) => ({ vpc: vpcIn(stack), sharedVpc: true }),
      '`endpoints` must be "existing" or "none" with `sharedVpc`: in a VPC that another account ' +
        'shares AWS lets only its owner make endpoints, got nothing. Choose one; docs/networks.md',
    ],
    [
      'NAT from isolated subnets',
      (stack) => ({ vpc: vpcIn(stack), endpoints: NONE }),
      '`vpc` must have private subnets with a route to NAT, got none.',
    ],
    [
      'NAT in a new VPC',
      () => ({ endpoints: NONE }),
      '`endpoints` must be "create" in a new VPC, which has no NAT gateway and no endpoints, ' +
        'got "none".',
    ],
    [
      'a new VPC of another account',
      () => ({ sharedVpc: true }),
      '`sharedVpc` must be left out without a VPC of yours, got true.',
    ],
    [
      'the group of endpoints that are not there',
      (stack) => ({
        vpc: vpcIn(stack),
        endpoints: CREATE,
        endpointSecurityGroup: groupIn(stack),
      }),
      '`endpointSecurityGroup` must be left out unless an endpoint is "existing"',
    ],
    [
      'public subnets alone',
      (stack) => ({ vpc: vpcIn(stack, { publicSubnetIds: SUBNETS }), endpoints: CREATE }),
      '`vpc` must have isolated or private subnets, got none.',
    ],
  ])('%s', (_, props, message) => {
    const stack = new Stack(new App(), 'S');
    expect(() => new RedisNetwork(stack, 'Network', props(stack))).toThrow(`S/Network: ${message}`);
  });

  test('and so is the group of endpoints that a network does not know', () => {
    const stack = new Stack(new App(), 'S');
    const vpc = new Vpc(stack, 'Vpc', {
      subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    const network = new RedisNetwork(stack, 'Network', { vpc, endpoints: EXISTING });
    expect(() => network.endpointSecurityGroup).toThrow('S/Network: `endpointSecurityGroup` must');
  });
});

describe('A stage file says the same', () => {
  const VPC = { vpcId: 'vpc-0a1b2c3d', availabilityZones: ['eu-west-1a', 'eu-west-1b'] };
  const ids = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'];
  const isolated = { ...VPC, isolatedSubnetIds: ids };
  const behindNat = { ...VPC, privateSubnetIds: ids };

  function fleetOf(network: object) {
    const app = makeApp();
    const config = checkedConfig('x.json', 'test', { shared: { network }, caches: { a: {} } });
    new Fleet(app, 'Fleet', config);
    const { stacks } = app.synth();
    const messages = stacks.flatMap((stack) =>
      stack.messages.map(({ entry }) => String(entry.data)),
    );
    const template = stacks.find(({ stackName }) => stackName.endsWith('-a'))?.template;
    return { ...seenIn(template, messages), stacks: stacks.length };
  }

  test.each<[string, object, object]>([
    ['NAT', { ...behindNat, endpoints: 'none' }, { calls: ['0.0.0.0/0'], added: 0, stacks: 1 }],
    [
      'existing endpoints',
      { ...isolated, endpointSecurityGroupId: THEIRS },
      { calls: [THEIRS], added: 2, stacks: 1 },
    ],
    [
      'a shared VPC',
      { ...isolated, endpointSecurityGroupId: THEIRS, sharedVpc: true },
      { calls: ['0.0.0.0/0'], added: 0, stacks: 1 },
    ],
    [
      'one endpoint, and NAT',
      { ...behindNat, endpoints: 'none', secretsManagerEndpoint: 'existing' },
      { calls: ['0.0.0.0/0'], added: 0, stacks: 1 },
    ],
    ['new endpoints', { ...isolated, endpoints: 'create' }, { added: 0, stacks: 2 }],
  ])('%s', (_, network, seen) => {
    expect(fleetOf(network)).toMatchObject({ ...seen, subnets: ids, warnings: [] });
  });

  test('and warns where it says nothing', () => {
    expect(fleetOf(isolated).warnings).toHaveLength(1);
  });

  test.each<[object, string]>([
    [
      { ...isolated, sharedVpc: true },
      'shared.network.endpoints: nothing is not allowed; allowed is "existing" or "none" with',
    ],
    [
      { ...isolated, endpoints: 'none' },
      'shared.network.isolatedSubnetIds: is not allowed; allowed is left out with an ' +
        'endpoint "none"',
    ],
    [
      { ...isolated, privateSubnetIds: ids },
      'shared.network.privateSubnetIds: is given beside `isolatedSubnetIds`',
    ],
    [{ ...VPC, endpoints: 'create' }, 'shared.network.isolatedSubnetIds: is missing'],
    [
      { ...behindNat, endpoints: 'nat' },
      'shared.network.endpoints: "nat" is not allowed; allowed is "create", "existing", "none"',
    ],
    [
      { ...behindNat, privateSubnetIds: ids.slice(1) },
      'shared.network.privateSubnetIds: 1 subnets for 2 availability zones are not allowed',
    ],
    [{ endpoints: 'none' }, 'shared.network.endpoints: "none" is not allowed; allowed is "create"'],
    [{ sharedVpc: true }, 'shared.network.vpcId: is missing'],
  ])('and refuses %j', (network, message) => {
    const check = () => checkedConfig('x.json', 'test', { shared: { network }, caches: { a: {} } });
    expect(check).toThrow(`x.json: ${message}`);
  });

  const key = (place: string) => `arn:${place}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

  test.each<[string, object, object, string]>([
    [
      'a key of another region than the zones',
      { encryptionKey: { arn: key('aws:kms:us-east-1:111122223333') }, network: isolated },
      {},
      'shared.network.availabilityZones.0: is in eu-west-1, and `shared.encryptionKey.arn` ' +
        'in us-east-1',
    ],
    [
      'a key and zones of the European Sovereign Cloud',
      {
        encryptionKey: { arn: key('aws:kms:eu-west-1:111122223333') },
        network: { ...isolated, availabilityZones: ['eusc-de-east-1a', 'eusc-de-east-1b'] },
      },
      {},
      'shared.network.availabilityZones.0: is in aws-eusc, and `shared.encryptionKey.arn` in aws',
    ],
    [
      'a key whose partition has no such region',
      { encryptionKey: { arn: key('aws:kms:cn-north-1:111122223333') } },
      {},
      'shared.encryptionKey.arn: is in aws, and `shared.encryptionKey.arn` in aws-cn',
    ],
    [
      'files in S3 of another partition',
      { network: isolated },
      { restoreFrom: { s3: ['arn:aws-cn:s3:::bucket/dump.rdb'] } },
      'caches.a.restoreFrom.s3: is in aws-cn, and `shared.network.availabilityZones.0` in aws',
    ],
  ])('and refuses %s', (_, shared, a, message) => {
    const check = () => checkedConfig('x.json', 'test', { shared, caches: { a } });
    expect(check).toThrow(`x.json: ${message}`);
  });
});
