/** The template of a cache with users: what AWS makes of them, and what the rotation may do. */

import { templateOf } from '../../support/synth';
import { manyUsers, usersStack } from '../../support/users';

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
    const secrets = ofType('AWS::SecretsManager::Secret').map(([id]) => id);
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

  test('after its user and the group exist', () => {
    const [, schedule] = ofType('AWS::SecretsManager::RotationSchedule')[0] ?? [];
    const types = schedule?.DependsOn?.map((id) => TEMPLATE.Resources[id]?.Type);
    expect(types).toEqual(
      expect.arrayContaining([
        'AWS::ElastiCache::User',
        'AWS::ElastiCache::UserGroup',
        'AWS::ElastiCache::ReplicationGroup',
        'AWS::IAM::ManagedPolicy',
        'AWS::Lambda::Permission',
      ]),
    );
  });
});

describe('The template of 40 users', () => {
  const many = templateOf(usersStack(manyUsers(40)));

  test('has 41 dynamic references, of 60 that a template takes', () => {
    expect(text(many).match(/\{\{resolve:secretsmanager:/g)).toHaveLength(41);
  });
});
