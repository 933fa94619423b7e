/**
 * A rule of a security group is found by every reference to the group, and its network by every
 * expression: in the same stack, another stack, a nested stack, a stage.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Peer, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import {
  CfnMapping,
  CfnParameter,
  CfnResource,
  Fn,
  NestedStack,
  Stack,
  type StackProps,
  Stage,
} from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { RedisNetwork, SecureRedis } from '../../../lib';
import { type Given, given, linesAfter, linesOf } from '../../support/rules';
import { makeApp } from '../../support/synth';
import { temporaryFolder } from '../../support/temporary-folder';

const EVERYBODY = '0.0.0.0/0';

/** Where and what a line about too wide a network is about. */
function found(lines: readonly string[]): readonly string[] {
  return lines.map((line) => {
    const [, path, value] =
      /^(\S+): CidrIp must be .*, got (.*)\. Admit .*\(ingress-networks\)$/.exec(line) ?? [];
    return path === undefined ? line : `${path} ${value}`;
  });
}

function ingress(scope: Construct, groupId: unknown, cidrIp: unknown, id = 'In'): CfnResource {
  return new CfnResource(scope, id, {
    type: 'AWS::EC2::SecurityGroupIngress',
    properties: {
      IpProtocol: 'tcp',
      FromPort: 6380,
      ToPort: 6380,
      GroupId: groupId,
      CidrIp: cidrIp,
    },
  });
}

const idOf = ({ connections }: SecureRedis) => connections.securityGroups[0]?.securityGroupId;
const logicalIdOf = ({ stack, part }: Given): string =>
  stack.resolve(part('SecurityGroup/Resource').logicalId);

describe('The group is known by every spelling of its id', () => {
  test.each<[string, (id: string) => unknown]>([
    ['Ref', (id) => ({ Ref: id })],
    ['Fn::GetAtt as a list', (id) => ({ 'Fn::GetAtt': [id, 'GroupId'] })],
    ['Fn::GetAtt as a text', (id) => ({ 'Fn::GetAtt': `${id}.GroupId` })],
    ['Fn::Sub of the resource', (id) => ({ 'Fn::Sub': `\${${id}}` })],
    ['Fn::Sub of an attribute', (id) => ({ 'Fn::Sub': `\${${id}.GroupId}` })],
    [
      'Fn::Sub of a variable',
      (id) => ({ 'Fn::Sub': [`\${Group}`, { Group: { 'Fn::GetAtt': [id, 'GroupId'] } }] }),
    ],
    ['Fn::Join', (id) => ({ 'Fn::Join': ['', [{ Ref: id }]] })],
    ['Fn::Select', (id) => ({ 'Fn::Select': [1, ['sg-1', { Ref: id }]] })],
  ])('%s', (_, spelling) => {
    const lines = linesAfter((made) => ingress(made.stack, spelling(logicalIdOf(made)), EVERYBODY));
    expect(found(lines)).toStrictEqual([`Test/In ${EVERYBODY}`]);
  });

  test('Fn::If, in the branch that names it', () => {
    const lines = linesAfter((made) =>
      ingress(made.stack, { 'Fn::If': ['IsProd', { Ref: logicalIdOf(made) }, 'sg-1'] }, EVERYBODY),
    );
    expect(found(lines)).toStrictEqual([`Test/In ${EVERYBODY} where \`IsProd\` is true`]);
  });

  test('another group is not meant', () => {
    expect(linesAfter(({ stack }) => ingress(stack, 'sg-1', EVERYBODY))).toStrictEqual([]);
  });
});

