/**
 * A cache imported by its published parameters: the deploy resolves every value, and fails if the
 * cache differs from the app's assumptions.
 */

import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, CfnOutput, Stack } from 'aws-cdk-lib/core';
import {
  type ISecureRedis,
  SecureRedis,
  type SecureRedisImportProps,
  Topology,
} from '../../../lib';
import { byParameters, READ, roleIn, statementsOf } from '../../support/imported';
import { makeStack, templateOf } from '../../support/synth';
import { all } from '../claims';

const value = (name: string) => ({
  Ref: expect.stringMatching(new RegExp(`^SsmParameterValueshopprodCache${name}.*Parameter$`)),
});

/** Uses each value of an imported cache. */
function useAll(cache: ISecureRedis): void {
  cache.grantRead(roleIn(Stack.of(cache)));
  const group = new SecurityGroup(Stack.of(cache), 'Client', {
    vpc: new Vpc(Stack.of(cache), 'Vpc'),
  });
  cache.connections.allowDefaultPortFrom(group);
  const { endpointAddress, readerEndpointAddress, replicationGroupId } = cache;
  const { clientSecurityGroup, alarmTopic } = cache;
  const texts = [endpointAddress, readerEndpointAddress, replicationGroupId];
  texts.push(clientSecurityGroup.securityGroupId, alarmTopic.topicArn);
  for (const [index, text] of texts.entries()) {
    new CfnOutput(Stack.of(cache), `Out${index}`, { value: text });
  }
}

function parametersOf(
  stack: Stack,
): readonly { readonly Type: string; readonly Default: string }[] {
  const { Parameters } = templateOf(stack) as unknown as {
    Parameters: Record<string, { Type: string; Default: string }>;
  };
  return Object.values(Parameters).filter(({ Default }) => Default.includes('/Cache/'));
}

describe('An imported cache by the parameters that its stack publishes', () => {
  test('resolves every value in the deploy', () => {
    const stack = new Stack(new App(), 'App');
    useAll(byParameters(stack));
    const read = parametersOf(stack);
    expect(new Set(read.map(({ Type }) => Type))).toStrictEqual(
      new Set(['AWS::SSM::Parameter::Value<String>']),
    );
    expect(read.map(({ Default }) => Default).sort()).toStrictEqual([
      '/shop-prod/Cache/AlarmTopicArn',
      '/shop-prod/Cache/ClientSecurityGroupId',
      '/shop-prod/Cache/CredentialsSecretArn',
      '/shop-prod/Cache/EncryptionKeyArn',
      '/shop-prod/Cache/Endpoint',
      '/shop-prod/Cache/ReaderEndpoint',
      '/shop-prod/Cache/ReplicationGroupId',
      '/shop-prod/Cache/SecurityGroupId',
      '/shop-prod/Cache/Shape/replicated-6380',
    ]);
  });

  test('reads nothing that the stack of a cache does not publish', () => {
    const published = all(templateOf(makeStack()), 'AWS::SSM::Parameter').map(
      ({ Properties }) => Properties.Name,
    );
    const stack = new Stack(new App(), 'App');
    useAll(SecureRedis.fromParameters(stack, 'Cache', '/secure-redis-test/Cache'));
    const read = parametersOf(stack);
    expect(read).toHaveLength(9);
    expect(published).toEqual(expect.arrayContaining(read.map(({ Default }) => Default)));
  });

  test('reads only what the app uses, and what proves its shape', () => {
    const stack = new Stack(new App(), 'App');
    byParameters(stack).grantRead(roleIn(stack));
    expect(parametersOf(stack).map(({ Default }) => Default)).toStrictEqual([
      '/shop-prod/Cache/Shape/replicated-6380',
      '/shop-prod/Cache/CredentialsSecretArn',
      '/shop-prod/Cache/EncryptionKeyArn',
    ]);
  });

  test.each<[SecureRedisImportProps, string]>([
    [{ port: 7000 }, 'Shape/replicated-7000'],
    [{ topology: Topology.sharded({ shards: 2 }) }, 'Shape/sharded-6380'],
  ])('fails the deploy where the cache is not %j, for lack of %s', (props, name) => {
    const stack = new Stack(new App(), 'App');
    byParameters(stack, props);
    expect(JSON.stringify(templateOf(stack))).toContain(`"Default":"/shop-prod/Cache/${name}"`);
  });

  test('grants with the condition on the encryption context', () => {
    const stack = new Stack(new App(), 'App');
    byParameters(stack).grantRead(roleIn(stack));
    const secret = value('CredentialsSecretArn');
    expect(statementsOf(templateOf(stack))).toEqual([
      { ...READ, Resource: secret },
      {
        Action: 'kms:Decrypt',
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:SecretARN': secret,
            'kms:ViaService': {
              'Fn::Join': [
                '',
                ['secretsmanager.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }],
              ],
            },
          },
        },
        Effect: 'Allow',
        Resource: value('EncryptionKeyArn'),
      },
    ]);
  });

  test('delivers to a function, to a machine, to ECS and to Kubernetes', () => {
    const stack = new Stack(new App(), 'App');
    const cache = byParameters(stack);
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['a'],
      isolatedSubnetIds: ['subnet-1'],
    });
    const application = new LambdaFunction(stack, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {}'),
      vpc,
      vpcSubnets: { subnets: vpc.isolatedSubnets },
      securityGroups: [cache.clientSecurityGroup],
    });
    cache.delivery.toFunction(application);
    cache.delivery.toHost(roleIn(stack));
    cache.delivery.externalSecrets({ namespace: 'shop' });
    expect(Object.keys(cache.delivery.ecsSecrets())).toStrictEqual([
      'REDIS_URL',
      'REDIS_READER_URL',
    ]);
    expect(cache.delivery.hostCommands().join('\n')).toContain(
      "name='/shop-prod/Cache/CredentialsSecretArn'",
    );
    const [made] = all(templateOf(stack), 'AWS::Lambda::Function');
    expect(made?.Properties).toMatchObject({
      Environment: { Variables: { REDIS_SECRET_ARN: value('CredentialsSecretArn') } },
      VpcConfig: { SecurityGroupIds: [value('ClientSecurityGroupId')] },
    });
  });

  test('prints a connection string of the endpoint and the port', () => {
    const stack = new Stack(new App(), 'App');
    const { template } = byParameters(stack, { port: 7000 }).connectionString({
      client: 'go-redis',
    });
    new CfnOutput(stack, 'Url', { value: template });
    expect(templateOf(stack).Outputs.Url?.Value).toEqual({
      'Fn::Join': ['', ['rediss://default:{password}@', value('Endpoint'), ':7000/0']],
    });
  });
});
