/**
 * Claims about the template hold for both engines, and breaking a claim is detected; secrets never
 * change; settings out of bounds are refused.
 */

import { Match, Template } from 'aws-cdk-lib/assertions';
import { Peer, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Engine, Purpose, RedisNetwork, SecureRedis, type SecureRedisProps } from '../../lib';
import {
  makeApp,
  makeStack,
  type TemplateJson,
  taggedTemplate,
  templateOf,
} from '../support/synth';
import { all, CLAIMS, rotationFunction } from './claims';

const VALKEY = templateOf(makeStack());
const REDIS = templateOf(makeStack({ engine: Engine.REDIS_7_1 }));

describe.each(CLAIMS.map((claim) => [claim.claim, claim] as const))('Claim: %s', (_, claim) => {
  test('a template that breaks it is detected', () => {
    const broken = JSON.parse(JSON.stringify(VALKEY)) as TemplateJson;
    claim.break(broken);
    expect(claim.holds(broken)).toBe(false);
  });

  test('it holds with Valkey and with Redis', () => {
    expect(claim.holds(VALKEY)).toBe(true);
    expect(claim.holds(REDIS)).toBe(true);
  });
});

describe('The secrets never change, since an update could overwrite the live password', () => {
  const initial = {
    GenerateSecretString: {
      ExcludeCharacters: '!"#$%&\'()*+,./:;<=>?@[\\]^_`{|}~',
      GenerateStringKey: 'password',
      PasswordLength: 64,
      RequireEachIncludedType: true,
      SecretStringTemplate: '{"username":"default"}',
    },
    KmsKeyId: { 'Fn::GetAtt': ['CacheKeyCDF9DE27', 'Arn'] },
  };
  const credentials = {
    KmsKeyId: { 'Fn::GetAtt': ['CacheKeyCDF9DE27', 'Arn'] },
    SecretString: {
      'Fn::Join': [
        '',
        [
          '{"username":"default","password":"{{resolve:secretsmanager:',
          { Ref: 'CacheSecretsInitialF84A03AE' },
          ':SecretString:password::}}"}',
        ],
      ],
    },
  };

  test.each([
    ['with Valkey', VALKEY],
    [
      'with Redis and other settings',
      templateOf(makeStack({ port: 7000, engine: Engine.REDIS_7_1 })),
    ],
    ['with a tag on the stack', taggedTemplate('cost-centre', '4711')],
  ])('%s', (_, template) => {
    expect(template.Resources.CacheSecretsInitialF84A03AE?.Properties).toEqual(initial);
    expect(template.Resources.CacheSecretsCredentialsCB62D1C9?.Properties).toEqual(credentials);
  });

  test('while other resources do carry the tag', () => {
    const [group] = all(
      taggedTemplate('cost-centre', '4711'),
      'AWS::ElastiCache::ReplicationGroup',
    );
    expect(group?.Properties.Tags).toStrictEqual([{ Key: 'cost-centre', Value: '4711' }]);
  });
});

describe('Synthesis is a function of its input', () => {
  test('two templates of the same settings are equal', () => {
    expect(templateOf(makeStack())).toEqual(VALKEY);
  });

  test('the id of the parameter group carries the family, so that an upgrade can go ahead', () => {
    const idsOf = (template: TemplateJson) =>
      Object.keys(template.Resources).filter((id) => id.includes('Parametersvalkey8'));
    expect(idsOf(VALKEY)).toHaveLength(1);
    expect(idsOf(REDIS)).toHaveLength(0);
  });
});

describe('The function gets its environment without a secret', () => {
  test('six variables, by reference', () => {
    expect(rotationFunction(VALKEY).Environment).toEqual({
      Variables: {
        CREDENTIALS_SECRET_ARN: { Ref: 'CacheSecretsCredentialsCB62D1C9' },
        REPLICATION_GROUP_ID: { Ref: 'CacheReplicationGroup5B07CC82' },
        POLL_INTERVAL_MS: '5000',
        QUIET_MS: '60000',
        ROTATION_DAYS: '90',
        GRACE_DAYS: '7',
      },
    });
  });
});

describe('Settings out of bounds are refused before anything is made', () => {
  test.each<[string, SecureRedisProps, string]>([
    [
      'rotation every 91 days',
      { rotationInterval: Duration.days(91) },
      '`rotationInterval` must be an integer from 1 to 90 days, got 91. Change it, ' +
        'or remove it for the default.',
    ],
    [
      'rotation every 36 hours',
      { rotationInterval: Duration.hours(36) },
      'from 1 to 90 days, got 1.5.',
    ],
    [
      'a queue without snapshots',
      { snapshotRetention: Duration.days(0), purpose: Purpose.QUEUE },
      '`snapshotRetention` must be an integer from 1 to 35 days for the purpose "queue", got 0: ' +
        'lost data stays lost. Remove it for the default, or make it the purpose "cache".',
    ],
    [
      'sessions without snapshots',
      { snapshotRetention: Duration.days(0), purpose: Purpose.SESSIONS },
      'for the purpose "sessions", got 0',
    ],
    [
      'a cache with less than no snapshots',
      { snapshotRetention: Duration.hours(12) },
      'from 0 to 35 days, got 0.5.',
    ],
    [
      '36 days of snapshots',
      { snapshotRetention: Duration.days(36) },
      'from 0 to 35 days, got 36.',
    ],
    ['port 80', { port: 80 }, '`port` must be an integer from 1024 to 65535, got 80'],
    ['port 6379.5', { port: 6379.5 }, 'from 1024 to 65535, got 6379.5.'],
    ['a bad node type', { nodeType: 'r7g.large' }, 'like "cache.r7g.large", got "r7g.large".'],
    ['a bad window', { snapshotWindow: '2-3' }, 'in UTC like "02:00-03:00", got "2-3".'],
    ['a bad hour', { snapshotWindow: '24:00-25:00' }, 'got "24:00-25:00".'],
    [
      'a bad day',
      { maintenanceWindow: 'son:04:00-son:05:00' },
      'like "sun:04:00-sun:05:00", got "son',
    ],
    ['a short window', { snapshotWindow: '02:00-02:59' }, 'which this is not with 59'],
    [
      'a snapshot during maintenance',
      { snapshotWindow: '03:30-04:30' },
      'outside of `maintenanceWindow` sun:04:00-sun:05:00, got "03:30-04:30"',
    ],
    [
      'a snapshot over midnight into maintenance',
      { snapshotWindow: '23:30-00:30', maintenanceWindow: 'sun:00:00-sun:01:00' },
      'outside of `maintenanceWindow`',
    ],
    [
      'maintenance from Saturday into Sunday',
      { snapshotWindow: '00:00-01:00', maintenanceWindow: 'sat:23:30-sun:00:30' },
      'outside of `maintenanceWindow`',
    ],
  ])('%s', (_, props, message) => {
    expect(() => makeStack(props)).toThrow(message);
  });

  test('windows that touch are allowed', () => {
    const touching = { snapshotWindow: '03:00-04:00', maintenanceWindow: 'sun:04:00-sun:05:00' };
    expect(() => makeStack(touching)).not.toThrow();
  });
});

