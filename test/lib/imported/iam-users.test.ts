/** An app that imports a cache takes users that log in by IAM by their ids, without a secret. */

import { App, Stack } from 'aws-cdk-lib/core';
import { SecureRedis } from '../../../lib';
import {
  byParameters,
  HERE,
  HOST,
  KEY,
  roleIn,
  SECRET,
  statementsOf,
} from '../../support/imported';
import { messageOf } from '../../support/message-of';
import { templateOf } from '../../support/synth';

describe('An imported cache', () => {
  const anywhere = () => new Stack(new App(), 'App', { env: HERE });
  const arns = (group: unknown, user: unknown) => ({
    Action: 'elasticache:Connect',
    Effect: 'Allow',
    Resource: [group, user],
  });

  test('by parameters: reads the ids that it needs, and no secret', () => {
    const here = anywhere();
    byParameters(here, { users: ['app'], iamUsers: ['reports'] })
      .user('reports')
      .grantConnect(roleIn(here));
    const template = templateOf(here) as unknown as {
      Parameters: Record<string, { Default: string }>;
    };
    const read = Object.values(template.Parameters).map(({ Default }) => Default);
    expect(read.filter((name) => name.includes('/Cache/'))).toStrictEqual([
      '/shop-prod/Cache/Shape/replicated-6380',
      '/shop-prod/Cache/EncryptionKeyArn',
      '/shop-prod/Cache/Users/reports/UserId',
      '/shop-prod/Cache/ReplicationGroupId',
    ]);
  });

  test('by attributes: in the account and region of its key', () => {
    const here = new Stack(new App(), 'Far', { env: { ...HERE, region: 'us-east-1' } });
    const imported = SecureRedis.fromSecureRedisAttributes(here, 'Cache', {
      iamUsers: { reports: { userId: 'reports-k3x81abc' } },
      encryptionKeyArn: KEY,
      endpointAddress: HOST,
      securityGroupId: 'sg-cache',
      replicationGroupId: 'shop',
    });
    imported.user('reports').grantConnect(roleIn(here));
    const arn = (rest: string) => ({
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, `:elasticache:eu-west-1:111122223333:${rest}`],
      ],
    });
    expect(statementsOf(templateOf(here))).toStrictEqual([
      arns(arn('replicationgroup:shop'), arn('user:reports-k3x81abc')),
    ]);
    expect(imported.user('reports').delivery.environment()).toStrictEqual({
      REDIS_HOST: HOST,
      REDIS_READER_HOST: HOST,
      REDIS_PORT: '6380',
      REDIS_USER: 'reports-k3x81abc',
      REDIS_CACHE_NAME: 'shop',
      REDIS_REGION: 'eu-west-1',
    });
  });

  test.each<[object, string]>([
    [
      { users: ['app'], iamUsers: ['app'] },
      'App/Cache: `iamUsers` must be users that `users` does not name, got "app": a user has one ' +
        'kind of login. Remove it from one of them.',
    ],
    [
      { iamUsers: 'reports' },
      'App/Cache: `iamUsers` must be a list of one or more names of users, got "reports". Use ' +
        '["reports"].',
    ],
    [
      { iamUser: ['reports'] },
      'App/Cache: `iamUser` must be the name of a prop, got an unknown one. Use `iamUsers`.',
    ],
  ])('%j is refused', (props, line) => {
    expect(messageOf(() => byParameters(anywhere(), props))).toBe(line);
  });

  test.each<[object, string]>([
    [
      { iamUsers: { reports: 'reports-k3x81abc' } },
      'App/Cache: `iamUsers.reports` must be an object with `userId`, got "reports-k3x81abc". ' +
        'Use { userId: "reports-k3x81abc" }.',
    ],
    [
      { iamUsers: { reports: { userId: 'arn:aws:elasticache:eu-west-1:1:user:reports-1' } } },
      'App/Cache: `iamUsers.reports.userId` must be the id of a user of ElastiCache, got ' +
        '"arn:aws:elasticache:eu-west-1:1:user:reports-1". Use the last part of the ARN, behind ' +
        '`user:`.',
    ],
    [
      { iamUsers: { Reports: { userId: 'reports-1' } } },
      'App/Cache: `iamUsers.Reports` must be the name of a user, 1 to 20 lower-case letters, ' +
        'digits and single hyphens, a letter first and no hyphen last, got "Reports". Use ' +
        '"reports".',
    ],
    [
      { iamUsers: { reports: { userId: 'reports-1' } }, credentialsSecretArn: SECRET },
      `App/Cache: \`credentialsSecretArn\` must not be set beside \`users\`, got "${SECRET}": ` +
        'each user has a secret of its own. Remove it, or remove `users` of a cache ' +
        'with one password.',
    ],
  ])('by attributes, %j is refused', (more, line) => {
    const attributes = {
      encryptionKeyArn: KEY,
      endpointAddress: HOST,
      securityGroupId: 'sg-cache',
    };
    expect(
      messageOf(() =>
        SecureRedis.fromSecureRedisAttributes(anywhere(), 'Cache', { ...attributes, ...more }),
      ),
    ).toBe(line);
  });
});
