/**
 * The readers of the checklist are those of the policies of an app, in any form that CloudFormation
 * takes; what is known only at deploy is listed as unclear, so that no reader is left out.
 */

import { checklist } from '../../cli/checklist/checklist';
import { checklistFacts } from '../../cli/checklist/checklist-facts';
import type { TemplateResource } from '../../cli/template/stack-template';
import {
  CACHE,
  document,
  join,
  only,
  policy,
  type Resources,
  SECRET,
} from '../support/checklist-template';

const READ = 'secretsmanager:GetSecretValue';
const ROLES = [{ Ref: 'App' }];
const on = (Resource: unknown) => policy({ Action: READ, Resource });
const role = (Properties: Readonly<Record<string, unknown>>): TemplateResource => ({
  Type: 'AWS::IAM::Role',
  Properties,
});
const arnOf = (rest: string) =>
  join(
    'arn:',
    { Ref: 'AWS::Partition' },
    ':secretsmanager:',
    { Ref: 'AWS::Region' },
    ':',
    {
      Ref: 'AWS::AccountId',
    },
    `:${rest}`,
  );

const RESOURCES: Resources = { ...CACHE, Bucket: { Type: 'AWS::S3::Bucket' } };

const factsWith = (resources: Resources, environment?: string) =>
  checklistFacts([
    { stack: 's', resources: { ...RESOURCES, ...resources }, ...(environment && { environment }) },
  ]);
const readersWith = (...given: Parameters<typeof factsWith>) =>
  factsWith(...given).caches[0]?.secrets[0]?.readers;