describe('The network is known by every expression', () => {
  const valuesOf = (network: (made: Given) => unknown) =>
    found(linesAfter((made) => ingress(made.stack, { Ref: logicalIdOf(made) }, network(made))));

  test.each<[string, (made: Given) => unknown, string]>([
    ['a text in parts', () => ({ 'Fn::Join': ['/', ['0.0.0.0', '0']] }), EVERYBODY],
    [
      'one of two',
      () => ({ 'Fn::If': ['IsProd', '10.0.0.0/8', EVERYBODY] }),
      `${EVERYBODY} where \`IsProd\` is false`,
    ],
    [
      'a part of a text',
      () => ({ 'Fn::Select': [1, { 'Fn::Split': [',', `x,${EVERYBODY}`] }] }),
      EVERYBODY,
    ],
    [
      'a mapping',
      ({ stack }) => {
        const mapping = { prod: { office: '10.0.0.0/8' }, dev: { office: '8.0.0.0/8' } };
        new CfnMapping(stack, 'Networks', { mapping });
        return { 'Fn::FindInMap': ['Networks', { Ref: 'AWS::Region' }, 'office'] };
      },
      '8.0.0.0/8',
    ],
    [
      'an allowed value of a parameter',
      ({ stack }) =>
        new CfnParameter(stack, 'Office', { allowedValues: ['10.0.0.0/8', '8.0.0.0/8'] })
          .valueAsString,
      '8.0.0.0/8',
    ],
    [
      'a parameter whose default is private',
      ({ stack }) => new CfnParameter(stack, 'Office', { default: '10.0.0.0/8' }).valueAsString,
      '{"Ref":"Office"}, which only the deploy knows',
    ],
    [
      'a value of another app',
      () => Fn.importValue('Office'),
      '{"Fn::ImportValue":"Office"}, which only the deploy knows',
    ],
    ['a parameter of SSM', () => '{{resolve:ssm:office}}', '{{resolve:ssm:office}}'],
  ])('%s', (_, network, value) => {
    expect(valuesOf(network)).toStrictEqual([`Test/In ${value}`]);
  });

  test.each<[string, (made: Given) => unknown]>([
    [
      'a mapping of private ones',
      ({ stack }) => {
        new CfnMapping(stack, 'Networks', { mapping: { all: { office: '10.0.0.0/8' } } });
        return { 'Fn::FindInMap': ['Networks', 'all', 'office'] };
      },
    ],
    [
      'a parameter that allows private ones only',
      ({ stack }) =>
        new CfnParameter(stack, 'Office', { allowedValues: ['10.0.0.0/8'] }).valueAsString,
    ],
    ['the network of the VPC', ({ cache }) => cache.vpc.vpcCidrBlock],
  ])('fine: %s', (_, network) => {
    expect(valuesOf(network)).toStrictEqual([]);
  });
});

