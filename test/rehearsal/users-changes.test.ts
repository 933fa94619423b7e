/** Changes of users reach the real nodes of the rehearsal: passwords, access strings, members. */

import { ModifyUserGroupCommand } from '@aws-sdk/client-elasticache';
import { Password } from '../../contract/password';
import { SecretText } from '../../contract/secret-text';
import { failOverDeployment } from '../../rehearsal/aws/failover';
import { checkLeaks } from '../../rehearsal/checks/leak-check';
import type { RedisNode } from '../../rehearsal/redis/redis-node';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { both, fresh, refusal, UsersClient } from '../support/users-client';
import { usersBlueprint } from '../support/users-template';

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

describe('A change of passwords replaces the list, node after node', () => {
  test('it is shown while it runs; then every node accepts exactly the new list', async () => {
    const [old, next, third] = [users.current('app'), fresh(), fresh()];
    await users.setPasswords(next, old);
    expect(await users.user()).toMatchObject({
      Status: 'modifying',
      Authentication: { PasswordCount: 2 },
    });
    expect(await users.user('test-reports')).toMatchObject({ Status: 'active' });
    expect(await users.group()).toMatchObject({ Status: 'modifying' });
    await local.deployment.group.settled();
    expect(await users.user()).toMatchObject({ Status: 'active' });
    for (const each of [old, next]) expect(await users.seen('app', each)).toEqual(both('PONG'));
    await users.setPasswords(third);
    await local.deployment.group.settled();
    expect(await users.user()).toMatchObject({ Authentication: { PasswordCount: 1 } });
    for (const each of [old, next])
      expect(await users.seen('app', each)).toEqual(both('WRONGPASS'));
    expect(await users.seen('app', third)).toEqual(both('PONG'));
    expect(await users.seen('reports', users.current('reports'))).toEqual(both('PONG'));
  });

  test('Passwords without a mode do the same', async () => {
    const next = fresh();
    await users.modify({ Passwords: [next] });
    await local.deployment.group.settled();
    expect(await users.seen('app', next)).toEqual(both('PONG'));
  });

  test('the status can read active too early, and a node can lag', async () => {
    const { group, nodes } = local.deployment;
    const replica = nodes[1] as RedisNode;
    if (group.users) group.users.showsActive = true;
    group.lagging.add(replica);
    const next = fresh();
    await users.setPasswords(next);
    expect(await users.user()).toMatchObject({ Status: 'active' });
    expect(await users.group()).toMatchObject({ Status: 'active' });
    await group.settled();
    expect(await users.seen('app', next)).toEqual(['PONG', 'WRONGPASS']);
    await group.catchUp(replica);
    expect(await users.seen('app', next)).toEqual(both('PONG'));
  });

  test('a new node and a promoted node have the users too', async () => {
    const next = fresh();
    await users.setPasswords(next);
    const { deployment } = local;
    await deployment.group.settled();
    await deployment.replace(deployment.nodes[1] as RedisNode);
    await failOverDeployment(deployment);
    expect(await users.seen('app', next)).toEqual(both('PONG'));
    expect(await users.seen('app', users.current('app'))).toEqual(both('WRONGPASS'));
    expect(await users.seen('app', next, ['FLUSHALL'])).toEqual(both('NOPERM'));
  });

  test('no password is in a process list', async () => {
    const next = fresh();
    await users.setPasswords(next, users.current('app'));
    await local.deployment.group.settled();
    const passwords = [next, users.current('app'), users.current('reports')].map((each) =>
      Password.of(each),
    );
    expect(checkLeaks([], passwords)).toMatchObject({ pass: true });
  });
});

describe('Access strings and members can be changed out of band', () => {
  test('a wider access string is in force, without restricted commands', async () => {
    await users.modify({ AccessString: 'on ~* +@all (+@all ~*)' });
    await local.deployment.group.settled();
    expect(await users.seen('app', users.current('app'), ['SET', 'other:1', 'x'])).toEqual([
      'OK',
      'READONLY',
    ]);
    expect(await users.seen('app', users.current('app'), ['CONFIG', 'GET', 'save'])).toEqual(
      both('NOPERM'),
    );
    expect(await users.seen('app', users.current('app'), ['ACL', 'SETUSER', 'x'])).toEqual(
      both('NOPERM'),
    );
  });

  test('a user that joins can log in; one that leaves cannot', async () => {
    const { users: members } = local.deployment.group;
    const password = fresh();
    members?.createUser({
      id: 'intruder',
      name: 'intruder',
      engine: 'valkey',
      accessString: 'on ~* +@all',
      login: 'password',
      passwords: [SecretText.of(password)],
    });
    const change = (input: object) =>
      users.aws.send(new ModifyUserGroupCommand({ UserGroupId: 'test-users', ...input }));
    await change({ UserIdsToAdd: ['intruder'], UserIdsToRemove: ['test-reports'] });
    await local.deployment.group.settled();
    expect(await users.seen('intruder', password)).toEqual(both('PONG'));
    expect(await users.seen('reports', users.current('reports'))).toEqual(both('WRONGPASS'));
    expect((await users.group())?.UserIds).toEqual(['test-default', 'test-app', 'intruder']);
    const without = change({ UserIdsToRemove: ['test-default'] });
    expect(await refusal(without)).toMatch('DefaultUserRequired');
    const twice = change({ UserIdsToAdd: ['intruder'] });
    expect(await refusal(twice)).toMatch('DuplicateUserNameFault');
  });
});
