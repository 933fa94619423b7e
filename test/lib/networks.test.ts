/**
 * Proves each choice of a network: which endpoints are made,
 * which rules are added and to whose groups, and what contradicts is refused.
 */

import {
  type InterfaceVpcEndpoint,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Annotations, App, Aws, Stack } from 'aws-cdk-lib/core';
import { EndpointChoice, RedisNetwork, type RedisNetworkProps, SecureRedis } from '../../lib';
import { type Seen, seenIn, THEIRS } from '../support/networks';
import { templateOf } from '../support/synth';
import { all } from './claims';

const { CREATE, EXISTING, NONE } = EndpointChoice;

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

  test('warns if endpoints were not set explicitly, which can be acknowledged', () => {
    const [warning, ...others] = made((stack) => ({ vpc: vpcIn(stack) })).warnings;
    expect(others).toStrictEqual([]);
    expect(warning).toContain('everything in this VPC that calls these services then goes through');
    expect(warning).toContain(
      '"none" for NAT, "existing" for endpoints that the VPC has, "create" for',
    );
    expect(warning).toContain(
      'until its security group may reach `endpointSecurityGroup` of the net',
    );
    expect(warning).toContain('[ack: secure-redis:endpoints-in-given-vpc]');
    const half = made((stack) => ({ vpc: vpcIn(stack), elastiCacheEndpoint: CREATE }));
    expect(half.warnings).toHaveLength(1);
  });

  test('admits another application to new endpoints as docs/networks.md shows', () => {
    const stack = new Stack(new App(), 'S');
    const network = new RedisNetwork(stack, 'Network', { vpc: vpcIn(stack), endpoints: CREATE });
    new SecureRedis(stack, 'Cache', { network });
    const worker = groupIn(stack);
    worker.connections.allowTo(network.endpointSecurityGroup, Port.tcp(443), 'Worker');
    const resource = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:worker-a1b2c3';
    const endpoint = network.node.findChild('SecretsManager') as InterfaceVpcEndpoint;
    endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['secretsmanager:GetSecretValue'],
        resources: [resource],
        conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
      }),
    );
    const template = templateOf(stack);
    expect(JSON.stringify(template)).toContain(resource);
    expect(all(template, 'AWS::EC2::SecurityGroupIngress')).toContainEqual(
      expect.objectContaining({
        Properties: expect.objectContaining({ SourceSecurityGroupId: THEIRS, FromPort: 443 }),
      }),
    );
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
      '`endpoints` must be "existing" or "none" with `sharedVpc`, got nothing: in a VPC that ' +
        'another account shares AWS lets only its owner make endpoints. Choose one; docs/networks',
    ],
    [
      'NAT from isolated subnets',
      (stack) => ({ vpc: vpcIn(stack), endpoints: NONE }),
      '`vpc` must be a VPC with private subnets with a route out, got one without.',
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
      '`sharedVpc` must not be set without a VPC that exists, got true.',
    ],
    [
      'the group of endpoints that are not there',
      (stack) => ({
        vpc: vpcIn(stack),
        endpoints: CREATE,
        endpointSecurityGroup: groupIn(stack),
      }),
      '`endpointSecurityGroup` must not be set unless an endpoint is "existing", got one: it is ',
    ],
    [
      'public subnets alone',
      (stack) => ({ vpc: vpcIn(stack, { publicSubnetIds: SUBNETS }), endpoints: CREATE }),
      '`vpc` must be a VPC with isolated or private subnets, got one without.',
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
