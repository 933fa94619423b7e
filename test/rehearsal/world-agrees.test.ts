/**
 * The model of the cache agrees with real servers after the same changes, and the assumptions about
 * Redis hold.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Password } from '../../contract/password';
import { logIn, overTls } from '../../rehearsal/redis/probe';
import { type LocalDeployment, startLocally } from '../support/local-deployment';
import { World } from '../support/world';

let local: LocalDeployment;

beforeEach(async () => {
  local = await startLocally();
});

afterEach(async () => {
  await local.deployment.stop();
});

/** Which of the passwords each real node accepts. */
async function accepted(passwords: readonly Password[]): Promise<boolean[][]> {
  const { nodes, certificates } = local.deployment;
  const rows = nodes.map((node) =>
    Promise.all(
      passwords.map(async (password) => {
        const seen = await logIn(node, certificates.caPem, 'default', password);
        if (seen !== 'PONG' && seen !== 'WRONGPASS') throw new Error(`unexpected: ${seen}`);
        return seen === 'PONG';
      }),
    ),
  );
  return Promise.all(rows);
}

const made = (name: string) => Password.of(`password-${name}-0000000000`);

const A = made('a');
const B = made('b');

describe('The model of the cache agrees with real servers', () => {
  // The model makes its own first password; each change is given by name.
  test.each([
    ['one ROTATE', ['rotate a'], [true, true, false]],
    ['two ROTATEs push out the first password', ['rotate a', 'rotate b'], [false, true, true]],
    ['the same ROTATE again changes nothing', ['rotate a', 'rotate a'], [true, true, false]],
    ['SET leaves one', ['rotate a', 'set a'], [false, true, false]],
    ['ROTATE after SET keeps it', ['rotate a', 'set a', 'rotate b'], [false, true, true]],
  ])('%s', async (_, changes, expected) => {
    // A cache just deployed, where ROTATE with a known password is a no-op; then every pick is 0.
    const picks = [1, 1];
    const pick = () => picks.shift() ?? 0;
    const world = new World({
      pick,
      faultsMax: 0,
      crashAtReads: false,
      searchLogs: false,
      dailyChecksMax: 0,
      foreign: false,
      takenBack: false,
    });
    // The table pushes out the current password on purpose, which the world would report.
    world.check = () => undefined;
    const modelled = world.values.get('v0')?.password ?? made('none');
    const { group } = local.deployment;
    for (const change of changes) {
      const [strategy, name = ''] = change.split(' ');
      const password = made(name);
      const known = name === 'a' ? A : B;
      if (strategy === 'set') world.set(known);
      else world.ask(known);
      await world.ports().clock.wait(10);
      await world.ports().clock.wait(10);
      await world.ports().clock.wait(10);
      await group.settled();
      try {
        group.modify(strategy === 'set' ? 'SET' : 'ROTATE', password.reveal());
      } catch (error) {
        expect((error as Error).message).toBe('No modifications were requested');
      }
      await group.settled();
    }
    const inModel = [0, 1].map((node) => [modelled, A, B].map((each) => world.accepts(node, each)));
    const first = local.deployment.initialPassword();
    expect(await accepted([first, made('a'), made('b')])).toStrictEqual([expected, expected]);
    expect(inModel).toStrictEqual([expected, expected]);
  });
});

describe('Redis is as we take it to be', () => {
  test('a change of one node is none of the other: passwords are not replicated', async () => {
    const [primary] = local.deployment.nodes;
    await primary?.setPasswords([A]);
    expect(await accepted([A])).toStrictEqual([[true], [false]]);
  });

  test('three passwords at once would be accepted, so it is us who keep to two', async () => {
    const [primary] = local.deployment.nodes;
    await primary?.setPasswords([A, B, made('c')]);
    expect((await accepted([A, B, made('c')]))[0]).toStrictEqual([true, true, true]);
  });

  test('an open connection outlives its password, so only new ones prove anything', async () => {
    const { nodes, certificates } = local.deployment;
    const [primary] = nodes;
    if (!primary) throw new Error('there is no node');
    await primary.setPasswords([A]);
    // BLPOP keeps the connection waiting while the password goes.
    const waiting = overTls(primary, { ca: certificates.caPem }, [
      ['AUTH', 'default', A.reveal()],
      ['BLPOP', 'nothing', '0.4'],
      ['PING'],
    ]);
    await sleep(150);
    await primary.setPasswords([B]);
    expect(await waiting).toBe('PONG');
    expect(await logIn(primary, certificates.caPem, 'default', A)).toBe('WRONGPASS');
  });
});
