/**
 * The rehearsal's users as a deploy creates them and as ElastiCache's API shows them, and what that
 * API refuses, with the real AWS SDK.
 */

import {
  DescribeReplicationGroupsCommand,
  DescribeUserGroupsCommand,
  DescribeUsersCommand,
  ModifyReplicationGroupCommand,
  ModifyUserGroupCommand,
} from '@aws-sdk/client-elasticache';
import { overTls } from '../../rehearsal/redis/probe';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { both, fresh, refusal, UsersClient } from '../support/users-client';
import { APP, usersBlueprint } from '../support/users-template';

let local: LocalDeployment;
let users: UsersClient;

beforeEach(async () => {
  local = await startLocally({
    blueprint: usersBlueprint(),
    timing: { delayMs: 400, perNodeMs: 5 },
  });
  users = new UsersClient(local.deployment);
});

afterEach(async () => {
  await local.deployment.stop();
});

describe('A deploy creates the users of the template', () => {
  test('each logs in with its own secret only, and is held to its access string', async () => {
    expect(await users.seen('app', users.current('app'))).toEqual(both('PONG'));
    expect(await users.seen('reports', users.current('reports'))).toEqual(both('PONG'));
    expect(await users.seen('app', users.current('reports'))).toEqual(both('WRONGPASS'));
    expect(await users.seen('reports', users.current('app'))).toEqual(both('WRONGPASS'));
    expect(await users.seen('default', users.current('app'))).toEqual(both('WRONGPASS'));
    const asApp = async (...command: readonly string[]) =>
      (await users.seen('app', users.current('app'), command))[0];
    expect(await asApp('SET', 'app:1', 'x')).toBe('OK');
    expect(await asApp('SET', 'other:1', 'x')).toBe('NOPERM');
    expect(await asApp('FLUSHALL')).toBe('NOPERM');
    expect(await asApp('CONFIG', 'GET', 'maxmemory')).toBe('NOPERM');
    const asReports = async (...command: readonly string[]) =>
      (await users.seen('reports', users.current('reports'), command))[0];
    expect(await asReports('GET', 'app:1')).toBe('x');
    expect(await asReports('SET', 'app:1', 'y')).toBe('NOPERM');
  });

  test('no command runs without a login', async () => {
    const { nodes, certificates } = local.deployment;
    const answers = nodes.map((node) => overTls(node, { ca: certificates.caPem }, [['PING']]));
    expect(await Promise.all(answers)).toEqual(both('NOAUTH'));
  });

  test('the function gets users, ids and secrets in its environment', () => {
    expect(local.deployment.blueprint.rotation.environment).toEqual({
      REPLICATION_GROUP_ID: 'test-group',
      SECRET_ARN_PREFIX: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:',
      ACCESS_SECRET: 'Access-Rhrsal',
      ACCESS_DIGEST: expect.stringMatching(/^[\w-]{43}$/),
      USERS: 'app=test-app=Secretapp-Rhrsal,reports=test-reports=Secretreports-Rhrsal',
      ROTATION_DAYS: '90',
      GRACE_DAYS: '7',
    });
  });

  test('users, group and replication group are shown as ElastiCache shows them', async () => {
    expect(await users.user()).toEqual({
      UserId: 'test-app',
      UserName: 'app',
      Status: 'active',
      Engine: 'valkey',
      MinimumEngineVersion: '7.2',
      AccessString: APP.accessString,
      UserGroupIds: ['test-users'],
      Authentication: { Type: 'password', PasswordCount: 1 },
      ARN: 'arn:aws:elasticache:us-east-1:000000000000:user:test-app',
    });
    expect(await users.group()).toEqual({
      UserGroupId: 'test-users',
      Status: 'active',
      Engine: 'valkey',
      UserIds: ['test-default', 'test-app', 'test-reports'],
      MinimumEngineVersion: '7.2',
      ReplicationGroups: ['test-group'],
      ARN: 'arn:aws:elasticache:us-east-1:000000000000:usergroup:test-users',
    });
    const wanted = new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'test-group' });
    const answer = await users.aws.send(wanted);
    expect(answer.ReplicationGroups?.[0]).toMatchObject({
      Status: 'available',
      AuthTokenEnabled: false,
      UserGroupIds: ['test-users'],
    });
    expect(answer.ReplicationGroups?.[0]?.AuthTokenLastModifiedDate).toBeUndefined();
  });

  test('many users come in pages', async () => {
    const send = (Marker?: string) =>
      users.aws.send(new DescribeUsersCommand({ MaxRecords: 2, Marker }));
    const first = await send();
    expect(first.Users?.map(({ UserId }) => UserId)).toEqual(['test-default', 'test-app']);
    const second = await send(first.Marker);
    expect(second.Users?.map(({ UserId }) => UserId)).toEqual(['test-reports']);
    expect(second.Marker).toBeUndefined();
  });
});

