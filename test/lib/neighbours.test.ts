/**
 * A cache beside other constructs: rules, endpoints, networks and applications of others, in the
 * same stack or in another.
 */

import {
  InterfaceVpcEndpointAwsService,
  type IVpc,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type App, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { RedisNetwork, SecureRedis } from '../../lib';
import { flatten } from '../support/flatten';
import { makeApp, makeStack, templateOf } from '../support/synth';
import { all } from './claims';

function isolatedVpc(stack: Stack) {
  return new Vpc(stack, 'Vpc', {
    natGateways: 0,
    subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
  });
}

describe('Caches of one stack do not get in each other’s way', () => {
  test('in networks of their own, with the same id in different scopes', () => {
    const stack = new Stack(makeApp(), 'Given', { stackName: 'given' });
    for (const team of ['Red', 'Blue']) new SecureRedis(new Construct(stack, team), 'Cache');
    const names = all(templateOf(stack), 'AWS::SSM::Parameter').map(
      ({ Properties }) => Properties.Name,
    );
    expect(new Set(names).size).toBe(30);
    expect(names).toContain('/given/Red/Cache/Endpoint');
    expect(names).toContain('/given/Blue/Cache/Endpoint');
  });
});

describe('A network has one endpoint for each service', () => {
  const clash = (one: string, other: string) =>
    `${one}: ServiceName must be that of a service without another endpoint in the VPC, got ` +
    `secretsmanager beside ${other}. Share one \`network\` between caches, or pass the security ` +
    'group of the endpoint as `endpointSecurityGroup` of the network. (endpoint-single)';

  function cacheIn(stack: Stack, id: string, vpc: IVpc): void {
    new SecureRedis(stack, id, { network: new RedisNetwork(stack, `${id}Network`, { vpc }) });
  }

  test('a second network that would make them again is refused', () => {
    const app = makeApp();
    const stack = new Stack(app, 'Given');
    const vpc = isolatedVpc(stack);
    cacheIn(stack, 'First', vpc);
    cacheIn(stack, 'Second', vpc);
    expect(() => app.synth()).toThrow(
      clash(
        'Given/SecondNetwork/SecretsManager/Resource',
        'Given/FirstNetwork/SecretsManager/Resource',
      ),
    );
  });

  test('two caches share one network', () => {
    const app = makeApp();
    const stack = new Stack(app, 'Given');
    const { network } = new SecureRedis(stack, 'First');
    new SecureRedis(stack, 'Second', { network });
    expect(() => app.synth()).not.toThrow();
    const endpoints = all(templateOf(stack), 'AWS::EC2::VPCEndpoint');
    expect(endpoints).toHaveLength(2);
    for (const { Properties } of endpoints) {
      const text = JSON.stringify(flatten(Properties.PolicyDocument));
      expect(text).toMatch(/First/);
      expect(text).toMatch(/Second/);
    }
  });

  test('an existing endpoint is found; one for another service does not matter', () => {
    const app = makeApp();
    const stack = new Stack(app, 'Given');
    const vpc = isolatedVpc(stack);
    vpc.addInterfaceEndpoint('Kms', { service: InterfaceVpcEndpointAwsService.KMS });
    cacheIn(stack, 'Cache', vpc);
    expect(() => app.synth()).not.toThrow();
    const taken = makeApp();
    const other = new Stack(taken, 'Other');
    const theirs = isolatedVpc(other);
    theirs.addInterfaceEndpoint('Taken', {
      service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    });
    cacheIn(other, 'Cache', theirs);
    expect(() => taken.synth()).toThrow(
      clash('Other/Vpc/Taken/Resource', 'Other/CacheNetwork/SecretsManager/Resource'),
    );
  });
});

describe('Stacks depend on each other in one direction', () => {
  function dependenciesOf(app: App, id: string): readonly string[] {
    const stack = app.node.findChild(id) as Stack;
    app.synth();
    return stack.dependencies.map(({ node }) => node.id);
  }

  test('a cache on the stack of its network and endpoints', () => {
    const app = makeApp();
    const network = new Stack(app, 'Network');
    const vpc = isolatedVpc(network);
    const endpointSecurityGroup = new SecurityGroup(network, 'Endpoints', { vpc });
    const caches = new Stack(app, 'Caches');
    const given = new RedisNetwork(caches, 'Given', { vpc, endpointSecurityGroup });
    new SecureRedis(caches, 'Cache', { network: given });
    expect(dependenciesOf(app, 'Caches')).toStrictEqual(['Network']);
    expect(network.dependencies).toStrictEqual([]);
  });

  test('an application on the stack of its cache', () => {
    const app = makeApp();
    const stack = makeStack({}, app);
    const application = new Stack(app, 'Application');
    const client = new SecurityGroup(application, 'Client', {
      vpc: stack.cache.vpc,
      allowAllOutbound: false,
    });
    client.connections.allowToDefaultPort(stack.cache);
    const role = new Role(application, 'Role', {
      assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
    });
    stack.cache.grantRead(role);
    expect(dependenciesOf(app, 'Application')).toStrictEqual(['Test']);
    expect(stack.dependencies).toStrictEqual([]);
  });
});
