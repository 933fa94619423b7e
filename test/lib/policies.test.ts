/**
 * Each policy allows what it must and nothing else: every action, resource and condition is typed
 * here, so that one more or one fewer shows.
 */

import { flatten } from '../support/flatten';
import { makeStack, type TemplateJson, templateOf } from '../support/synth';
import { all, rotationFunction } from './claims';

const TEMPLATE = templateOf(makeStack());

const SECRET = '<CacheSecretsCredentialsCB62D1C9>';
const KEY = '<CacheKeyCDF9DE27.Arn>';
const GROUP =
  'arn:<AWS::Partition>:elasticache:<AWS::Region>:<AWS::AccountId>:' +
  'replicationgroup:<CacheReplicationGroup5B07CC82>';

const ROTATE_SECRET = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:ListSecretVersionIds',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

const CHANGE_GROUP = [
  'elasticache:DescribeReplicationGroups',
  'elasticache:ModifyReplicationGroup',
];

const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'ec2:UnassignPrivateIpAddresses',
];

const OF_THIS_ACCOUNT = { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } };

/** The statements of the only resource of a type whose logical id has this beginning. */
function statementsOf(template: TemplateJson, idPrefix: string, document = 'PolicyDocument') {
  const [id = ''] = Object.keys(template.Resources).filter((each) => each.startsWith(idPrefix));
  const { [document]: found } = template.Resources[id]?.Properties ?? {};
  return flatten((found as { Statement: unknown }).Statement);
}

describe('The rotation function may do what a rotation needs and nothing else', () => {
  test('seven statements', () => {
    expect(statementsOf(TEMPLATE, 'CacheRotationRolePolicy')).toStrictEqual([
      { Sid: 'CredentialsSecret', Effect: 'Allow', Action: ROTATE_SECRET, Resource: SECRET },
      {
        Sid: 'SecretEncryption',
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: KEY,
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:SecretARN': SECRET,
            'kms:ViaService': 'secretsmanager.<AWS::Region>.<AWS::URLSuffix>',
          },
        },
      },
      { Sid: 'FunctionEnvironment', Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY },
      { Sid: 'ReplicationGroup', Effect: 'Allow', Action: CHANGE_GROUP, Resource: GROUP },
      {
        Sid: 'OwnLog',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '<CacheRotationLogEB9AB06B.Arn>',
      },
      { Sid: 'NetworkInterfaces', Effect: 'Allow', Action: NETWORK_INTERFACES, Resource: '*' },
      {
        Sid: 'NoNetworkInterfacesForTheCode',
        Effect: 'Deny',
        Action: NETWORK_INTERFACES,
        Resource: '*',
        Condition: {
          ArnLike: {
            'lambda:SourceFunctionArn':
              'arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:*',
          },
          Bool: { 'aws:ViaAWSService': 'false' },
        },
      },
    ]);
  });

  test('its role is assumed by Lambda and has this one policy', () => {
    const role = TEMPLATE.Resources.CacheRotationRole837409F3?.Properties;
    expect(flatten(rotationFunction(TEMPLATE).Role)).toBe('<CacheRotationRole837409F3.Arn>');
    expect(flatten(role)).toEqual({
      Description: 'Secure Redis: rotating one password',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'lambda.amazonaws.com' },
          },
        ],
      },
    });
  });

  test('only Secrets Manager of this account may invoke it', () => {
    const permissions = all(TEMPLATE, 'AWS::Lambda::Permission');
    expect(permissions.map(({ Properties }) => flatten(Properties))).toStrictEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: '<CacheRotationFunctionA2B20699.Arn>',
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: '<AWS::AccountId>',
      },
    ]);
  });
});

describe('The scheduler of this account starts the daily check, and may do nothing else', () => {
  test('one statement, and a role for the scheduler', () => {
    expect(statementsOf(TEMPLATE, 'CacheRotationDailyCheckPolicy')).toStrictEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: '<CacheRotationFunctionA2B20699.Arn>',
      },
    ]);
    expect(
      statementsOf(TEMPLATE, 'CacheRotationDailyCheckRole', 'AssumeRolePolicyDocument'),
    ).toStrictEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: OF_THIS_ACCOUNT,
      },
    ]);
  });
});

describe('The key may be used by this account, its alarms and the logs of this stack', () => {
  test('three statements', () => {
    expect(statementsOf(TEMPLATE, 'CacheKey', 'KeyPolicy')).toStrictEqual([
      {
        Effect: 'Allow',
        Action: 'kms:*',
        Principal: { AWS: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root' },
        Resource: '*',
      },
      {
        Sid: 'LogGroupsOfTheseStacks',
        Effect: 'Allow',
        Action: [
          'kms:Decrypt',
          'kms:Describe*',
          'kms:Encrypt',
          'kms:GenerateDataKey*',
          'kms:ReEncrypt*',
        ],
        Principal: { Service: 'logs.<AWS::Region>.<AWS::URLSuffix>' },
        Resource: '*',
        Condition: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': [
              'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:' +
                'log-group:secure-redis-test-*',
            ],
          },
        },
      },
      {
        Sid: 'AlarmsOfThisAccount',
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource: '*',
        Condition: OF_THIS_ACCOUNT,
      },
    ]);
  });
});

describe('The topic takes alarms of this account, over TLS', () => {
  test('two statements', () => {
    const Resource = '<CacheAlarmTopicDE60FC1B>';
    expect(statementsOf(TEMPLATE, 'CacheAlarmTopicPolicy')).toStrictEqual([
      {
        Sid: 'AllowPublishThroughSSLOnly',
        Effect: 'Deny',
        Action: 'sns:Publish',
        Principal: '*',
        Resource,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'AlarmsOfThisAccount',
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource,
        Condition: OF_THIS_ACCOUNT,
      },
    ]);
  });
});

describe('The endpoints let through what this cache needs', () => {
  const common = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Condition: { StringEquals: { 'aws:PrincipalAccount': '<AWS::AccountId>' } },
  };

  test.each([
    ['CacheNetworkSecretsManager', ROTATE_SECRET, SECRET],
    ['CacheNetworkElastiCache', CHANGE_GROUP, GROUP],
  ])('%s', (id, Action, Resource) => {
    expect(statementsOf(TEMPLATE, id)).toStrictEqual([{ ...common, Action, Resource }]);
  });
});