describe('What ElastiCache refuses is refused by its name', () => {
  test('a second change while one runs, of the same user or of another one', async () => {
    await users.setPasswords(fresh());
    expect(await refusal(users.setPasswords(fresh()))).toMatch('InvalidUserStateFault');
    const other = users.modify({ UserId: 'test-reports', Passwords: [fresh()] });
    expect(await refusal(other)).toMatch('InvalidUserGroupStateFault');
    const group = new ModifyUserGroupCommand({ UserGroupId: 'test-users', UserIdsToRemove: [] });
    expect(await refusal(users.aws.send(group))).toMatch('InvalidUserGroupStateFault');
  });

  test('users and groups that do not exist', async () => {
    expect(await refusal(users.modify({ UserId: 'nobody', Passwords: [fresh()] }))).toMatch(
      'UserNotFoundFault: User nobody not found.',
    );
    expect(await refusal(users.user('nobody'))).toMatch('UserNotFoundFault');
    const sent = users.aws.send(new DescribeUserGroupsCommand({ UserGroupId: 'other' }));
    expect(await refusal(sent)).toMatch('UserGroupNotFoundFault');
  });

  test.each([
    ['15 characters', ['fifteen-chars-0']],
    ['129 characters', ['x'.repeat(129)]],
    ['a comma', ['sixteen-characters,']],
    ['a quote', ['sixteen-characters"']],
    ['a slash', ['sixteen-characters/']],
    ['an at sign', ['sixteen-characters@']],
    ['a space', ['sixteen characters']],
    ['an umlaut', ['sixteen-charactersü']],
    ['three of them', ['sixteen-chars-00', 'sixteen-chars-01', 'sixteen-chars-02']],
  ])('passwords: %s', async (_, passwords) => {
    const answer = await refusal(users.setPasswords(...passwords));
    expect(answer).toMatch('InvalidParameterValueException');
    for (const each of passwords) expect(answer).not.toContain(each);
  });

  test.each(['sixteen-chars-00', 'x'.repeat(128), "!#$%&'()*+-.:;<=>?[\\]^_`{|}~"])(
    'not %s',
    async (password) => {
      expect(await refusal(users.setPasswords(password))).toBe('no refusal');
    },
  );

  test('no password at all, and both ways at once', async () => {
    expect(await refusal(users.setPasswords())).toMatch('InvalidParameterCombinationException');
    const sent = users.modify({
      Passwords: [fresh()],
      AuthenticationMode: { Type: 'password', Passwords: [fresh()] },
    });
    expect(await refusal(sent)).toMatch('InvalidParameterCombinationException');
  });

  test.each([
    'on ~* +@all >a-password-of-16-chars',
    'on ~* +@all #0123456789abcdef',
    'on nopass',
    'reset on',
    'on ~* +config',
    'on ~* (+acl|setuser ~x)',
    '',
  ])('the access string "%s"', async (AccessString) => {
    const answer = await refusal(users.modify({ AccessString }));
    expect(answer).toMatch(/^InvalidParameterValueException: Invalid Access String/);
    expect(answer).not.toContain('a-password');
  });

  test('IAM of a user whose name is not its id, and a password for the whole group', async () => {
    expect(await refusal(users.modify({ AuthenticationMode: { Type: 'iam' } }))).toMatch(
      'User Id and User name must be same for authentication type: iam',
    );
    const sent = users.aws.send(
      new ModifyReplicationGroupCommand({
        ReplicationGroupId: 'test-group',
        AuthToken: fresh(),
        AuthTokenUpdateStrategy: 'ROTATE',
        ApplyImmediately: true,
      }),
    );
    expect(await refusal(sent)).toMatch('InvalidParameterCombinationException');
  });
});

describe('A user that logs in by IAM', () => {
  const reports = { UserId: 'reports' };

  beforeEach(() => {
    local.deployment.group.users?.createUser({
      id: 'reports',
      name: 'reports',
      engine: 'valkey',
      accessString: 'on ~* -@all +@read',
      login: 'iam',
      passwords: [],
    });
  });

  test('is shown without a number of passwords', async () => {
    expect((await users.user('reports'))?.Authentication).toEqual({ Type: 'iam' });
  });

  test('takes no password, unless its login becomes one by password, and back', async () => {
    const iam = { Type: 'iam', Passwords: [fresh()] } as const;
    const change = (AuthenticationMode: object) => users.modify({ ...reports, AuthenticationMode });
    expect(await refusal(change({ ...iam }))).toMatch('Password field is not allowed');
    await change({ Type: 'password', Passwords: [fresh()] });
    await local.deployment.group.settled();
    expect((await users.user('reports'))?.Authentication).toEqual({
      Type: 'password',
      PasswordCount: 1,
    });
    await change({ Type: 'iam' });
    await local.deployment.group.settled();
    expect((await users.user('reports'))?.Authentication).toEqual({ Type: 'iam' });
  });
});
