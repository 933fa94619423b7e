/**
 * Wiring of the template: each setting reaches its property, each resource waits for its
 * dependencies, and retained resources outlive the stack.
 */

import fs from 'node:fs';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Engine, RedisNetwork, SecureRedis } from '../../lib';
import { flatten } from '../support/flatten';
import { makeApp, makeStack, type TemplateJson, templateOf } from '../support/synth';
import { all, rotationFunction } from './claims';

const TEMPLATE = templateOf(makeStack());
const GROUP = 'AWS::ElastiCache::ReplicationGroup';

function groupOf(template: TemplateJson) {
  return flatten(all(template, GROUP)[0]?.Properties) as Record<string, unknown>;
}

function quietMsOf(template: TemplateJson) {
  const environments = all(template, 'AWS::Lambda::Function').flatMap(
    ({ Properties }) => (Properties.Environment as { Variables: Record<string, string> }) ?? [],
  );
  return environments.map(({ Variables }) => Variables.QUIET_MS).find(Boolean);
}

describe('Each setting arrives at the cache', () => {
  test('given ones', () => {
    const template = templateOf(
      makeStack({
        engine: Engine.REDIS_7_1,
        nodeType: 'cache.r7g.large',
        port: 7000,
        rotationInterval: Duration.days(1),
        rotationWindow: Duration.hours(5),
        quietTime: Duration.minutes(2),
        snapshotRetention: Duration.days(35),
        snapshotWindow: '10:00-11:00',
        maintenanceWindow: 'mon:12:00-mon:13:00',
      }),
    );
    expect(groupOf(template)).toMatchObject({
      Engine: 'redis',
      EngineVersion: '7.1',
      CacheNodeType: 'cache.r7g.large',
      Port: 7000,
      SnapshotRetentionLimit: 35,
      SnapshotWindow: '10:00-11:00',
      PreferredMaintenanceWindow: 'mon:12:00-mon:13:00',
    });
    const [schedule] = all(template, 'AWS::SecretsManager::RotationSchedule');
    expect(schedule?.Properties.RotationRules).toEqual({
      ScheduleExpression: 'rate(1 day)',
      Duration: '5h',
    });
    expect(quietMsOf(template)).toBe('120000');
  });

  test('defaults', () => {
    expect(quietMsOf(TEMPLATE)).toBe('60000');
    expect(groupOf(TEMPLATE)).toMatchObject({
      Engine: 'valkey',
      EngineVersion: '8.0',
      CacheNodeType: 'cache.t4g.small',
      Port: 6380,
      SnapshotRetentionLimit: 16,
      SnapshotWindow: '02:00-03:00',
      PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
      SecurityGroupIds: ['<CacheSecurityGroup79A9F160.GroupId>'],
    });
    const [schedule] = all(TEMPLATE, 'AWS::SecretsManager::RotationSchedule');
    expect(schedule?.Properties.RotationRules).toEqual({
      ScheduleExpression: 'rate(90 days)',
      Duration: '2h',
    });
  });

  test('the parameter group fits the engine', () => {
    const familyOf = (template: TemplateJson) =>
      all(template, 'AWS::ElastiCache::ParameterGroup')[0]?.Properties.CacheParameterGroupFamily;
    const [parameters] = all(TEMPLATE, 'AWS::ElastiCache::ParameterGroup');
    expect(parameters?.Properties.Properties).toEqual({
      'maxmemory-policy': 'allkeys-lru',
      'slowlog-log-slower-than': '10000',
      'slowlog-max-len': '128',
      'tcp-keepalive': '300',
      timeout: '3600',
    });
    expect(familyOf(TEMPLATE)).toBe('valkey8');
    expect(familyOf(templateOf(makeStack({ engine: Engine.REDIS_7_1 })))).toBe('redis7');
  });
});

