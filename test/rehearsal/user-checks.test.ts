/** The checks of users pass on the real template, and each detects its fault. */

import { Role } from '../../lib/access/role';
import type { UsersAccess } from '../../rehearsal/aws/access-blueprint';
import {
  checkDefaultUser,
  checkOtherSecrets,
  checkRoles,
  rightsByUser,
} from '../../rehearsal/checks/user-checks';
import { forbiddenTo, userRights } from '../../rehearsal/checks/user-rights';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { templateBlueprint } from '../support/template-blueprint';
import { USERS, usersStack } from '../support/users';

let local: LocalDeployment;
let access: UsersAccess;

beforeAll(async () => {
  const users = { ...USERS, operator: Role.admin({ reason: 'test' }) };
  const blueprint = templateBlueprint(undefined, usersStack(users));
  if (blueprint.access.kind !== 'users') throw new Error('no users');
  access = blueprint.access;
  local = await startLocally({ blueprint });
}, 60_000);

afterAll(async () => {
  await local?.deployment.stop();
});

const nodes = () => local.deployment.nodes;

describe('The checks pass on the real template', () => {
  test('secrets, the default user, roles', async () => {
    const { deployment } = local;
    expect(await checkOtherSecrets(deployment)).toMatchObject({
      pass: true,
      detail: '4 users on 2 nodes: WRONGPASS',
    });
    expect(await checkDefaultUser(deployment, access)).toMatchObject({ pass: true });
    const rights = await rightsByUser(deployment, access);
    expect(await checkRoles(deployment, rights)).toMatchObject({
      pass: true,
      detail: '4 users on 2 nodes: NOPERM',
    });
    expect(Array.from(rights, ([name, each]) => [name, forbiddenTo(each)])).toEqual([
      ['app', [['FLUSHALL'], ['GET', 'outside-of-the-role']]],
      ['worker', [['FLUSHALL'], ['GET', 'outside-of-the-role']]],
      ['reports', [['FLUSHALL']]],
      ['operator', [['CONFIG', 'GET', 'maxmemory']]],
    ]);
  });
});

describe('Each check detects its fault', () => {
  afterEach(async () => {
    for (const node of nodes()) await local.deployment.group.users?.equip(node);
  });

  const set = (...rules: readonly string[]) => nodes()[1]?.admin('ACL', 'SETUSER', ...rules);

  test('a user that takes the password of another one', async () => {
    const { password } = local.deployment.login('app').credentials();
    await set('reports', `>${password.reveal()}`);
    expect(await checkOtherSecrets(local.deployment)).toMatchObject({
      pass: false,
      detail: '4 users on 2 nodes: app: WRONGPASS, PONG',
    });
  });

  test('a default user that is on', async () => {
    await set('default', 'on', '+ping');
    expect(await checkDefaultUser(local.deployment, access)).toMatchObject({
      pass: false,
      detail: '2 nodes: WRONGPASS, PONG',
    });
  });

  test.each([
    ['a dangerous command', 'app', '+flushall', 'app: READONLY, NOPERM'],
    ['a foreign key', 'worker', '~*', 'worker: NOPERM, null'],
  ])('a role that allows %s', async (_, user, rule, detail) => {
    const rights = await rightsByUser(local.deployment, access);
    await set(user, rule);
    expect(await checkRoles(local.deployment, rights)).toMatchObject({
      pass: false,
      detail: expect.stringContaining(detail),
    });
  });
});

describe('Rights are read from the access string', () => {
  const categories = new Map([
    ['get', ['@read', '@string', '@fast']],
    ['set', ['@write', '@string', '@slow']],
    ['flushall', ['@write', '@dangerous']],
  ]);

  test.each([
    ['on ~* -@all +@read', { get: true, set: false, flushall: false }],
    ['on ~* +@all -@dangerous', { get: true, set: true, flushall: false }],
    ['on ~* +@write -@dangerous +flushall', { get: false, set: true, flushall: true }],
    ['on allkeys allcommands -SET', { get: true, set: false, flushall: true }],
    ['on ~a:* +get (~b:* +set)', { get: true, set: true, flushall: false }],
    ['on ~* +@all -@string', { get: false, set: false, flushall: true }],
  ])('commands of %s', (accessString, expected) => {
    const { may } = userRights(accessString, categories);
    expect({ get: may('GET'), set: may('SET'), flushall: may('FLUSHALL') }).toEqual(expected);
  });

  test.each([
    ['~app:*', 'app:x', 'app:x', 'outside-of-the-role'],
    ['~*', 'x', 'x', undefined],
    ['%R~app:*', undefined, 'app:x', 'outside-of-the-role'],
    ['%W~app:* %RW~b:*', 'b:x', 'b:x', 'outside-of-the-role'],
    ['~{a}:[jk]?:*:y', '{a}:jx:x:y', '{a}:jx:x:y', 'outside-of-the-role'],
    ['~a\\*b', 'a*b', 'a*b', 'outside-of-the-role'],
    ['~out*', 'outx', 'outx', '0-outside'],
    ['resetchannels', undefined, undefined, 'outside-of-the-role'],
  ])('keys of %s', (rules, write, read, outside) => {
    const { keyFor, keyOutside } = userRights(`on ${rules} +@all`, categories);
    expect([keyFor('write', 'x'), keyFor('read', 'x'), keyOutside]).toEqual([write, read, outside]);
  });

  test('restricted commands are nobody’s', () => {
    expect(userRights('on ~* +@all', categories).may('CONFIG')).toBe(false);
  });
});
