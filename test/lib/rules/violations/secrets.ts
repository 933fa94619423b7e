/** Ways to break the rules of both secrets and of the rotation schedule. */

import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  type CfnRotationSchedule,
  CfnSecret,
  CfnSecretTargetAttachment,
  ResourcePolicy,
} from 'aws-cdk-lib/aws-secretsmanager';
import { Aspects, CfnResource, Duration } from 'aws-cdk-lib/core';
import { type Given, remove, set, type Violation } from '../../../support/rules';

const INITIAL = 'Secrets/Initial';
const CREDENTIALS = 'Secrets/Credentials';
const SCHEDULE = 'Rotation/Schedule';

const value = (path: string, part: string, given: string) =>
  `Test/Cache/${path}: ${part} must be as the construct sets it: generated, and taken over ` +
  `from the initial secret, got ${given}. Remove what changes it. To change the password, ` +
  `rotate it.`;
const key = (path: string, given: string) =>
  `Test/Cache/${path}: KmsKeyId must be the cache's key, got ${given}. Pass the key as the prop ` +
  '`encryptionKey`.';
const tags = (path: string, given: string) =>
  `Test/Cache/${path}: Tags must be absent, got ${given}. Remove the override. ` +
  '`Tags.of(scope).add(…)` leaves the secrets out by itself.';
const principal = (part: string, given: string) =>
  `Test/Policy: ${part} must be of this account, got ${given}. Name roles of this account, whose ` +
  'number the stack has as `env.account`, or grant with `grantRead(role)`.';
const attachment = (path: string) =>
  `Test/Attachment: SecretId must be another secret, got Test/Cache/${path}. Remove the ` +
  'attachment: the secret has host and port by itself.';

/** A policy on a secret, made without CDK's checks. */
function policy(path: string, statement: object) {
  return ({ stack, part }: Given) =>
    new CfnResource(stack, 'Policy', {
      type: 'AWS::SecretsManager::ResourcePolicy',
      properties: { SecretId: part(path).ref, ResourcePolicy: { Statement: [statement] } },
    });
}

const READ = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };

export const SECRETS: readonly Violation[] = [
  {
    rule: 'secret-value',
    by: 'override',
    what: 'a literal',
    spoil: set(CREDENTIALS, 'SecretString', 'a-password-that-somebody-typed-0'),
    line: value(CREDENTIALS, 'SecretString', 'a literal value'),
  },
  {
    rule: 'secret-value',
    by: 'override',
    what: 'a literal instead of a generated one',
    spoil: ({ part }) => {
      part(INITIAL).addPropertyDeletionOverride('GenerateSecretString');
      part(INITIAL).addPropertyOverride('SecretString', 'a-password-that-somebody-typed-0');
    },
    line: [
      value(INITIAL, 'GenerateSecretString', 'nothing'),
      value(INITIAL, 'SecretString', 'a literal value'),
    ].join('\n'),
  },
  {
    rule: 'secret-value',
    by: 'override',
    what: 'a shorter password',
    spoil: set(INITIAL, 'GenerateSecretString.PasswordLength', 8),
    line: value(INITIAL, 'GenerateSecretString', 'another value'),
  },
  {
    rule: 'secret-value',
    by: 'mutation',
    what: 'a password in the template of a generated value',
    spoil: ({ part }) => {
      (part(INITIAL) as CfnSecret).generateSecretString = {
        secretStringTemplate: '{"password":"a-password-that-somebody-typed-0"}',
        generateStringKey: 'unused',
      };
    },
    line: value(INITIAL, 'GenerateSecretString', 'another value'),
  },
  {
    rule: 'secret-key',
    by: 'override',
    what: 'AWS’s own key',
    spoil: remove(CREDENTIALS, 'KmsKeyId'),
    line: key(CREDENTIALS, 'nothing'),
  },
  {
    rule: 'secret-key',
    by: 'aspect',
    what: 'another key for every secret',
    spoil: ({ app }) =>
      Aspects.of(app).add({
        visit: (node) => {
          if (node instanceof CfnSecret) node.kmsKeyId = 'alias/ours';
        },
      }),
    line: [key(INITIAL, '"alias/ours"'), key(CREDENTIALS, '"alias/ours"')].join('\n'),
  },
  {
    rule: 'secret-tags',
    by: 'override',
    what: 'tags',
    spoil: set(CREDENTIALS, 'Tags', [{ Key: 'team', Value: 'blue' }]),
    line: tags(CREDENTIALS, 'team'),
  },
  {
    rule: 'secret-properties',
    by: 'override',
    what: 'a description',
    spoil: set(INITIAL, 'Description', 'ours'),
    line: `Test/Cache/${INITIAL}: Description must be absent, got a value. Remove the override.`,
  },
  {
    rule: 'secret-policy',
    by: 'neighbour',
    what: 'everybody',
    spoil: ({ stack, cache }) => {
      const made = new ResourcePolicy(stack, 'Policy', { secret: cache.credentials });
      made.document.addStatements(
        new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: ['*'],
          principals: [new AnyPrincipal()],
        }),
      );
    },
    line: principal('Principal', '{"AWS":"*"}').replace('Test/Policy:', 'Test/Policy/Resource:'),
  },
  {
    rule: 'secret-policy',
    by: 'neighbour',
    what: 'a star, on the initial secret',
    spoil: policy(INITIAL, { ...READ, Principal: '*' }),
    line: principal('Principal', '"*"'),
  },
  {
    rule: 'secret-policy',
    by: 'neighbour',
    what: 'another account',
    spoil: policy(CREDENTIALS, {
      ...READ,
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
    }),
    line: principal('Principal', '{"AWS":"arn:aws:iam::444455556666:root"}'),
  },
  {
    rule: 'secret-policy',
    by: 'neighbour',
    what: 'another account beside this one',
    spoil: policy(CREDENTIALS, {
      ...READ,
      Principal: { AWS: [{ Ref: 'AWS::AccountId' }, '444455556666'] },
    }),
    line: principal('Principal', '{"AWS":[{"Ref":"AWS::AccountId"},"444455556666"]}'),
  },
  {
    rule: 'secret-policy',
    by: 'neighbour',
    what: 'a service',
    spoil: policy(CREDENTIALS, { ...READ, Principal: { Service: 'rds.amazonaws.com' } }),
    line: principal('Principal', '{"Service":"rds.amazonaws.com"}'),
  },
  {
    rule: 'secret-policy',
    by: 'neighbour',
    what: 'everybody but one',
    spoil: policy(CREDENTIALS, {
      ...READ,
      NotPrincipal: { AWS: 'arn:aws:iam::444455556666:root' },
    }),
    line: principal('NotPrincipal', '{"AWS":"arn:aws:iam::444455556666:root"}'),
  },
  ...[INITIAL, CREDENTIALS].map(
    (path): Violation => ({
      rule: 'secret-attachment',
      by: 'neighbour',
      what: path,
      spoil: ({ stack, part }) =>
        new CfnSecretTargetAttachment(stack, 'Attachment', {
          secretId: part(path).ref,
          targetId: 'db',
          targetType: 'AWS::RDS::DBInstance',
        }),
      line: attachment(path),
    }),
  ),
];

