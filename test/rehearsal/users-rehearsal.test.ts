/** The rehearsal of the real template with users passes each check, with one line per user. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Role } from '../../lib';
import { Transcript } from '../../rehearsal/checks/transcript';
import { userRights } from '../../rehearsal/checks/user-rights';
import type { RehearsalResult } from '../../rehearsal/rehearse';
import { rehearseUsers } from '../../rehearsal/rehearse-users';
import { UserTraffic, workOf } from '../../rehearsal/traffic/user-traffic';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { templateBlueprint } from '../support/template-blueprint';
import { USERS, usersStack } from '../support/users';

const { app, reports } = USERS;

let local: LocalDeployment;
let result: RehearsalResult;
const printed: string[] = [];

beforeAll(async () => {
  const users = { app, reports, etl: Role.readWrite({ keys: ['etl:*'] }).iam() };
  const blueprint = templateBlueprint(undefined, usersStack(users));
  const { access } = blueprint;
  if (access.kind !== 'users') throw new Error('no users');
  local = await startLocally({ blueprint });
  const transcript = new Transcript((line) => {
    printed.push(line);
    noteOutput(line);
  });
  result = await rehearseUsers(local.deployment, access, transcript, local.lines);
}, 120_000);

afterAll(async () => {
  await local?.deployment.stop();
});

test('every check passes', () => {
  expect(result.checks.filter(({ pass }) => !pass)).toStrictEqual([]);
  expect(result.checks.map(({ id }) => id)).toStrictEqual([
    'first-rotation',
    'no-password',
    'wrong-password',
    'right-password',
    'plaintext',
    'foreign-certificate',
    'foreign-name',
    'old-tls',
    'admin-commands',
    'loopback',
    'parameters',
    'url',
    'own-secret-only',
    'default-refused',
    'roles',
    'iam-login',
    'iam-refused',
    'iam-roles',
    'rotation',
    'no-failed-command',
    'always-accepted',
    'no-failed-login',
    'few-calls',
    'iam-renewed',
    'previous-accepted',
    'initial-refused',
    'daily-check',
    'daily-check-metrics',
    'previous-revoked',
    'current-kept',
    'no-leak',
  ]);
});

test('each user has figures, and one line in the table at the end', () => {
  expect(result.rotations.map(({ user, failed }) => [user, failed])).toEqual([
    ['app', 0],
    ['reports', 0],
  ]);
  for (const { commands, reconnects } of result.rotations) {
    expect(commands).toBeGreaterThan(50);
    expect(reconnects).toBeGreaterThan(2);
  }
  const table = printed.slice(printed.findIndex((line) => line.endsWith('users')) + 1);
  expect(table).toEqual([
    expect.stringMatching(/^ +user +rotated +calls +commands +failed +refused by its role$/),
    expect.stringMatching(/^ +app +\d+\.\d s +\d+ +\d+ +0 +FLUSHALL, GET outside-of-the-role$/),
    expect.stringMatching(/^ +reports +\d+\.\d s +\d+ +\d+ +0 +FLUSHALL$/),
    expect.stringMatching(/^ +etl-\w{8} +by IAM +- +\d+ +0 +FLUSHALL, GET outside-of-the-role$/),
  ]);
});

test('traffic of a user whose password is replaced fails, and only that of this user', async () => {
  const categories = new Map([
    ['get', ['@read']],
    ['set', ['@write']],
  ]);
  const works = [
    workOf('app', userRights('on ~app:* +@read +@write', categories)),
    workOf('reports', userRights('on ~* +@read', categories)),
  ];
  expect(works.map(({ sends }) => sends)).toEqual(['SET, GET', 'GET']);
  const traffic = new UserTraffic(local.deployment, works);
  await sleep(200);
  for (const node of local.deployment.nodes) await node.admin('ACL', 'SETUSER', 'app', 'resetpass');
  await sleep(1_000);
  const { failures } = await traffic.stop();
  expect(failures).toContain('WRONGPASS');
  expect(traffic.figures('app').failed).toBeGreaterThan(0);
  expect(traffic.figures('reports').failed).toBe(0);
});
