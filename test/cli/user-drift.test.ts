/**
 * What somebody has changed of users and user group is shown by `status`, explained by `recover`,
 * and taken back by `recover --apply` alone, which asks first.
 */

import { randomUUID } from 'node:crypto';
import { userPassword } from '../../rehearsal/aws/user-group';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { runCli } from '../support/run-cli';
import { templateBlueprint } from '../support/template-blueprint';
import { USERS, usersStack } from '../support/users';

const { app, worker } = USERS;

let local: LocalDeployment;

beforeAll(async () => {
  const blueprint = templateBlueprint(undefined, usersStack({ app, worker }));
  local = await startLocally({ blueprint });
}, 60_000);

afterAll(async () => {
  await local?.deployment.stop();
});

const cli = (command: string, ...args: readonly string[]) =>
  runCli(local.deployment.plane, [command, '--cache', 'secure-redis-test', ...args], {});

const group = () => {
  const { users } = local.deployment.group;
  if (users === undefined) throw new Error('the cache has no users');
  return users;
};
const id = (name: string) => group().users.find((each) => each.name === name)?.id ?? '';
const member = (name: string) => group().members.find((each) => each.name === name);

describe('Before any change', () => {
  test('status has the role of each user in words, and no drift', async () => {
    const { out } = await cli('status');
    expect(out).toMatch(/\napp .* reads and writes keys app:\*\n/);
    expect(out).toMatch(/\nworker .* reads and writes keys bull:\*; runs Lua scripts\n/);
    expect(out).not.toContain('drift');
  });

  test('recover finds nothing to do', async () => {
    const { code, out } = await cli('recover');
    expect(out).toBe(
      'no access drift: users and user group are as deployed\n' +
        'rotations and passwords: `recover --user NAME`\n',
    );
    expect(code).toBe(0);
  });
});

describe('After changes by hand', () => {
  let deployed = '';

  beforeAll(async () => {
    deployed = member('app')?.accessString ?? '';
    const other = member('worker');
    group().modifyUser(member('app')?.id ?? '', { accessString: 'on ~* +@all' });
    await group().settled();
    group().modifyUser(member('default')?.id ?? '', { accessString: 'on -@all' });
    await group().settled();
    const passwords = [userPassword('a-password-of-a-stranger')];
    if (other) group().createUser({ ...other, id: 'stranger', name: 'stranger', passwords });
    group().modifyMembers(['stranger'], [other?.id ?? '']);
    await group().settled();
  });

  const SEEN = [
    'access-drift: users or the user group differ from what was deployed',
    '  seen: default may do something else than deployed',
    '  seen:   deployed: off -@all',
    '  seen:   now: on -@all',
    '  seen: app may do something else than deployed',
    '  seen:   deployed: on ~app:* ',
    '  seen:   now: on ~* +@all',
    '  seen: stranger is in the user group, and was not deployed',
    '  seen: worker is not in the user group: nobody can log in as it',
  ];

  test.each(['status', 'recover'])(
    '%s has a line per change, and changes nothing',
    async (command) => {
      const { code, out } = await cli(command);
      for (const line of SEEN) expect(out).toContain(line);
      expect(out).toContain('`recover --apply` without --user gives all of them what was deployed');
      expect(code).toBe(1);
      expect(member('app')?.accessString).toBe('on ~* +@all');
    },
  );

  test('no password is sent to a user that is out of the group', async () => {
    const { out } = await cli('status');
    expect(out).toMatch(/\nuser worker\nuser-locked-out: .*\n.*it is in no user group here\n/);
    expect(out).not.toMatch(/\nuser app\nuser-locked-out/);
    const before = group().user(id('worker')).passwords;
    const { out: checked } = await cli('recover', '--user', 'worker', '--apply', '--yes');
    expect(checked).toContain('user-locked-out');
    expect(group().user(id('worker')).passwords).toBe(before);
  });

  test('recover --apply asks first', async () => {
    const { code, err } = await cli('recover', '--apply');
    expect(err).toContain('this must be confirmed, got no terminal, so nothing was done');
    expect(err).toContain('a user that somebody has switched off on purpose can log in again');
    expect(code).toBe(2);
    expect(member('app')?.accessString).toBe('on ~* +@all');
  });

  test('recover --apply --yes takes them back, without passwords', async () => {
    const before = group().user(member('app')?.id ?? '').passwords;
    const { code, out } = await cli('recover', '--apply', '--yes', '--poll', '0.05');
    expect(out).toContain('no access drift: users and user group are as deployed');
    expect(code).toBe(0);
    expect(member('app')?.accessString).toBe(deployed);
    expect(member('app')?.passwords).toBe(before);
    expect(member('default')?.accessString).toBe('off -@all');
    expect(
      group()
        .members.map(({ name }) => name)
        .sort(),
    ).toEqual(['app', 'default', 'worker']);
  });
});

