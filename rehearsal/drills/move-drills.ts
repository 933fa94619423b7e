/**
 * Drills of a move between one password and users: a second cache beside the first, to which one
 * client after the other goes by its connection string (docs/move-to-users.md).
 *
 * Each client sends commands all the time, and retries nothing. The second cache starts empty: its
 * data is not part of the drill.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../aws/deployment';
import { rightsByUser } from '../checks/user-checks';
import { logIn } from '../redis/probe';
import { HabitClient } from '../traffic/habits';
import { type Lane, Traffic } from '../traffic/traffic';
import { urlIn } from '../traffic/traffic-client';
import { type UserWork, workOf } from '../traffic/user-traffic';
import type { Drill } from './drill';
import type { Scene } from './scene';

const COMMANDS_PER_CONNECTION = 25;
const PAUSE_MS = 5;
const LOOKS_MAX = 1_000;
const LOOK_PAUSE_MS = 10;

/** An application whose connection string can be changed. */
interface Mover extends Lane {
  readonly username: string;
  readonly place: { at: Deployment };
}

const PASSWORD_TO_USERS: Drill = {
  name: 'password-to-users',
  beside: 'users',
  isTrafficOwn: true,
  broke: 'nothing: clients move from a cache with one password to one with users',
  noticed: [],
  repair: 'none',
  run: move,
};

const USERS_TO_PASSWORD: Drill = {
  name: 'users-to-password',
  access: 'users',
  beside: 'password',
  isTrafficOwn: true,
  broke: 'nothing: clients move from a cache with users to one with one password',
  noticed: [],
  repair: 'none',
  run: move,
};

async function move(scene: Scene): Promise<void> {
  const { deployment: old } = scene;
  scene.breaks();
  const fresh = await scene.startBeside();
  await checkLogins(scene, fresh);
  const movers = await moversOf(old, fresh);
  const traffic = new Traffic({ lanes: movers, pauseMs: PAUSE_MS });
  try {
    const [first, ...others] = movers;
    if (first === undefined) throw new Error('the cache with users has no user that rotates');
    await until(async () => movers.every(({ client }) => client.connects > 0));
    await goTo(first, fresh);
    scene.expect(await isLeft(old, movers), 'clients that did not move use the first cache');
    // Both kinds of clients, while both caches rotate.
    await scene.mustFinish(old.logins[0]?.service.begin() ?? '');
    scene.expect((await fresh.logins[0]?.service.rotate()) === true, 'the second cache rotates');
    // The way back, which stays open until the first cache is deleted.
    await goTo(first, old);
    for (const mover of [first, ...others]) await goTo(mover, fresh);
    await until(async () => !(await isLeft(old, movers)));
    scene.expect(!(await isLeft(old, movers)), 'no client is left on the first cache');
  } finally {
    scene.passwords.push(...fresh.logins.map((login) => login.credentials().password));
    const { commands, failed, failures } = await traffic.stop();
    scene.expect(failed === 0, `these clients lose no command: ${failures.join(', ')}`);
    scene.others.commands += commands;
    scene.others.failed += failed;
  }
}

/** Before a client moves: every node of the second cache accepts each password. */
async function checkLogins(scene: Scene, { logins, nodes, certificates }: Deployment) {
  for (const login of logins) {
    const { username, password } = login.credentials();
    const seen = await Promise.all(
      nodes.map((node) => logIn(node, certificates.caPem, username, password)),
    );
    const isIn = seen.every((each) => each === 'PONG');
    scene.expect(isIn, `the second cache accepts ${username}: ${seen.join(', ')}`);
  }
}

/** One application per user, on the first cache. It sends what its role allows on both. */
async function moversOf(old: Deployment, fresh: Deployment): Promise<readonly Mover[]> {
  const withUsers = old.blueprint.access.kind === 'users' ? old : fresh;
  const { access } = withUsers.blueprint;
  if (access.kind !== 'users') throw new Error('neither cache has users');
  const rights = await rightsByUser(withUsers, access);
  return Array.from(rights, ([username, each]) => moverOf(workOf(username, each), old));
}

function moverOf({ username, send }: UserWork, old: Deployment): Mover {
  const place = { at: old };
  const client = new HabitClient('re-read', {
    // Here each cache has an authority of its own; in AWS one has signed for both.
    get ca() {
      return place.at.certificates.caPem;
    },
    get isSharded() {
      return place.at.blueprint.topology.isSharded;
    },
    readUrl: () => {
      const isOfUsers = place.at.blueprint.access.kind === 'users';
      return urlIn(place.at.login(isOfUsers ? username : 'default').secretString());
    },
    commandsPerConnection: COMMANDS_PER_CONNECTION,
    send,
  });
  return { name: username, username, place, client };
}

/** Gives an application the other connection string, and waits until it uses it. */
async function goTo({ place, client }: Mover, to: Deployment): Promise<void> {
  place.at = to;
  // One connection may have begun before.
  const wanted = client.connects + 2;
  await until(async () => client.connects >= wanted);
}

/** Whether a client of an application is connected to a cache. */
async function isLeft({ nodes, blueprint }: Deployment, movers: readonly Mover[]) {
  const isOfUsers = blueprint.access.kind === 'users';
  const names = isOfUsers ? movers.map(({ username }) => username) : ['default'];
  const lists = await Promise.all(nodes.map((node) => node.admin('CLIENT', 'LIST')));
  return names.some((name) => lists.some((list) => String(list).includes(` user=${name} `)));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < LOOKS_MAX && !(await isSo()); look++) await sleep(LOOK_PAUSE_MS);
}

export const MOVE_DRILLS: readonly Drill[] = [PASSWORD_TO_USERS, USERS_TO_PASSWORD];