describe('References are followed between stacks', () => {
  function inTwo(props: StackProps = {}, context: Record<string, unknown> = {}) {
    const app = makeApp();
    for (const [key, value] of Object.entries(context)) app.node.setContext(key, value);
    const data = new Stack(app, 'Data', props);
    return { app, data, web: new Stack(app, 'Web', props), cache: new SecureRedis(data, 'Cache') };
  }

  test.each<[string, Record<string, unknown>]>([
    ['by an export', { '@aws-cdk/core:defaultCrossStackReferences': 'strong' }],
    ['by an output', { '@aws-cdk/core:defaultCrossStackReferences': 'weak' }],
  ])('%s', (_, context) => {
    const { app, web, cache } = inTwo({}, context);
    ingress(web, idOf(cache), EVERYBODY);
    expect(found(linesOf({ app }))).toStrictEqual([`Web/In ${EVERYBODY}`]);
  });

  test('by the name of an export', () => {
    const { app, data, web, cache } = inTwo();
    data.exportValue(idOf(cache), { name: 'TheGroup' });
    ingress(web, Fn.importValue('TheGroup'), EVERYBODY);
    expect(found(linesOf({ app }))).toStrictEqual([`Web/In ${EVERYBODY}`]);
  });

  test('the network of a VPC of another stack is fine', () => {
    const { app, web, cache } = inTwo();
    cache.connections.allowDefaultPortFrom(Peer.ipv4(new Vpc(web, 'Vpc').vpcCidrBlock));
    expect(linesOf({ app })).toStrictEqual([]);
  });

  test('from a nested stack to the cache above it', () => {
    const app = makeApp();
    const parent = new Stack(app, 'Parent');
    const cache = new SecureRedis(parent, 'Cache');
    ingress(new NestedStack(parent, 'Rules'), idOf(cache), EVERYBODY);
    expect(found(linesOf({ app }))).toStrictEqual([`Parent/Rules/In ${EVERYBODY}`]);
  });

  test('to the cache in a nested stack, and into another one', () => {
    const app = makeApp();
    const parent = new Stack(app, 'Parent');
    const cache = new SecureRedis(new NestedStack(parent, 'Data'), 'Cache');
    ingress(parent, idOf(cache), EVERYBODY);
    const office = new CfnParameter(parent, 'Office', { allowedValues: ['9.0.0.0/8'] });
    ingress(new NestedStack(parent, 'Rules'), idOf(cache), office.valueAsString);
    expect(found(linesOf({ app }))).toStrictEqual([
      `Parent/In ${EVERYBODY}`,
      'Parent/Rules/In 9.0.0.0/8',
    ]);
  });

  test('in a stage, whether the app or the stage is synthesized', () => {
    const app = makeApp();
    const stage = new Stage(app, 'Prod');
    const stack = new Stack(stage, 'Data');
    ingress(stack, idOf(new SecureRedis(stack, 'Cache')), EVERYBODY);
    expect(() => stage.synth()).toThrow('Prod/Data/In: CidrIp must be');
    expect(found(linesOf({ app }))).toStrictEqual([`Prod/Data/In ${EVERYBODY}`]);
  });

  test('to a template that is included', () => {
    const { stack, cache, app } = given();
    const file = join(temporaryFolder('included'), 'rules.json');
    const Properties = { GroupId: { Ref: 'Group' }, CidrIp: EVERYBODY, IpProtocol: '6' };
    const In = { Type: 'AWS::EC2::SecurityGroupIngress', Properties };
    writeFileSync(
      file,
      JSON.stringify({
        Parameters: { Group: { Type: 'String' } },
        Resources: { In: { ...In, Properties: { ...Properties, FromPort: 6380, ToPort: 6380 } } },
      }),
    );
    new CfnInclude(stack, 'Included', { templateFile: file, parameters: { Group: idOf(cache) } });
    expect(found(linesOf({ app }))).toStrictEqual([`Test/Included/In ${EVERYBODY}`]);
  });
});

describe('A synth that has yet to look something up', () => {
  const env = { account: '111122223333', region: 'eu-west-1' };

  /** A cache that admits a VPC; the lookups of that VPC and of its own zones are missing. */
  function admittingLookedUpVpc() {
    const app = makeApp();
    const stack = new Stack(app, 'Data', { env });
    const cache = new SecureRedis(stack, 'Cache');
    const vpc = Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-1' });
    cache.connections.allowDefaultPortFrom(Peer.ipv4(vpc.vpcCidrBlock));
    return { app, cache };
  }

  test('is judged in all that does not depend on it', () => {
    const { app, cache } = admittingLookedUpVpc();
    cache.connections.allowDefaultPortFromAnyIpv4();
    cache.replicationGroup.addPropertyOverride('TransitEncryptionEnabled', false);
    expect(linesOf({ app }).map((line) => / \(([\w-]+)\)$/.exec(line)?.[1])).toStrictEqual([
      'ingress-networks',
      'cache-tls',
    ]);
  });

  test('of two caches refuses that they have one id', () => {
    const app = makeApp();
    const stack = new Stack(app, 'Data', { env });
    for (const id of ['x', 'X']) new SecureRedis(stack, `Cache${id}`, { replicationGroupId: id });
    expect(linesOf({ app })).not.toStrictEqual([]);
  });

  test('is not judged by a network that CDK makes up until then', () => {
    const { app } = admittingLookedUpVpc();
    expect(linesOf({ app })).toStrictEqual([]);
  });

  test('is judged by the network once CDK has looked it up', () => {
    const app = makeApp();
    const stack = new Stack(app, 'Data');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['a', 'b'],
      isolatedSubnetIds: ['subnet-1', 'subnet-2'],
      vpcCidrBlock: '1.2.3.4/5',
    });
    const cache = new SecureRedis(stack, 'Cache', {
      network: new RedisNetwork(stack, 'Network', { vpc }),
    });
    cache.connections.allowDefaultPortFrom(Peer.ipv4(vpc.vpcCidrBlock));
    expect(linesOf({ app })).toHaveLength(1);
  });
});
