/**
 * An app that imports a cache by its attributes gets its grant, connections, connection strings and
 * deliveries.
 */

import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  BaseService,
  ContainerImage,
  Secret as EcsSecret,
  FargateTaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { App, Stack } from 'aws-cdk-lib/core';
import { EcsRedeployment, type ISecureRedis, SettingError, Topology } from '../../../lib';
import {
  appStack,
  byAttributes,
  DECRYPT,
  HERE,
  HOST,
  READ,
  roleIn,
  SECRET,
  statementsOf,
  TOPIC,
} from '../../support/imported';
import { templateOf } from '../../support/synth';
import { all } from '../claims';

describe('An imported cache by its attributes', () => {
  test('lets a reader read and decrypt this one secret, and nothing else', () => {
    const stack = appStack();
    byAttributes(stack).grantRead(roleIn(stack));
    expect(statementsOf(templateOf(stack))).toStrictEqual([READ, DECRYPT]);
  });

  test('lets a container read it by CDK’s own secret of ECS', () => {
    const stack = appStack();
    const { credentials } = byAttributes(stack);
    new FargateTaskDefinition(stack, 'Task').addContainer('web', {
      image: ContainerImage.fromRegistry('example'),
      secrets: { REDIS_URL: EcsSecret.fromSecretsManager(credentials, 'url') },
    });
    const template = templateOf(stack);
    expect(statementsOf(template)).toStrictEqual([READ, DECRYPT]);
    expect(JSON.stringify(all(template, 'AWS::ECS::TaskDefinition'))).toContain(`${SECRET}:url::`);
  });

  test('decrypts in the region of the secret, also for a reader in another one', () => {
    const stack = new Stack(new App(), 'Far', { env: { ...HERE, region: 'us-east-1' } });
    byAttributes(stack).grantRead(roleIn(stack));
    expect(statementsOf(templateOf(stack))[1]).toStrictEqual(DECRYPT);
  });

  test('refuses a reader of another account', () => {
    const stack = new Stack(new App(), 'Far', { env: { ...HERE, account: '444455556666' } });
    const cache = byAttributes(stack);
    expect(() => cache.grantRead(roleIn(stack))).toThrow(
      'Far/Cache: a reader of the credentials secret must be in the account of the cache, ' +
        '111122223333, got Far/Role in account 444455556666.',
    );
  });

  test.each<[string, (cache: ISecureRedis, client: SecurityGroup) => void]>([
    ['the cache', (cache, client) => cache.connections.allowDefaultPortFrom(client)],
    ['the client', (cache, client) => client.connections.allowToDefaultPort(cache)],
  ])('admits a client, said of %s', (_, admit) => {
    const stack = appStack();
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
    const client = new SecurityGroup(stack, 'Client', { vpc });
    admit(byAttributes(stack, { port: 7000 }), client);
    const [rule, ...others] = all(templateOf(stack), 'AWS::EC2::SecurityGroupIngress');
    expect(rule?.Properties).toMatchObject({
      GroupId: 'sg-cache',
      IpProtocol: 'tcp',
      FromPort: 7000,
      ToPort: 7000,
      SourceSecurityGroupId: { 'Fn::GetAtt': ['Client4A7F64DF', 'GroupId'] },
    });
    expect(others).toStrictEqual([]);
  });

  test('tells each client library how to connect', () => {
    const cache = byAttributes(appStack(), { readerEndpointAddress: 'replica.example' });
    expect(cache.connectionStringTemplate).toBe(`rediss://default:{password}@${HOST}:6380/0`);
    const reader = cache.connectionString({ client: 'redis-py', endpoint: 'reader', database: 15 });
    expect(reader.template).toBe('rediss://default:{password}@replica.example:6380/15');
    expect(reader.notes).toStrictEqual([]);
  });

  test('knows of shards only what it was told', () => {
    const sharded = byAttributes(appStack(), { topology: Topology.sharded({ shards: 3 }) });
    expect(sharded.connectionString({ client: 'ioredis' }).use).toBe(
      'new Cluster([template], options)',
    );
    expect(sharded.delivery.environment()).toStrictEqual({
      REDIS_SECRET_ARN: SECRET,
      REDIS_CLUSTER: 'true',
    });
    expect(() => sharded.connectionString({ client: 'ioredis', database: 1 })).toThrow('database');
    expect(() =>
      byAttributes(appStack(), { databases: 4 }).connectionString({
        client: 'ioredis',
        database: 4,
      }),
    ).toThrow('the cache has 4 databases');
  });

  test('restarts services with a log key of its own, and alarms on the topic of the cache', () => {
    const stack = appStack();
    const service = BaseService.fromServiceArnWithCluster(
      stack,
      'Service',
      'arn:aws:ecs:eu-west-1:111122223333:service/web/shop',
    );
    const cache = byAttributes(stack, { alarmTopicArn: TOPIC });
    new EcsRedeployment(stack, 'Redeployment', { cache, services: [service] });
    const template = templateOf(stack);
    const [log] = all(template, 'AWS::Logs::LogGroup');
    expect(log?.Properties.KmsKeyId).toMatchObject({
      'Fn::GetAtt': [expect.stringMatching(/^RedeploymentKey/), 'Arn'],
    });
    expect(all(template, 'AWS::CloudWatch::Alarm')[0]?.Properties.AlarmActions).toStrictEqual([
      TOPIC,
    ]);
    expect(JSON.stringify(all(template, 'AWS::Events::Rule'))).toContain(SECRET);
  });

  test.each<[string, (cache: ISecureRedis) => unknown, string]>([
    ['clientSecurityGroup', (cache) => cache.clientSecurityGroup, 'clientSecurityGroupId'],
    ['alarmTopic', (cache) => cache.alarmTopic, 'alarmTopicArn'],
    ['parameterPath', (cache) => cache.delivery.hostCommands(), 'parameterPath'],
  ])('says which attribute it lacks for %s', (name, use, attribute) => {
    expect(() => use(byAttributes(appStack()))).toThrow(
      new SettingError(
        `App/Cache: \`${name}\` must be known of an imported cache, got nothing. Pass ` +
          `\`${attribute}\` to SecureRedis.fromSecureRedisAttributes.`,
      ),
    );
  });
});
