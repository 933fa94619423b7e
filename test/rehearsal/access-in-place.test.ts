/**
 * What AWS documents of a change between one password and users by ModifyReplicationGroup, on real
 * nodes under traffic: docs/move-to-users.md says why a stack cannot follow it.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeReplicationGroupsCommand,
  ModifyReplicationGroupCommand,
  type ModifyReplicationGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import { SecretText } from '../../contract/secret-text';
import { type CacheUser, UserGroup } from '../../rehearsal/aws/user-group';
import { habitTraffic } from '../../rehearsal/traffic/habits';
import type { Traffic } from '../../rehearsal/traffic/traffic';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { until } from '../support/throughout';
import { both, fresh, refusal, UsersClient } from '../support/users-client';

const CALM_MS = 400;
/** Connections that clients make within a calm phase, of a machine however slow. */
const CALM_RECONNECTS = 4;

let local: LocalDeployment;
let users: UsersClient;

beforeEach(async () => {
  local = await startLocally();
  if (!(await local.deployment.service.rotate())) throw new Error('no first rotation');
  users = new UsersClient(local.deployment);
});

afterEach(async () => {
  await local.deployment.stop();
});

const user = (name: string, accessString: string, password: string): CacheUser => ({
  id: `test-${name}`,
  name,
  engine: 'valkey',
  login: 'password',
  accessString,
  passwords: [SecretText.of(password)],
});

/** Makes a user group, which the cache does not have yet. */
function makeGroup(...members: readonly CacheUser[]): void {
  const { group } = local.deployment;
  group.unattached = new UserGroup({
    id: 'test-users',
    engine: 'valkey',
    users: members,
    rollOut: (change) => group.rollOut(change),
  });
}

async function modify(input: Partial<ModifyReplicationGroupCommandInput>): Promise<void> {
  const { id } = local.deployment.group;
  const all = { ReplicationGroupId: id, ApplyImmediately: true, ...input };
  await users.aws.send(new ModifyReplicationGroupCommand(all));
}

async function shown() {
  const { ReplicationGroups: [group] = [] } = await users.aws.send(
    new DescribeReplicationGroupsCommand({ ReplicationGroupId: local.deployment.group.id }),
  );
  return [group?.Status, group?.AuthTokenEnabled, group?.UserGroupIds ?? []];
}

/** Until the traffic has made some connections, each after some commands. */
async function calm(traffic: Traffic): Promise<void> {
  const before = traffic.reconnects;
  await until(() => traffic.reconnects >= before + CALM_RECONNECTS);
}

const ATTACH: Partial<ModifyReplicationGroupCommandInput> = {
  AuthTokenUpdateStrategy: 'DELETE',
  UserGroupIdsToAdd: ['test-users'],
};
const current = () => local.deployment.credentials().password.reveal();

test('a user `default` with the password keeps its clients, there and back', async () => {
  const { deployment } = local;
  const app = fresh();
  makeGroup(user('default', 'on ~* &* +@all', current()), user('app', 'on ~app:* +@all', app));
  const traffic = habitTraffic(deployment);
  await calm(traffic);
  await modify(ATTACH);
  expect(await shown()).toStrictEqual(['modifying', false, ['test-users']]);
  await deployment.group.settled();
  expect(await shown()).toStrictEqual(['available', false, ['test-users']]);
  await calm(traffic);
  expect(await users.seen('app', app, ['SET', 'app:a', '1'])).toContain('OK');
  expect(await users.seen('default', current())).toEqual(both('PONG'));
  await modify({
    RemoveUserGroups: true,
    AuthToken: current(),
    AuthTokenUpdateStrategy: 'SET',
  });
  await deployment.group.settled();
  expect(await shown()).toStrictEqual(['available', true, []]);
  await calm(traffic);
  expect(await users.seen('app', app)).toEqual(both('WRONGPASS'));
  const { failed, failures, commands, reconnects } = await traffic.stop();
  expect({ failed, failures }).toStrictEqual({ failed: 0, failures: [] });
  expect(Math.min(commands, reconnects)).toBeGreaterThanOrEqual(3 * CALM_RECONNECTS);
});

test('a user `default` that is off, as in the template, refuses every client', async () => {
  makeGroup(user('default', 'off -@all', fresh()), user('app', 'on ~app:* +@all', fresh()));
  const traffic = habitTraffic(local.deployment);
  await sleep(CALM_MS);
  await modify(ATTACH);
  await local.deployment.group.settled();
  await sleep(CALM_MS);
  const { failures } = await traffic.stop();
  // Connections that are open lose their rights, and no new one is accepted.
  expect(failures).toEqual(expect.arrayContaining(['NOPERM', 'WRONGPASS']));
});

test.each<[string, Partial<ModifyReplicationGroupCommandInput>, string]>([
  [
    'the group without DELETE',
    { UserGroupIdsToAdd: ['test-users'] },
    "User group can't be associated with auth token enabled. Pass AuthStrategy delete to proceed.",
  ],
  [
    'DELETE alone',
    { AuthTokenUpdateStrategy: 'DELETE' },
    'Auth token update strategy delete is not supported currently',
  ],
  ['an unknown group', { ...ATTACH, UserGroupIdsToAdd: ['other'] }, 'User group other not found.'],
])('%s is refused', async (_, input, words) => {
  makeGroup(user('default', 'off -@all', fresh()));
  expect(await refusal(modify(input))).toContain(words);
});

test('what the stack or the rotation sends afterwards is refused', async () => {
  makeGroup(user('default', 'on ~* +@all', current()));
  await modify(ATTACH);
  await local.deployment.group.settled();
  expect(await refusal(modify({ AuthToken: fresh() }))).toContain(
    "Auth tokens can't be enabled with a user group already associated. Pass RemoveUserGroups to",
  );
  expect(await local.deployment.service.rotate()).toBe(false);
});
