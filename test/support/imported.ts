/** An app that imports a cache of another app, and what its readers may do. */

import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import {
  type ISecureRedis,
  SecureRedis,
  type SecureRedisAttributes,
  type SecureRedisImportProps,
} from '../../lib';
import { all } from '../lib/claims';
import type { TemplateJson } from './synth';

export const HERE = { account: '111122223333', region: 'eu-west-1' };
export const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Cache-a1b2c3';
export const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alarms';
export const HOST = 'master.shop.abc123.euw1.cache.amazonaws.com';

export const ATTRIBUTES: SecureRedisAttributes = {
  credentialsSecretArn: SECRET,
  encryptionKeyArn: KEY,
  endpointAddress: HOST,
  securityGroupId: 'sg-cache',
};

export function appStack(): Stack {
  return new Stack(new App(), 'App', { env: HERE });
}

export function byAttributes(
  stack: Stack,
  more: Partial<SecureRedisAttributes> = {},
): ISecureRedis {
  return SecureRedis.fromSecureRedisAttributes(stack, 'Cache', { ...ATTRIBUTES, ...more });
}

export const byParameters = (stack: Stack, props?: SecureRedisImportProps): ISecureRedis =>
  SecureRedis.fromParameters(stack, 'Cache', '/shop-prod/Cache', props);

export const roleIn = (stack: Stack) =>
  new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });

export function statementsOf(template: TemplateJson): readonly Record<string, unknown>[] {
  return all(template, 'AWS::IAM::Policy').flatMap(({ Properties }) => {
    const { PolicyDocument } = Properties as {
      PolicyDocument: { Statement: readonly Record<string, unknown>[] };
    };
    return PolicyDocument.Statement;
  });
}

export const READ = {
  Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
  Effect: 'Allow',
  Resource: SECRET,
};

export const DECRYPT = {
  Action: 'kms:Decrypt',
  Condition: {
    StringEquals: {
      'kms:EncryptionContext:SecretARN': SECRET,
      'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com',
    },
  },
  Effect: 'Allow',
  Resource: KEY,
};
