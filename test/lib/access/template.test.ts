/** The template of a cache with users: what AWS makes of them, and what the rotation may do. */

import { Duration, Stack } from 'aws-cdk-lib/core';
import { RedisNetwork } from '../../../lib';
import { Access } from '../../../lib/access/access';
import { filled } from '../../support/filled';
import { makeApp, makeStack, templateOf } from '../../support/synth';
import { manyUsers, USERS, usersStack } from '../../support/users';

const STACK = usersStack();
const TEMPLATE = templateOf(STACK);
const ofType = (type: string) =>
  Object.entries(TEMPLATE.Resources).filter(([, { Type }]) => Type === type);
const propertiesOf = (type: string) => ofType(type).map(([, { Properties }]) => Properties);
const text = (value: unknown) => JSON.stringify(value);

describe('A user per login, and one that is off', () => {
  const users = propertiesOf('AWS::ElastiCache::User');

  test('the names and access strings', () => {
    expect(users.map(({ UserName, AccessString }) => [UserName, AccessString])).toStrictEqual([
      ['default', 'off -@all'],
      ['app', expect.stringMatching(/^on ~app:\* resetchannels -@all \+@read \+@write /)],
      ['worker', expect.stringMatching(/^on ~bull:\* resetchannels -@all \+@read \+@write /)],
      ['reports', expect.stringMatching(/^on ~\* resetchannels -@all \+@read /)],
    ]);
  });

  test('the ids are legal, and differ from stack to stack and between engines', () => {
    for (const { UserId } of users) expect(UserId).toMatch(/^[a-z][a-z0-9-]{0,39}$/);
    expect(new Set(users.map(({ UserId }) => UserId)).size).toBe(4);
  });

  test('each password is that of its own secret, without a version', () => {
    const secrets = ofType('AWS::SecretsManager::Secret')
      .filter(([, { Properties }]) => Properties.GenerateSecretString !== undefined)
      .map(([id]) => id);
    expect(secrets).toHaveLength(4);
    const references = users.map(({ AuthenticationMode }) => AuthenticationMode);
    expect(references).toStrictEqual(
      secrets.map((Ref) => ({
        Type: 'password',
        Passwords: [
          {
            'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref }, ':SecretString:password::}}']],
          },
        ],
      })),
    );
  });

  test('no user has tags, whose change would send its passwords again', () => {
    expect(users.filter((each) => 'Tags' in each)).toStrictEqual([]);
  });
});

describe('The replication group takes the users alone', () => {
  const [group] = propertiesOf('AWS::ElastiCache::ReplicationGroup');
  const [[groupId, userGroup] = []] = ofType('AWS::ElastiCache::UserGroup');

  test('by one user group, without a password', () => {
    expect(group?.UserGroupIds).toStrictEqual([{ Ref: groupId }]);
    expect(group).not.toHaveProperty('AuthToken');
    expect(ofType('AWS::ElastiCache::UserGroup')).toHaveLength(1);
  });

  test('which has all users, the default one first', () => {
    const users = ofType('AWS::ElastiCache::User').map(([id]) => ({ Ref: id }));
    expect(userGroup?.Properties).toMatchObject({ Engine: 'valkey', UserIds: users });
  });
});

describe('Each secret rotates', () => {
  test('by a schedule of its own, but not that of the default user', () => {
    const named = propertiesOf('AWS::SecretsManager::RotationSchedule').map(({ SecretId }) =>
      text(SecretId),
    );
    const secrets = ofType('AWS::SecretsManager::Secret').filter(
      ([, { Properties }]) => !text(Properties).includes('default'),
    );
    expect(named).toStrictEqual(secrets.map(([Ref]) => text({ Ref })));
  });

  test('after its user and the group exist, and after what every rotation needs', () => {
    const schedules = ofType('AWS::SecretsManager::RotationSchedule');
    const typesOf = (ids: readonly string[] = []) =>
      ids.map((id) => TEMPLATE.Resources[id]?.Type ?? id);
    const [[firstId, first] = [], ...others] = schedules;
    expect(typesOf(first?.DependsOn)).toEqual(
      expect.arrayContaining([
        'AWS::ElastiCache::User',
        'AWS::ElastiCache::UserGroup',
        'AWS::ElastiCache::ReplicationGroup',
        'AWS::EC2::VPCEndpoint',
        'AWS::IAM::ManagedPolicy',
        'AWS::Lambda::Permission',
      ]),
    );
    expect(others).toHaveLength(2);
    for (const [, { DependsOn = [] }] of others) {
      expect(DependsOn).toContain(firstId);
      expect(typesOf(DependsOn)).toContain('AWS::ElastiCache::User');
    }
  });
});