describe('Nothing starts before what it needs', () => {
  /** The types, with what tells two of a type apart, that a resource waits for. */
  function waitsOf(type: string): readonly string[] {
    return all(TEMPLATE, type)
      .flatMap(({ DependsOn }) => DependsOn ?? [])
      .map((id) => {
        const { Type = '', Properties = {} } = TEMPLATE.Resources[id] ?? {};
        const told = Properties.Description ?? Properties.GroupDescription ?? '';
        return `${Type.replace('AWS::', '')} ${told}`.trim();
      })
      .sort();
  }

  test('the first rotation: the group, the permission, the policy and every way it takes', () => {
    expect(waitsOf('AWS::SecretsManager::RotationSchedule')).toStrictEqual([
      'EC2::SecurityGroup Secure Redis: interface endpoints',
      'EC2::SecurityGroup Secure Redis: the cache',
      'EC2::SecurityGroup Secure Redis: the rotation function',
      'EC2::SecurityGroupEgress Rotation calls AWS',
      'EC2::SecurityGroupEgress Rotation logs in to each node',
      'EC2::SecurityGroupIngress Clients read their secret',
      'EC2::SecurityGroupIngress Clients use the cache',
      'EC2::SecurityGroupIngress Rotation calls AWS',
      'EC2::SecurityGroupIngress Rotation logs in to each node',
      'EC2::VPCEndpoint',
      'EC2::VPCEndpoint',
      'ElastiCache::ReplicationGroup',
      'IAM::ManagedPolicy Secure Redis: rotating one password',
      'Lambda::Permission',
    ]);
  });

  test('the function and the flow log: their policies', () => {
    expect(waitsOf('AWS::Lambda::Function')).toContain(
      'IAM::ManagedPolicy Secure Redis: rotating one password',
    );
    expect(waitsOf('AWS::EC2::FlowLog')).toStrictEqual([
      'IAM::ManagedPolicy Secure Redis: writing the flow log',
    ]);
  });
});

describe('The function has the time, the place and the log that it needs', () => {
  test('all of its properties but the code', () => {
    const { Code, Environment, Role: _, ...properties } = rotationFunction(TEMPLATE);
    expect(Object.keys(Environment as object)).toStrictEqual(['Variables']);
    expect(JSON.stringify(Code)).toMatch(/[0-9a-f]{64}\.zip/);
    expect(flatten(properties)).toEqual({
      Description: 'Secure Redis: rotates and checks daily the password of one cache',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 256,
      Timeout: 900,
      ReservedConcurrentExecutions: 1,
      KmsKeyArn: '<CacheKeyCDF9DE27.Arn>',
      LoggingConfig: { LogGroup: '<CacheRotationLogEB9AB06B>' },
      VpcConfig: {
        SecurityGroupIds: ['<CacheRotationSecurityGroup1F5E7157.GroupId>'],
        SubnetIds: [
          '<CacheNetworkVpcIsolatedSubnet1Subnet980F8A43>',
          '<CacheNetworkVpcIsolatedSubnet2SubnetCD9357E0>',
        ],
      },
    });
  });

  test('in a network with other subnets too, all runs in the isolated ones', () => {
    const stack = new Stack(makeApp(), 'Given');
    const vpc = new Vpc(stack, 'Vpc', {
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED },
      ],
    });
    new SecureRedis(stack, 'Cache', { network: new RedisNetwork(stack, 'Network', { vpc }) });
    const template = templateOf(stack);
    const [subnets] = all(template, 'AWS::ElastiCache::SubnetGroup');
    const endpoints = all(template, 'AWS::EC2::VPCEndpoint');
    for (const ids of [
      (rotationFunction(template).VpcConfig as { SubnetIds: unknown }).SubnetIds,
      subnets?.Properties.SubnetIds,
      ...endpoints.map(({ Properties }) => Properties.SubnetIds),
    ]) {
      expect(ids).toHaveLength(2);
      expect(JSON.stringify(ids)).not.toMatch(/Public|Private/);
    }
  });

  test('without its bundle it is refused, with the command that makes it', () => {
    const { existsSync } = fs;
    const hidden = jest
      .spyOn(fs, 'existsSync')
      .mockImplementation((path) => !String(path).endsWith('index.mjs') && existsSync(path));
    try {
      expect(() => makeStack()).toThrow(
        /bundle of the rotation function is missing.*npm run build/,
      );
    } finally {
      hidden.mockRestore();
    }
  });
});

describe('One error fires the alarm of the function, missing data does not', () => {
  test('the alarm', () => {
    const [alarm] = all(TEMPLATE, 'AWS::CloudWatch::Alarm').filter(
      ({ Properties }) => Properties.Namespace === 'AWS/Lambda',
    );
    expect(flatten(alarm?.Properties)).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: '<CacheRotationFunctionA2B20699>' }],
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: ['<CacheAlarmTopicDE60FC1B>'],
    });
  });
});

describe('What is deleted and what stays', () => {
  test.each([
    ['AWS::KMS::Key', 1, 'RetainExceptOnCreate', 'Retain'],
    ['AWS::SecretsManager::Secret', 2, 'Delete', 'Retain'],
    ['AWS::Logs::LogGroup', 5, 'RetainExceptOnCreate', 'Retain'],
    [GROUP, 1, 'Snapshot', 'Snapshot'],
  ])('%s', (type, count, onDeletion, onReplacement) => {
    const found = all(TEMPLATE, type);
    expect(found).toHaveLength(count);
    for (const { DeletionPolicy, UpdateReplacePolicy } of found) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toStrictEqual([onDeletion, onReplacement]);
    }
  });
});
