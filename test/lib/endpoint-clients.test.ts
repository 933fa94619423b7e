/**
 * A client that several caches name is admitted to their endpoints by one rule: EC2 refuses a
 * duplicate, and removing one of two rules would remove both.
 */

import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Stack } from 'aws-cdk-lib/core';
import { RedisNetwork } from '../../lib';
import { flatten } from '../support/flatten';
import { type MadeFleet, makeFleet } from '../support/fleet';
import { makeApp, type TemplateJson, templateOf } from '../support/synth';
import { all } from './claims';

const CLIENT = 'sg-0aaaaaaaaaaaaaaa0';
const OTHER = 'sg-0bbbbbbbbbbbbbbb0';
const VPC = {
  vpcId: 'vpc-01234567',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  isolatedSubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
};
const GIVEN = { ...VPC, endpointSecurityGroupId: 'sg-0e0e0e0e' };

/** `stack: source -> group` of each rule on port 443 for a client that is named by its id. */
function admissions(templates: MadeFleet['templates']): readonly string[] {
  const found = Object.entries(templates).map(([stack, each]) => ofTemplate(stack, each));
  return found.flat().sort();
}

function ofTemplate(stack: string, template: TemplateJson): readonly string[] {
  return all(template, 'AWS::EC2::SecurityGroupIngress')
    .map(({ Properties }) => flatten(Properties) as Record<string, unknown>)
    .filter(({ FromPort, SourceSecurityGroupId: source }) => {
      return FromPort === 443 && String(source).startsWith('sg-');
    })
    .map(({ SourceSecurityGroupId, GroupId }) => `${stack}: ${SourceSecurityGroupId} -> ${GroupId}`)
    .sort();
}

const MADE = '<NetworkEndpointSecurityGroup6DEF6240.GroupId>';

describe('One rule per endpoint group and client', () => {
  test.each<[string, object, readonly string[]]>([
    [
      'endpoints that are made, in a new VPC',
      {
        shared: { network: {}, encryptionKey: {}, alarmTopic: {} },
        caches: { a: { clients: [CLIENT] }, b: { clients: [CLIENT] } },
      },
      [`shared: ${CLIENT} -> ${MADE}`],
    ],
    [
      'endpoints that are made, in a given VPC, with clients for every cache',
      {
        shared: { network: VPC },
        defaults: { clients: [CLIENT, OTHER] },
        caches: { a: {}, b: {} },
      },
      [`shared: ${CLIENT} -> ${MADE}`, `shared: ${OTHER} -> ${MADE}`],
    ],
    [
      'endpoints that are given',
      {
        shared: { network: GIVEN },
        caches: { a: { clients: [CLIENT] }, b: { clients: [OTHER, CLIENT] }, c: {} },
      },
      [`shared: ${CLIENT} -> sg-0e0e0e0e`, `shared: ${OTHER} -> sg-0e0e0e0e`],
    ],
    [
      'a cache with a network of its own, which has its own endpoints',
      {
        shared: { network: {} },
        caches: { a: { clients: [CLIENT] }, b: { clients: [CLIENT], own: ['network'] } },
      },
      [
        `shared: ${CLIENT} -> ${MADE}`,
        `b: ${CLIENT} -> <CacheNetworkEndpointSecurityGroup8D288EAA.GroupId>`,
      ],
    ],
    [
      'no rule for endpoints of the owner of a shared VPC',
      {
        shared: { network: { ...VPC, endpoints: 'existing', sharedVpc: true } },
        caches: { a: { clients: [CLIENT] }, b: { clients: [CLIENT] } },
      },
      [],
    ],
  ])('%s', (_, file, expected) => {
    expect(admissions(makeFleet(file).templates)).toStrictEqual([...expected].sort());
  });

  test('in the shared stack, for which only the caches with clients wait', () => {
    const { waits } = makeFleet({
      shared: { network: GIVEN },
      caches: { a: { clients: [CLIENT] }, b: {} },
    });
    expect(waits).toEqual({ shared: [], a: ['shared'], b: [] });
  });

  test('also where stacks of an app import the client by themselves', () => {
    const app = makeApp();
    const home = new Stack(app, 'Home');
    const network = new RedisNetwork(home, 'Network');
    for (const id of ['One', 'Two']) {
      const client = SecurityGroup.fromSecurityGroupId(new Stack(app, id), 'Client', CLIENT, {
        allowAllOutbound: false,
      });
      network.admitToEndpoints(client, 'x');
    }
    app.synth();
    expect(ofTemplate('Home', templateOf(home))).toStrictEqual([`Home: ${CLIENT} -> ${MADE}`]);
    for (const id of ['One', 'Two']) {
      const template = templateOf(app.node.findChild(id) as Stack);
      expect(ofTemplate(id, template)).toStrictEqual([]);
    }
  });

  test('but a client that a stack makes has its rule in that stack', () => {
    const app = makeApp();
    const network = new RedisNetwork(new Stack(app, 'Home'), 'Network');
    const shop = new Stack(app, 'Shop');
    const vpc = Vpc.fromVpcAttributes(shop, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
    network.admitToEndpoints(new SecurityGroup(shop, 'Client', { vpc }), 'x');
    app.synth();
    expect(all(templateOf(shop), 'AWS::EC2::SecurityGroupIngress')).toHaveLength(1);
  });
});
