/** The checklist names who may use a key by its policy, and who may log in by IAM. */

import { checklistFacts } from '../../cli/checklist/checklist-facts';
import type { TemplateResource } from '../../cli/template/stack-template';
import { CACHE, document, join, only, policy, type Resources } from '../support/checklist-template';

const factsWith = (resources: Resources) =>
  checklistFacts([{ stack: 's', resources: { ...CACHE, ...resources } }]);

describe('Principals of a key policy', () => {
  const decryptersOf = (Principal: unknown) => {
    const KeyPolicy = document({ Action: 'kms:*', Principal });
    const Key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy } };
    return factsWith({ Key }).keys[0]?.decrypters.principals;
  };
  const account = 'every principal of the account whose own policy allows it';

  test.each<[string, unknown, string]>([
    ['the account', { AWS: { Ref: 'AWS::AccountId' } }, account],
    [
      'the root of the account',
      { AWS: join('arn:aws:iam::', { Ref: 'AWS::AccountId' }, ':root') },
      account,
    ],
    [
      'a concrete root',
      { AWS: 'arn:aws:iam::123456789012:root' },
      'every principal of the account 123456789012 whose own policy allows it',
    ],
    [
      'a concrete account',
      { AWS: '123456789012' },
      'every principal of the account 123456789012 whose own policy allows it',
    ],
    ['everybody', '*', 'everybody'],
  ])('%s', (_, principal, name) => {
    expect(decryptersOf(principal)).toStrictEqual([name]);
  });

  test('a key without a policy is left to its account', () => {
    expect(factsWith({}).keys[0]?.decrypters).toStrictEqual(only(account));
  });
});

describe('Users that log in by IAM', () => {
  const elasticache = (kind: string, id: unknown) =>
    join(
      'arn:aws:elasticache:',
      { Ref: 'AWS::Region' },
      ':',
      { Ref: 'AWS::AccountId' },
      `:${kind}:`,
      id,
    );
  const USERS: Resources = {
    Group: {
      Type: 'AWS::ElastiCache::ReplicationGroup',
      Properties: { Engine: 'valkey', UserGroupIds: [{ Ref: 'Users' }] },
    },
    Users: { Type: 'AWS::ElastiCache::UserGroup', Properties: { UserIds: [{ Ref: 'Job' }] } },
    Job: {
      Type: 'AWS::ElastiCache::User',
      Properties: { UserId: 'job-1', UserName: 'job-1', AuthenticationMode: { Type: 'iam' } },
    },
    JobId: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/s/One/Users/job/UserId', Value: 'job-1' },
    },
  };
  const connect = (...Resource: unknown[]) => policy({ Action: 'elasticache:Connect', Resource });

  test.each<[string, TemplateResource, string[]]>([
    [
      'cache and user',
      connect(elasticache('replicationgroup', { Ref: 'Group' }), elasticache('user', 'job-1')),
      ['App/Web/Role'],
    ],
    ['everything', connect('*'), ['App/Web/Role']],
    ['the cache only', connect(elasticache('replicationgroup', { Ref: 'Group' })), []],
    [
      'another user',
      connect(elasticache('replicationgroup', { Ref: 'Group' }), elasticache('user', 'app-1')),
      [],
    ],
  ])('may be logged in as by a policy on %s', (_, Policy, principals) => {
    const [cache] = factsWith({ ...USERS, Policy }).caches;
    expect(cache?.iamUsers).toStrictEqual([
      { user: 'job', connecting: { principals, unclear: [] } },
    ]);
  });
});