describe('Clients can be admitted', () => {
  test('by a private network, and by a security group', () => {
    const stack = makeStack();
    stack.cache.connections.allowDefaultPortFrom(Peer.ipv4('10.0.0.0/16'), 'office');
    const client = new SecurityGroup(stack, 'App', { vpc: stack.cache.vpc });
    stack.cache.connections.allowDefaultPortFrom(client, 'app');
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      Description: 'app',
      FromPort: 6380,
      ToPort: 6380,
    });
  });
});

describe('A given network is used as it is', () => {
  const isolated = [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }];

  test('without isolated subnets it is refused', () => {
    const stack = new Stack(makeApp(), 'Given');
    const vpc = new Vpc(stack, 'Vpc', {
      natGateways: 0,
      subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC }],
    });
    expect(() => new RedisNetwork(stack, 'Network', { vpc })).toThrow(
      'Given/Network: `vpc` must be a VPC with isolated or private subnets, got one without. ',
    );
  });

  test('its endpoints are made, or declared to exist', () => {
    const stack = new Stack(makeApp(), 'Given');
    const vpc = new Vpc(stack, 'Vpc', { natGateways: 0, subnetConfiguration: isolated });
    new SecureRedis(stack, 'First', { network: new RedisNetwork(stack, 'One', { vpc }) });
    const endpoints = new SecurityGroup(stack, 'Endpoints', { vpc, allowAllOutbound: false });
    const declared = { vpc, endpointSecurityGroup: endpoints };
    new SecureRedis(stack, 'Second', { network: new RedisNetwork(stack, 'Two', declared) });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 2);
    template.resourceCountIs('AWS::ElastiCache::ReplicationGroup', 2);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Endpoints'), 'GroupId'] },
      Description: 'Rotation calls AWS',
      FromPort: 443,
    });
  });
});

describe('What a deploy publishes', () => {
  const path = '/secure-redis-test/Cache/';
  const parameters = Object.fromEntries(
    all(VALKEY, 'AWS::SSM::Parameter').map(({ Properties: { Name, Value } }) => [Name, Value]),
  );

  test('seven values for people, each as an output and as a parameter of the same stack', () => {
    const values = Object.entries(VALKEY.Outputs)
      .filter(([id]) => !id.startsWith('CacheNetwork'))
      .map(([, { Value }]) => JSON.stringify(Value));
    const published = Object.keys(parameters).filter((name) =>
      values.includes(JSON.stringify(parameters[name])),
    );
    expect(values).toHaveLength(7);
    expect(published.sort()).toStrictEqual([
      '/secure-redis-test/Cache/ClientSecurityGroupId',
      '/secure-redis-test/Cache/ConnectionStringTemplate',
      '/secure-redis-test/Cache/CredentialsSecretArn',
      '/secure-redis-test/Cache/Endpoint',
      '/secure-redis-test/Cache/Port',
      '/secure-redis-test/Cache/ReaderEndpoint',
      '/secure-redis-test/Cache/RotationFunctionName',
    ]);
    expect(values).toContain(
      '{"Fn::Join":["",["rediss://default:{password}@",{"Fn::GetAtt":' +
        '["CacheReplicationGroup5B07CC82","PrimaryEndPoint.Address"]},":6380/0"]]}',
    );
  });

  test('five values more as parameters, for apps that import the cache', () => {
    const names = Object.keys(parameters).filter((name) => !name.startsWith(`${path}Network/`));
    expect(names).toHaveLength(12);
    expect(parameters).toMatchObject({
      [`${path}EncryptionKeyArn`]: { 'Fn::GetAtt': ['CacheKeyCDF9DE27', 'Arn'] },
      [`${path}SecurityGroupId`]: { 'Fn::GetAtt': ['CacheSecurityGroup79A9F160', 'GroupId'] },
      [`${path}ReplicationGroupId`]: { Ref: 'CacheReplicationGroup5B07CC82' },
      [`${path}AlarmTopicArn`]: { Ref: 'CacheAlarmTopicDE60FC1B' },
      [`${path}Shape/replicated-6380`]: 'as its name says',
    });
  });
});
