/** A template for tests of the checklist: a cache, its secret, policies of its application. */

import type { TemplateResource } from '../../cli/template/stack-template';

export type Resources = Readonly<Record<string, TemplateResource>>;

/** The value of the secret's ARN. */
export const SECRET = { Ref: 'Secret' };

/** A policy document of one statement that allows. */
export const document = (statement: object) => ({ Statement: [{ Effect: 'Allow', ...statement }] });

/** Attached to the role `App`. */
export const policy = (statement: object): TemplateResource => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyDocument: document(statement), Roles: [{ Ref: 'App' }] },
});

export const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

export const only = (...principals: string[]) => ({ principals, unclear: [] });

export const CACHE: Resources = {
  Group: { Type: 'AWS::ElastiCache::ReplicationGroup', Properties: { Engine: 'valkey' } },
  Id: {
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: '/s/One/ReplicationGroupId', Value: { Ref: 'Group' } },
  },
  Arn: {
    Type: 'AWS::SSM::Parameter',
    Properties: { Name: '/s/One/CredentialsSecretArn', Value: SECRET },
  },
  Secret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
  },
  Key: { Type: 'AWS::KMS::Key', Properties: {} },
  App: { Type: 'AWS::IAM::Role', Metadata: { 'aws:cdk:path': 'App/Web/Role/Resource' } },
};
