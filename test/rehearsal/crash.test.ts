/**
 * Proves on real servers, with the real bundle and real kills, what the model proves in general:
 * each AWS call of a rotation is lost once before it happens and once after, the process is
 * killed, and Secrets Manager repeats, or the operator takes the rotation back and starts anew.
 * After every call and every change, every node accepts AWSCURRENT.
 */

import { LABEL } from '../../contract/rotation';
import { newPassword } from '../../lambda/rotation/new-password';
import { Watch } from '../../rehearsal/checks/watch';
import { keptLogins } from '../support/kept-logins';
import { type LocalDeployment, startLocally } from '../support/local-deployment';

/** The fewest calls that a rotation makes; more only if the cache takes longer than one look. */
const CALLS = 19;
const ATTEMPTS_MAX = 6;
const TIMEOUT_MS = 300_000;

type Moment = 'before' | 'after';
type Recovery = 'retry' | 'cancel';

const CASES = (['before', 'after'] as const).flatMap((moment) =>
  (['retry', 'cancel'] as const).map((recovery) => [moment, recovery] as const),
);

let local: LocalDeployment;
let watch: Watch;
const logins = keptLogins();

beforeAll(async () => {
  local = await startLocally();
  watch = new Watch(local.deployment, 'default', logins.ask);
});

afterAll(async () => {
  logins.end();
  await local.deployment.stop();
});

/** Kills the function at its n-th call from now, once. The call's answer never comes. */
function killAt(call: number, moment: Moment): () => boolean {
  const { plane, rotation } = local.deployment;
  const first = plane.calls;
  let killed = false;
  const kill = async (index: number) => {
    if (killed || index !== first + call) return;
    killed = true;
    rotation.kill();
    if (moment === 'before') await new Promise(() => undefined);
  };
  plane.hooks = {
    before: async ({ index }) => (moment === 'before' ? kill(index) : undefined),
    after: async ({ index }) => {
      await watch.look();
      if (moment === 'after') await kill(index);
    },
  };
  return () => killed;
}

/** Runs a rotation to its end, as Secrets Manager and the operator do. */
async function finish(recovery: Recovery): Promise<boolean> {
  const { service, secrets, secretArn } = local.deployment;
  let versionId = service.begin();
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    if (await service.attempt(versionId, attempt)) return true;
    const isCurrent = secrets.holderOf(secretArn, LABEL.current) === versionId;
    if (recovery === 'cancel' && attempt === 1 && !isCurrent) {
      service.abandon(versionId);
      versionId = service.begin();
    }
  }
  return false;
}

test('a rotation without faults makes 19 calls, and no login fails', async () => {
  const { deployment } = await startLocally();
  expect(await deployment.service.rotate()).toBe(true);
  expect(deployment.plane.calls - deployment.plane.polls).toBe(CALLS);
  const refused = await Promise.all(deployment.nodes.map((node) => node.refusedLogins()));
  expect(refused).toStrictEqual([0, 0]);
  await deployment.stop();
});

test('a look tells of a node that refuses AWSCURRENT, and only then', async () => {
  const { deployment } = local;
  const { password } = deployment.credentials();
  const looks = new Watch(deployment, 'default', logins.ask);
  await looks.look();
  expect(looks.refusals).toStrictEqual([]);
  await deployment.nodes[1]?.setPasswords([newPassword()]);
  await looks.look();
  expect(looks.refusals).toStrictEqual(['WRONGPASS']);
  await deployment.nodes[1]?.setPasswords([password]);
  await looks.look();
  expect(looks.refusals).toHaveLength(1);
});

describe('Every call is lost once, and every node accepts AWSCURRENT all the time', () => {
  test.each(CASES)(
    '%s it happens, then %s',
    async (moment, recovery) => {
      const begun = watch.moments;
      let kills = 0;
      for (let call = 1; call <= CALLS; call++) {
        const wasKilled = killAt(call, moment);
        const before = local.deployment.credentials().password;
        expect(await finish(recovery)).toBe(true);
        await watch.look();
        kills += wasKilled() ? 1 : 0;
        expect(local.deployment.credentials().password.equals(before)).toBe(false);
      }
      expect(watch.refusals).toStrictEqual([]);
      expect(kills).toBe(CALLS);
      expect(watch.moments - begun).toBeGreaterThan(CALLS * CALLS);
    },
    TIMEOUT_MS,
  );
});