test('recover --apply takes back a default user of AWS, which is open', async () => {
  const own = member('default');
  if (own) group().createUser({ ...own, id: 'default', accessString: 'on ~* +@all' });
  group().modifyMembers(['default'], [own?.id ?? '']);
  await group().settled();
  const { code, out } = await cli('recover', '--apply', '--yes', '--poll', '0.05');
  expect(out).toContain('no access drift: users and user group are as deployed');
  expect(code).toBe(0);
  expect(member('default')?.id).toBe(own?.id);
});

describe('An edited secret with what was deployed', () => {
  const edited = () => {
    const { secrets, blueprint } = local.deployment;
    const name = blueprint.rotation.environment.ACCESS_SECRET ?? '';
    const arn = `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`;
    const { secretString } = secrets.getValue(arn, {});
    return {
      secretString,
      put: (text: string) => secrets.putValue(arn, randomUUID(), text, ['AWSCURRENT']),
    };
  };

  test('is named, and nothing of it is restored', async () => {
    const { secretString, put } = edited();
    const before = member('app')?.accessString;
    const wider = JSON.parse(secretString);
    for (const user of wider.users) if (user.name === 'app') user.access = 'on ~* +@all';
    put(JSON.stringify(wider));
    const status = await cli('status');
    expect(status.out).toContain('the secret with what was deployed is newer than the function');
    expect(status.code).toBe(1);
    put(JSON.stringify({ ...wider, group: 'users-of-a-stranger' }));
    const { code, out } = await cli('recover', '--apply', '--yes', '--poll', '0.05');
    expect(out).toContain('seen: the secret with what was deployed was edited');
    expect(out).toContain('find who called PutSecretValue or UpdateSecretVersionStage');
    expect([code, member('app')?.accessString]).toStrictEqual([1, before]);
    put(secretString);
    expect((await cli('recover')).out).toContain('no access drift');
  });
});

describe('The user group, detached for one password', () => {
  const TOKEN = 'a-password-that-somebody-has-set';
  const SEEN = /seen: \S+ has no user group and one password; deployed was the /;

  beforeAll(async () => {
    local.deployment.group.detach(TOKEN);
    await local.deployment.group.settled();
  });

  test.each(['status', 'recover'])('%s names it, and changes nothing', async (command) => {
    const { code, out } = await cli(command);
    expect(out).toMatch(SEEN);
    expect(out).toContain('who called ModifyReplicationGroup, ModifyUser or ModifyUserGroup');
    expect([code, local.deployment.group.users]).toStrictEqual([1, undefined]);
  });

  test('recover --apply asks first', async () => {
    const { code, err } = await cli('recover', '--apply');
    expect(err).toContain('attached again by your own credentials (ModifyReplicationGroup)');
    expect([code, local.deployment.group.users]).toStrictEqual([2, undefined]);
  });

  test('recover --apply --yes attaches it, waits for it, and the users log in', async () => {
    const { code, out } = await cli('recover', '--apply', '--yes', '--poll', '0.05');
    expect(out).toContain('no access drift: users and user group are as deployed');
    expect([code, local.deployment.group.isModifying]).toStrictEqual([0, false]);
    expect((await cli('status')).out).toMatch(/\napp +\S+ +2 of 2 accept/);
  });
});