describe('Readers of a secret', () => {
  test.each<[string, TemplateResource]>([
    ['its action and its resource', on(SECRET)],
    ['a list of actions', policy({ Action: ['s3:Get*', READ], Resource: SECRET })],
    ['a wildcard of actions', policy({ Action: 'secretsmanager:Get*', Resource: SECRET })],
    ['every action on everything', policy({ Action: '*', Resource: '*' })],
    ['another case', policy({ Action: 'SecretsManager:getsecretvalue', Resource: [SECRET] })],
    ['all actions but some', policy({ NotAction: 'iam:*', Resource: '*' })],
    ['all resources but some', policy({ Action: READ, NotResource: 'arn:aws:s3:::a' })],
    ['all secrets of the account', on(arnOf('secret:*'))],
    ['secrets by a prefix', on(arnOf('secret:Secr*'))],
    ['secrets of all regions', on('arn:aws:secretsmanager:*:*:secret:*')],
    ['the ARN of the secret and more', on(join(SECRET, '*'))],
    ['Fn::Sub', on({ 'Fn::Sub': `\${Secret}` })],
    [
      'Fn::Sub with pseudo parameters',
      on({ 'Fn::Sub': `arn:aws:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:*` }),
    ],
    ['a branch of Fn::If', on({ 'Fn::If': ['IsProd', SECRET, { Ref: 'AWS::NoValue' }] })],
    [
      'a document in Fn::If',
      {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyDocument: {
            'Fn::If': ['C', document({ Action: READ, Resource: SECRET }), { Statement: [] }],
          },
          Roles: ROLES,
        },
      },
    ],
    [
      'AWS::IAM::RolePolicy',
      {
        Type: 'AWS::IAM::RolePolicy',
        Properties: {
          PolicyDocument: document({ Action: READ, Resource: SECRET }),
          RoleName: { Ref: 'App' },
        },
      },
    ],
  ])('by %s', (_, Policy) => {
    expect(readersWith({ Policy })).toStrictEqual(only('App/Web/Role'));
  });

  test.each<[string, TemplateResource]>([
    ['another action', policy({ Action: 'secretsmanager:DescribeSecret', Resource: SECRET })],
    ['another resource', on({ 'Fn::GetAtt': ['Bucket', 'Arn'] })],
    ['all objects of a bucket', policy({ Action: '*', Resource: 'arn:aws:s3:::bucket/*' })],
    ['all objects by reference', policy({ Action: '*', Resource: join({ Ref: 'Bucket' }, '/*') })],
    ['other secrets by a prefix', on(arnOf('secret:other-*'))],
    ['all actions but reading', policy({ NotAction: 'secretsmanager:*', Resource: '*' })],
    ['all resources but it', policy({ Action: READ, NotResource: SECRET })],
    ['a denial', policy({ Effect: 'Deny', Action: READ, Resource: SECRET })],
  ])('not by %s', (_, Policy) => {
    expect(readersWith({ Policy })).toStrictEqual(only());
  });

  test('not by secrets of another region', () => {
    const Policy = on('arn:aws:secretsmanager:us-east-1:*:secret:*');
    expect(readersWith({ Policy }, 'aws://111122223333/eu-central-1')).toStrictEqual(only());
  });

  test.each<[string, Resources, string]>([
    ['a parameter', { Policy: on({ Ref: 'SsmParameterValueC9' }) }, 's/Policy'],
    [
      'a custom resource',
      { Custom: { Type: 'Custom::AWS' }, Policy: on({ 'Fn::GetAtt': ['Custom', 'arn'] }) },
      's/Policy',
    ],
    [
      'an ARN with an unknown name',
      { Policy: on(join('arn:aws:secretsmanager:', { Ref: 'Where' })) },
      's/Policy',
    ],
    ['an action', { Policy: policy({ Action: { Ref: 'Actions' }, Resource: '*' }) }, 's/Policy'],
    [
      'a statement',
      {
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyDocument: { Statement: [{ 'Fn::Transform': {} }] }, Roles: ROLES },
        },
      },
      's/Policy',
    ],
    [
      'an attached policy',
      { Job: role({ ManagedPolicyArns: [{ Ref: 'Given' }] }) },
      's/Job, ManagedPolicyArns',
    ],
    [
      'a policy of the account',
      { Job: role({ ManagedPolicyArns: ['arn:aws:iam::111122223333:policy/team'] }) },
      's/Job, ManagedPolicyArns',
    ],
    ['policies of a role', { Job: role({ Policies: { Ref: 'Given' } }) }, 's/Job'],
    [
      'a nested stack that was not given',
      { Nested: { Type: 'AWS::CloudFormation::Stack' } },
      's/Nested',
    ],
    ['a permission set', { Set: { Type: 'AWS::SSO::PermissionSet' } }, 's/Set'],
  ])('cannot be told by %s', (_, resources, place) => {
    const readers = readersWith(resources);
    expect(readers).toStrictEqual({ principals: [], unclear: [place] });
    const facts = factsWith(resources);
    const { lines } = checklist({ of: 'x', version: '1', at: '2026-11-28T12:00:00.000Z', facts });
    const words = `* cannot tell: a policy is known only at deploy, of \`${place}\``;
    expect(lines).toContain(words);
  });

  test('by a managed policy, attached by the role, or by nobody of the templates', () => {
    const Managed = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: document({ Action: READ, Resource: SECRET }) },
    };
    const Job = role({ ManagedPolicyArns: [{ Ref: 'Managed' }] });
    expect(readersWith({ Managed, Job })).toStrictEqual(only('s/Job'));
    const nobody = 'any principal with the policy s/Managed';
    expect(readersWith({ Managed })).toStrictEqual(only(nobody));
  });

  test.each(['AdministratorAccess', 'SecretsManagerReadWrite', 'PowerUserAccess'])(
    'by %s of AWS',
    (name) => {
      const arn = join('arn:', { Ref: 'AWS::Partition' }, `:iam::aws:policy/${name}`);
      expect(readersWith({ Job: role({ ManagedPolicyArns: [arn] }) })).toStrictEqual(only('s/Job'));
    },
  );

  test('not by policies of AWS that read no secret', () => {
    const name = 'service-role/AWSLambdaBasicExecutionRole';
    const arn = `arn:aws:iam::aws:policy/${name}`;
    expect(readersWith({ Job: role({ ManagedPolicyArns: [arn] }) })).toStrictEqual(only());
  });

  test('by an inline policy of a role, and by the policy of the secret', () => {
    const Own = {
      Type: 'AWS::SecretsManager::ResourcePolicy',
      Properties: {
        SecretId: SECRET,
        ResourcePolicy: document({ Action: READ, Principal: { AWS: '*' }, Condition: {} }),
      },
    };
    const Policies = [{ PolicyDocument: document({ Action: READ, Resource: SECRET }) }];
    const readers = readersWith({ Job: role({ Policies }), Own });
    expect(readers).toStrictEqual(only('everybody, under a condition', 's/Job'));
  });

  test('by a secret target attachment, whose reference is the ARN of the secret', () => {
    const Attachment = {
      Type: 'AWS::SecretsManager::SecretTargetAttachment',
      Properties: { SecretId: SECRET },
    };
    const readers = readersWith({ Attachment, Policy: on({ Ref: 'Attachment' }) });
    expect(readers).toStrictEqual(only('App/Web/Role'));
  });
});