describe('An update of a user by CloudFormation sets off a check', () => {
  const rules = ofType('AWS::Events::Rule').filter(([id]) => id.includes('UserUpdates'));
  const [[ruleId = '', rule] = []] = rules;
  const [[functionId] = []] = ofType('AWS::Lambda::Function').filter(([, { Properties }]) =>
    text(Properties).includes('USERS'),
  );
  const Arn = { 'Fn::GetAtt': [functionId, 'Arn'] };

  test('by one rule on the users of this stack, once an update has ended', () => {
    expect(rules).toHaveLength(1);
    expect(rule?.Properties.EventPattern).toStrictEqual({
      source: ['aws.cloudformation'],
      'detail-type': ['CloudFormation Resource Status Change'],
      detail: {
        'stack-id': [{ Ref: 'AWS::StackId' }],
        'resource-type': ['AWS::ElastiCache::User'],
        'status-details': {
          status: [
            'UPDATE_COMPLETE',
            'UPDATE_FAILED',
            'UPDATE_ROLLBACK_COMPLETE',
            'UPDATE_ROLLBACK_FAILED',
          ],
        },
      },
    });
  });

  test('of every user, by the rotation function, which that rule alone may invoke', () => {
    expect(rule?.Properties.Targets).toStrictEqual([
      { Id: 'Rotation', Arn, Input: '{"DailyCheck":"updated"}' },
    ]);
    const permissions = propertiesOf('AWS::Lambda::Permission').filter(
      ({ Principal }) => Principal === 'events.amazonaws.com',
    );
    expect(permissions).toStrictEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: Arn,
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
      },
    ]);
  });

  test('but a cache with one password has no such rule', () => {
    const { Resources } = templateOf(makeStack());
    expect(Object.keys(Resources).filter((id) => id.includes('UserUpdates'))).toStrictEqual([]);
  });
});

