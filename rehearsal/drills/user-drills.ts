/** Drills of caches with users: CloudFormation undoes a rotation, and several rotate at once. */

import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL } from '../../contract/rotation';
import type { UserGroup } from '../aws/user-group';
import type { Drill } from './drill';
import type { Scene } from './scene';

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

export const USER_DRILLS: readonly Drill[] = [STACK_UPDATE, AT_ONCE];
