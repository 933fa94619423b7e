/** Drills of caches with users: CloudFormation undoes a rotation, and several rotate at once. */

import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL } from '../../contract/rotation';
import { type UserGroup, userPassword } from '../aws/user-group';
import type { Drill } from './drill';
import { alarm, type Scene } from './scene';

/** Time for clients to reconnect. */
const CLIENTS_MS = 400;

function groupOf({ deployment }: Scene): UserGroup {
  const { users } = deployment.group;
  if (users === undefined) throw new Error('the cache has no users');
  return users;
}

const STACK_UPDATE: Drill = {
  name: 'user-stack-update',
  access: 'users',
  broke: 'CloudFormation updates a user with the password from before its rotation',
  noticed: ['current-refused'],
  diagnosis: 'current-refused',
  repair: 'the check after the update sends both passwords again',
  whyFailed: 'logins with the current password are refused until the check',
  run: async (scene) => {
    const { login } = scene;
    const group = groupOf(scene);
    const user = group.members.find(({ name }) => name === login.username);
    if (user === undefined) throw new Error('the user of the drill has gone');
    await scene.mustFinish(login.service.begin());
    scene.breaks();
    group.modifyUser(user.id, {
      passwords: [login.credentials(LABEL.previous).password],
    });
    await group.settled();
    await sleep(CLIENTS_MS);
    await scene.diagnose();
    const report = await scene.stackUpdated(user.id);
    if (report?.repaired) scene.notice('current-refused');
    scene.expect(report?.outcome === 'in-grace', `the check repairs it: ${report?.outcome}`);
  },
};

const STRANGER = 'stranger';

const DRIFT: Drill = {
  name: 'user-drift',
  access: 'users',
  broke: 'somebody gives a user every right, and adds a user to the group',
  noticed: [alarm('AccessDrift')],
  repair: '`recover --apply`: rights and members as deployed',
  run: async (scene) => {
    const group = groupOf(scene);
    const user = group.members.find(({ name }) => name === scene.login.username);
    if (user === undefined) throw new Error('the user of the drill has gone');
    scene.breaks();
    group.modifyUser(user.id, { accessString: 'on ~* &* -@all +@all' });
    await group.settled();
    const passwords = [userPassword('a-password-of-a-stranger')];
    group.createUser({ ...user, id: STRANGER, name: STRANGER, passwords });
    group.modifyMembers([STRANGER], []);
    await group.settled();
    scene.expect(
      (await driftsOf(scene, 'daily')) === 'access-string, foreign-member',
      'both found',
    );
    scene.expect((await driftsOf(scene, 'restore')) === '', 'both are taken back');
    const restored = group.user(user.id);
    scene.expect(restored.accessString === user.accessString, 'the user has its rights');
    scene.expect(restored.passwords === user.passwords, 'no password was sent');
    scene.expect(!group.members.some(({ id }) => id === STRANGER), 'the stranger has gone');
    scene.deployment.clock.passDays(2);
    scene.expect((await driftsOf(scene, 'daily')) === '', 'nothing is found on the next day');
  },
};

const TOKEN = 'a-password-that-somebody-has-set';

const DETACHED: Drill = {
  name: 'user-group-detached',
  access: 'users',
  broke: 'somebody detaches the user group and sets one password',
  noticed: [alarm('LoginRefused'), alarm('AccessDrift')],
  diagnosis: 'user-locked-out',
  repair: '`recover --apply`: the operator attaches the user group',
  whyFailed: 'logins of every user are refused until the user group is attached',
  run: async (scene) => {
    const { group } = scene.deployment;
    const users = groupOf(scene);
    const before = users.members.map(({ passwords }) => passwords);
    scene.breaks();
    group.detach(TOKEN);
    await group.settled();
    await sleep(CLIENTS_MS);
    scene.expect((await driftsOf(scene, 'daily')) === 'not-attached', 'it is found');
    await scene.diagnose();
    scene.expect((await driftsOf(scene, 'restore')) === 'not-attached', 'the function may not');
    group.attach(users.id);
    await group.settled();
    scene.expect((await driftsOf(scene, 'daily')) === '', 'nothing is left');
    const after = users.members.map(({ passwords }) => passwords);
    const isKept = after.every((passwords, index) => passwords === before[index]);
    scene.expect(isKept, 'no password was sent');
  },
};

/** The kinds of changes that the function finds, or that are left. */
async function driftsOf(scene: Scene, dailyCheck: 'daily' | 'restore'): Promise<string> {
  const { access } = await scene.checkUsers(dailyCheck);
  if (access === undefined || 'error' in access) return 'failed';
  return access.drifts.map(({ kind }) => kind).join(', ');
}

const AT_ONCE: Drill = {
  name: 'users-at-once',
  access: 'users',
  broke: 'nothing: every user rotates at once, while a user is being modified',
  noticed: [],
  repair: 'none',
  run: async (scene) => {
    const { logins } = scene.deployment;
    const group = groupOf(scene);
    const [first] = group.members;
    scene.breaks();
    // The same access string: a change without an effect, which takes its time.
    if (first) group.modifyUser(first.id, { accessString: first.accessString });
    const done = await Promise.all(logins.map(({ service }) => service.rotate()));
    scene.expect(!done.includes(false), 'every rotation completes');
  },
};

export const USER_DRILLS: readonly Drill[] = [STACK_UPDATE, DRIFT, DETACHED, AT_ONCE];