describe('The template of 40 users with the longest names', () => {
  const many = templateOf(usersStack(manyUsers(40)));
  const resourcesOf = (type: string) =>
    Object.values(many.Resources).filter(({ Type }) => Type === type);
  const lengthOf = (value: unknown) => text(filled(many, value)).length;

  test('has 41 dynamic references, of 60 that a template takes', () => {
    expect(text(many).match(/\{\{resolve:secretsmanager:/g)).toHaveLength(41);
  });

  test('has one function, whose environment fits into the 4 KB of Lambda', () => {
    const functions = resourcesOf('AWS::Lambda::Function').filter(({ Properties }) =>
      text(Properties).includes('USERS'),
    );
    expect(functions).toHaveLength(1);
    const environment = filled(many, functions[0]?.Properties.Environment);
    const { Variables } = environment as { Variables: Record<string, string> };
    const pairs = Object.entries(Variables);
    expect(pairs.find(([name]) => name === 'USERS')?.[1].split(',')).toHaveLength(40);
    const length = pairs.flat().join('').length;
    expect(length).toBeLessThanOrEqual(4096);
    expect(length).toBeGreaterThan(3500);
  });

  test('has managed policies within the 6,144 characters of IAM', () => {
    const lengths = resourcesOf('AWS::IAM::ManagedPolicy').map(({ Properties }) =>
      lengthOf(Properties.PolicyDocument),
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(6144);
    expect(Math.max(...lengths)).toBeGreaterThan(4500);
  });

  test('permits the rotation of each user, and no further action on a user', () => {
    const statements = resourcesOf('AWS::IAM::ManagedPolicy').flatMap(
      ({ Properties }) =>
        (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement,
    );
    const named = (sid: string) =>
      statements.filter(({ Sid }) => Sid === sid).flatMap(({ Resource }) => Resource);
    expect(new Set(named('Users').map(text)).size).toBe(40);
    expect(new Set(named('CredentialsSecret').map(text)).size).toBe(40);
    const onUsers = statements.filter((each) => text(each).includes('CacheUsersUser'));
    expect(onUsers.length).toBeGreaterThan(0);
    for (const { Action } of onUsers) {
      expect(Action).toStrictEqual(['elasticache:DescribeUsers', 'elasticache:ModifyUser']);
    }
    expect(text(statements)).not.toContain('elasticache:ModifyReplicationGroup');
  });

  test('has endpoint policies within the 20,480 characters of EC2', () => {
    for (const { Properties } of resourcesOf('AWS::EC2::VPCEndpoint')) {
      expect(lengthOf(Properties.PolicyDocument)).toBeLessThanOrEqual(20_480);
    }
  });

  test('has event patterns within the 2,048 characters of EventBridge, for all secrets', () => {
    const patterns = resourcesOf('AWS::Events::Rule').map(({ Properties }) =>
      text(filled(many, Properties.EventPattern)),
    );
    for (const pattern of patterns) expect(pattern.length).toBeLessThanOrEqual(2048);
    const [, prefix = ''] = /"SecretId":\[\{"prefix":"([^"]+)"/.exec(patterns.join('')) ?? [];
    const secrets = Object.entries(many.Resources).filter(
      ([, { Type }]) => Type === 'AWS::SecretsManager::Secret',
    );
    const arns = secrets.map(([Ref]) => String(filled(many, { Ref })).replace('aws-us-gov', 'X'));
    const start = prefix.replace('aws-us-gov', 'X');
    // Of 40 users, of the default user, and of what was deployed.
    expect(arns.filter((arn) => arn.startsWith(start))).toHaveLength(42);
  });
});

describe('A cache with users beside a network of another stack', () => {
  test('the endpoints of that stack let through users of this account', () => {
    const app = makeApp();
    const shared = new Stack(app, 'Shared');
    const network = new RedisNetwork(shared, 'Network');
    makeStack({ access: Access.users(USERS), network }, app);
    const policies = text(templateOf(shared));
    expect(policies).toContain('"elasticache:DescribeUsers","elasticache:ModifyUser"');
    expect(policies).toContain(':user:*');
  });
});

describe('The schedules of users spread over the window', () => {
  test('of a weekday: within its hours, and to its end', () => {
    const access = Access.users(manyUsers(30));
    const rotationSchedule = { weekday: 'tue', hour: 9 } as const;
    const stack = makeStack({ access, rotationSchedule, rotationWindow: Duration.hours(4) });
    const rules = Object.values(templateOf(stack).Resources)
      .filter(({ Type }) => Type === 'AWS::SecretsManager::RotationSchedule')
      .map(({ Properties }) => Properties.RotationRules as Record<string, string>);
    const opened = rules.map(({ ScheduleExpression = '', Duration: length = '' }) => {
      const [, hour = ''] =
        /^cron\(0 (\d+) \? 1,3,5,7,9,11 TUE#1 \*\)$/.exec(ScheduleExpression) ?? [];
      return [Number(hour), Number.parseInt(length, 10)] as const;
    });
    for (const [hour, hours] of opened) expect(hour + hours).toBe(13);
    expect(new Set(opened.map(([hour]) => hour))).toStrictEqual(new Set([9, 10, 11, 12]));
  });

  test('of an interval: all open at midnight, which AWS leaves no choice', () => {
    const rules = propertiesOf('AWS::SecretsManager::RotationSchedule').map(
      ({ RotationRules }) => RotationRules,
    );
    const once = { Duration: '2h', ScheduleExpression: 'rate(90 days)' };
    expect(rules).toStrictEqual([once, once, once]);
  });
});
