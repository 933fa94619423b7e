/**
 * Existing resources that a stage names by id or ARN are used and never created or changed;
 * applications in other stacks reach a cache of a fleet.
 */

import { statSync } from 'node:fs';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type App, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Fleet, RedisNetwork, SecureRedis } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { flatten } from '../support/flatten';
import { makeFleet } from '../support/fleet';
import { makeApp, type TemplateJson, templateOf } from '../support/synth';
import { all } from './claims';

const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const TOPIC_ARN = 'arn:aws:sns:us-east-1:111122223333:alarms';
const VPC_ONLY = {
  vpcId: 'vpc-01234567',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  isolatedSubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
};
const WITH_ENDPOINTS = { ...VPC_ONLY, endpointSecurityGroupId: 'sg-0e0e0e0e' };
const GIVEN = {
  network: WITH_ENDPOINTS,
  encryptionKey: { arn: KEY_ARN },
  alarmTopic: { arn: TOPIC_ARN },
};

const ofType = (template: TemplateJson | undefined, type: string) =>
  template === undefined ? [] : all(template, type).map(({ Properties }) => flatten(Properties));

describe('With everything given nothing of it is made', () => {
  const { templates, waits } = makeFleet({ shared: GIVEN, caches: { a: {}, b: {} } });
  const { a } = templates;

  test('not even a stack for what is shared', () => {
    expect(waits).toEqual({ a: [], b: [] });
    const kinds = new Set(Object.values(a?.Resources ?? {}).map(({ Type }) => Type));
    for (const kind of ['EC2::VPC', 'EC2::Subnet', 'EC2::VPCEndpoint', 'KMS::Key', 'SNS::Topic']) {
      expect(kinds).not.toContain(`AWS::${kind}`);
    }
    expect(ofType(a, 'AWS::EC2::SecurityGroup')).toHaveLength(3);
    expect(ofType(a, 'AWS::Logs::LogGroup')).toHaveLength(3);
  });

  test('its VPC and subnets', () => {
    for (const group of ofType(a, 'AWS::EC2::SecurityGroup')) {
      expect(group).toMatchObject({ VpcId: 'vpc-01234567' });
    }
    expect(ofType(a, 'AWS::ElastiCache::SubnetGroup')).toStrictEqual([
      {
        Description: 'Secure Redis: isolated subnets',
        SubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
      },
    ]);
  });

  test('its key, for all that is encrypted', () => {
    const text = JSON.stringify(templates);
    expect(text.match(/"KmsKey(?:Id|Arn)":"[^"]*"/g)).toHaveLength(2 * 7);
    expect(text).not.toMatch(/"KmsKey(?:Id|Arn)":(?!"arn:aws:kms:us-east-1:111122223333:key)/);
  });

  test('its topic, for every alarm', () => {
    const types = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
    const actions = types
      .flatMap((type) => all(a as TemplateJson, type))
      .flatMap(({ Properties: { AlarmActions } }) => (AlarmActions ? [AlarmActions] : []));
    // Twelve alone, and the composite alarm for those on nodes.
    expect(actions).toHaveLength(13);
    for (const each of actions) expect(each).toStrictEqual([TOPIC_ARN]);
  });

  test('its endpoints: both of ours may reach them, by a rule on each side', () => {
    const rules = [
      ...ofType(a, 'AWS::EC2::SecurityGroupIngress'),
      ...ofType(a, 'AWS::EC2::SecurityGroupEgress'),
    ].filter((rule) => JSON.stringify(rule).includes('sg-0e0e0e0e'));
    const port = { FromPort: 443, ToPort: 443, IpProtocol: 'tcp' };
    const rotation = '<CacheRotationSecurityGroup1F5E7157.GroupId>';
    const client = '<CacheClientSecurityGroup119D00BB.GroupId>';
    const theirs = 'sg-0e0e0e0e';
    const Calls = { Description: 'Rotation calls AWS', ...port };
    const Reads = { Description: 'Clients read their secret', ...port };
    expect(rules).toStrictEqual([
      { ...Calls, GroupId: theirs, SourceSecurityGroupId: rotation },
      { ...Reads, GroupId: theirs, SourceSecurityGroupId: client },
      { ...Calls, GroupId: rotation, DestinationSecurityGroupId: theirs },
      { ...Reads, GroupId: client, DestinationSecurityGroupId: theirs },
    ]);
  });

  test('without warnings', () => {
    const app = makeApp();
    new Fleet(app, 'Fleet', checkedConfig('x', 'test', { shared: GIVEN, caches: { a: {} } }));
    const messages = app
      .synth()
      .stacks.flatMap((stack) => stack.messages.map(({ entry }) => entry));
    expect(messages).toStrictEqual([]);
  });
});

describe('With a VPC alone the endpoints are made, once', () => {
  const { templates, waits } = makeFleet({
    shared: { network: VPC_ONLY },
    caches: { a: {}, b: {} },
  });

  test('in the shared stack, which then needs no key', () => {
    const found = Object.values(templates.shared?.Resources ?? {}).map(({ Type }) => Type);
    expect(found.sort()).toStrictEqual([
      'AWS::EC2::SecurityGroup',
      'AWS::EC2::VPCEndpoint',
      'AWS::EC2::VPCEndpoint',
    ]);
    expect(waits).toEqual({ shared: [], a: ['shared'], b: ['shared'] });
    for (const endpoint of ofType(templates.shared, 'AWS::EC2::VPCEndpoint')) {
      expect(endpoint).toMatchObject({
        VpcId: 'vpc-01234567',
        SubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
        PrivateDnsEnabled: true,
      });
    }
  });
});

describe('A part that is given beside parts that are made', () => {
  test('a given key encrypts what is made in the shared stack', () => {
    const shared = { network: {}, encryptionKey: { arn: KEY_ARN }, alarmTopic: {} };
    const { templates } = makeFleet({ shared, caches: { a: {} } });
    expect(ofType(templates.shared, 'AWS::KMS::Key')).toStrictEqual([]);
    expect(ofType(templates.shared, 'AWS::SNS::Topic')).toMatchObject([
      { KmsMasterKeyId: KEY_ARN },
    ]);
    expect(ofType(templates.shared, 'AWS::Logs::LogGroup')).toMatchObject([
      { KmsKeyId: KEY_ARN },
      { KmsKeyId: KEY_ARN },
    ]);
    expect(JSON.stringify(templates.a)).toContain(KEY_ARN);
  });
});

describe('The largest cache fits into what CloudFormation takes', () => {
  test('90 nodes with every alarm: less than 1,000,000 bytes and 500 resources', () => {
    const app = makeApp();
    const topology = { shards: 15, replicasPerShard: 5 };
    const caches = { 'a-name-of-20-letters': { purpose: 'sessions', topology } };
    new Fleet(app, 'Fleet', checkedConfig('x', 'test', { shared: GIVEN, caches }));
    const [stack] = app.synth().stacks;
    expect(statSync(stack?.templateFullPath ?? '').size).toBeLessThan(1_000_000);
    expect(Object.keys(stack?.template.Resources).length).toBeLessThan(500);
    expect(stack?.messages.map(({ entry }) => entry.data)).toStrictEqual([
      expect.stringMatching(/^the cache has 6 nodes per shard in 2 availability zones, /),
    ]);
  });
});

describe('Endpoints are as narrow as they can be', () => {
  const statementsOf = (stack: Stack) =>
    ofType(templateOf(stack), 'AWS::EC2::VPCEndpoint').map((properties) => {
      const { PolicyDocument } = properties as unknown as {
        PolicyDocument: { Statement: readonly { Resource: unknown }[] };
      };
      return PolicyDocument.Statement.map(({ Resource }) => Resource);
    });
  const any = (service: string, resource: string) =>
    `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}:*`;

  test('a cache beside the network is named; one of another stack cannot be', () => {
    const app = makeApp();
    const near = new Stack(app, 'Near');
    const { network } = new SecureRedis(near, 'Cache');
    for (const id of ['Far', 'Farther']) new SecureRedis(new Stack(app, id), 'Cache', { network });
    const group =
      'arn:<AWS::Partition>:elasticache:<AWS::Region>:<AWS::AccountId>:replicationgroup:' +
      '<CacheReplicationGroup5B07CC82>';
    // CDK joins statements that differ in their resource only.
    expect(statementsOf(near)).toStrictEqual([
      [[any('secretsmanager', 'secret'), '<CacheSecretsCredentialsCB62D1C9>']],
      [[group, any('elasticache', 'replicationgroup')], any('elasticache', 'cluster')],
    ]);
  });
});

describe('A network says once what it lets through', () => {
  test('however many caches of other stacks it has, also where CDK joins no statements', () => {
    const { templates } = makeFleet({ shared: { network: {} }, caches: { a: {}, b: {} } }, {});
    const statements = ofType(templates.shared, 'AWS::EC2::VPCEndpoint').map((endpoint) => {
      const { PolicyDocument } = endpoint as unknown as {
        PolicyDocument: { Statement: readonly object[] };
      };
      return PolicyDocument.Statement.length;
    });
    expect(statements).toStrictEqual([1, 2]);
  });
});

describe('An application reaches a cache of a fleet', () => {
  function fleetWith(app: App): { cache: SecureRedis; home: Stack } {
    const config = checkedConfig('x', 'test', { shared: { network: {} }, caches: { a: {} } });
    const cache = new Fleet(app, 'Fleet', config).caches.get('a');
    if (!cache) throw new Error('the cache is missing');
    return { cache, home: Stack.of(cache) };
  }
  const clientIn = (scope: Construct, { vpc }: SecureRedis) =>
    new SecurityGroup(scope, 'Client', { vpc, allowAllOutbound: false });
  const idsOf = (stack: Stack) => stack.dependencies.map(({ node }) => node.id);

  test('from the same stack', () => {
    const app = makeApp();
    const { cache, home } = fleetWith(app);
    cache.connections.allowDefaultPortFrom(clientIn(home, cache), 'app');
    app.synth();
    expect(ofType(templateOf(home), 'AWS::EC2::SecurityGroupIngress')).toContainEqual({
      Description: 'app',
      FromPort: 6380,
      ToPort: 6380,
      IpProtocol: 'tcp',
      GroupId: '<CacheSecurityGroup79A9F160.GroupId>',
      SourceSecurityGroupId: '<Client4A7F64DF.GroupId>',
    });
  });

  test('from another stack, which waits for the cache and not the other way', () => {
    const app = makeApp();
    const { cache, home } = fleetWith(app);
    const application = new Stack(app, 'Application');
    clientIn(application, cache).connections.allowToDefaultPort(cache, 'app');
    const assumedBy = new ServicePrincipal('ecs.amazonaws.com');
    cache.grantRead(new Role(application, 'Role', { assumedBy }));
    app.synth();
    expect(idsOf(application).sort()).toStrictEqual(['a', 'shared']);
    expect(idsOf(home)).toStrictEqual(['shared']);
    const [ingress, ...rest] = ofType(templateOf(application), 'AWS::EC2::SecurityGroupIngress');
    expect(rest).toStrictEqual([]);
    expect(ingress).toMatchObject({
      Description: 'app',
      FromPort: 6380,
      SourceSecurityGroupId: '<Client4A7F64DF.GroupId>',
    });
    expect(ofType(templateOf(application), 'AWS::EC2::SecurityGroupEgress')).toMatchObject([
      { Description: 'app', FromPort: 6380, GroupId: '<Client4A7F64DF.GroupId>' },
    ]);
  });
});

describe('A network that cannot be is refused', () => {
  test('endpoints without a VPC', () => {
    const stack = new Stack(makeApp(), 'Given');
    const endpointSecurityGroup = SecurityGroup.fromSecurityGroupId(stack, 'Theirs', 'sg-1');
    expect(() => new RedisNetwork(stack, 'Network', { endpointSecurityGroup })).toThrow(
      'Given/Network: `endpointSecurityGroup` must not be set without a VPC that exists, got ' +
        'one. Pass the VPC that has it, or remove the setting.',
    );
  });

  test('public subnets', () => {
    const stack = new Stack(makeApp(), 'Given');
    const vpc = new Vpc(stack, 'Vpc');
    const subnets = { subnets: [...vpc.privateSubnets, ...vpc.publicSubnets.slice(0, 1)] };
    expect(() => new RedisNetwork(stack, 'Public', { vpc, subnets })).toThrow(
      'Given/Public: `subnets` must be private or isolated subnets, got a public one. Choose ' +
        'them with `subnetType`, `subnetGroupName` or `subnets`.',
    );
    const chosen = { subnets: vpc.privateSubnets };
    expect(() => new RedisNetwork(stack, 'Private', { vpc, subnets: chosen })).not.toThrow();
  });
});