const schedule = (part: string, given: string) =>
  `Test/Cache/${SCHEDULE}: ${part} must be as the construct sets it, got ${given}. Set the prop ` +
  '`rotationInterval` or `rotationSchedule`, and `rotationWindow`.';
const second = (path: string, secret: string) =>
  `${path}: SecretId must be a secret other than the cache's, got Test/Cache/${secret}. Remove ` +
  'it. Set the prop `rotationInterval` or `rotationSchedule`, and `rotationWindow`.';

function otherFunction({ stack }: Given): LambdaFunction {
  return new LambdaFunction(stack, 'Other', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {}'),
  });
}

export const SCHEDULES: readonly Violation[] = [
  {
    rule: 'rotation-schedule',
    by: 'override',
    what: 'a year',
    spoil: set(SCHEDULE, 'RotationRules.ScheduleExpression', 'rate(365 days)'),
    line: schedule('RotationRules', '{"Duration":"2h","ScheduleExpression":"rate(365 days)"}'),
  },
  {
    rule: 'rotation-schedule',
    by: 'override',
    what: 'not at the first deploy',
    spoil: set(SCHEDULE, 'RotateImmediatelyOnUpdate', false),
    line: schedule('RotateImmediatelyOnUpdate', 'false'),
  },
  {
    rule: 'rotation-schedule',
    by: 'override',
    what: 'of another secret',
    spoil: set(SCHEDULE, 'SecretId', 'other'),
    line: schedule('SecretId', '"other"'),
  },
  {
    rule: 'rotation-schedule',
    by: 'neighbour',
    what: 'by another function',
    spoil: (given) => {
      const { functionArn } = otherFunction(given);
      (given.part(SCHEDULE) as CfnRotationSchedule).rotationLambdaArn = functionArn;
    },
    line: schedule('RotationLambdaARN', '{"Fn::GetAtt":["Other34654A52","Arn"]}'),
  },
  {
    rule: 'rotation-schedule',
    by: 'mutation',
    what: 'by a function that AWS has',
    spoil: ({ part }) => {
      (part(SCHEDULE) as CfnRotationSchedule).hostedRotationLambda = {
        rotationType: 'PostgreSQLSingleUser',
      };
    },
    line: schedule('HostedRotationLambda', '{"RotationType":"PostgreSQLSingleUser"}'),
  },
  {
    rule: 'rotation-single-schedule',
    by: 'neighbour',
    what: 'a second one',
    spoil: (given) =>
      given.cache.credentials.addRotationSchedule('Mine', {
        automaticallyAfter: Duration.days(30),
        rotationLambda: otherFunction(given),
      }),
    line: second('Test/Cache/Secrets/CredentialsSecret/Mine/Resource', CREDENTIALS),
  },
  {
    rule: 'rotation-single-schedule',
    by: 'neighbour',
    what: 'one of the initial secret, by a function that AWS has',
    spoil: ({ stack, part }) =>
      new CfnResource(stack, 'Schedule', {
        type: 'AWS::SecretsManager::RotationSchedule',
        properties: {
          SecretId: { 'Fn::Sub': `\${${stack.resolve(part(INITIAL).logicalId)}}` },
          HostedRotationLambda: { RotationType: 'PostgreSQLSingleUser' },
        },
      }),
    line: second('Test/Schedule', INITIAL),
  },
];

/** Policies that admit only this account. */
export const FINE_POLICIES = [
  { ...READ, Principal: { AWS: { Ref: 'AWS::AccountId' } } },
  {
    ...READ,
    Principal: {
      AWS: {
        'Fn::Join': [
          '',
          ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':role/web'],
        ],
      },
    },
  },
  { ...READ, Effect: 'Deny', Principal: '*' },
  {
    ...READ,
    Principal: '*',
    Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
  },
].map((statement) => policy(CREDENTIALS, statement));
