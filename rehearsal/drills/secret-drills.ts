/** Drills about the secret and those who read it: edited by hand, never read again, for years. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL, RETIRED_PREFIX, ROTATION_ENV } from '../../contract/rotation';
import { graceDaysOf } from '../blueprint';
import { logIn } from '../probe';
import { habitTraffic } from '../traffic/habits';
import type { Traffic } from '../traffic/traffic';
import { type Drill, FAILED_STEP } from './drill';
import type { Scene } from './scene';

/** For clients to make some connections anew. */
const CLIENTS_MS = 400;

const NONSENSE_SECRET: Drill = {
  name: 'nonsense-secret',
  broke: 'somebody edits the current value of the secret',
  noticed: ['SecretMalformed', ...FAILED_STEP],
  diagnosis: 'malformed',
  repair: 'AWSCURRENT goes back; AWSPREVIOUS is taken away',
  whyFailed: 'who reads the secret meanwhile reads nonsense',
  run: async (scene) => {
    const { secrets, secretArn, service } = scene.deployment;
    scene.breaks();
    secrets.putValue(secretArn, randomUUID(), 'nonsense');
    await sleep(CLIENTS_MS);
    await scene.audit('daily');
    await scene.diagnose();
    const edited = secrets.holderOf(secretArn, LABEL.current);
    secrets.moveLabel(secretArn, {
      label: LABEL.current,
      fromVersionId: edited,
      toVersionId: secrets.holderOf(secretArn, LABEL.previous),
    });
    // AWS has put it on the edited one, which the next rotation and every audit would read.
    secrets.moveLabel(secretArn, { label: LABEL.previous, fromVersionId: edited });
    await scene.mustFinish(service.begin());
  },
};

const CUT_OFF: Drill = {
  name: 'cut-off',
  broke: 'a client never reads the secret again, and its password is retired',
  noticed: ['WRONGPASS'],
  diagnosis: 'well',
  repair: 'the client is started anew',
  whyFailed: 'a password that is retired is refused; who re-reads sees 0',
  run: async (scene) => {
    const { service, clock } = scene.deployment;
    const stubborn = stubbornClient(scene);
    await sleep(CLIENTS_MS);
    await scene.mustFinish(service.begin());
    clock.passDays(graceDaysOf(scene.deployment.blueprint) + 1);
    await sleep(CLIENTS_MS);
    scene.expect(stubborn.failed === 0, 'until then it works');
    scene.breaks();
    const report = await scene.audit('daily');
    scene.expect(report?.outcome === 'retired', `the audit retires it: ${report?.outcome}`);
    await sleep(CLIENTS_MS);
    const { commands, failed, failures } = await stubborn.stop();
    if (failures.includes('WRONGPASS')) scene.notice('WRONGPASS');
    scene.others.commands += commands;
    scene.others.failed += failed;
    await scene.diagnose();
    const again = stubbornClient(scene);
    await sleep(CLIENTS_MS);
    const after = await again.stop();
    scene.expect(after.commands > 0 && after.failed === 0, 'started anew it works');
  },
};

/** Reads the secret when it starts and never after. */
function stubbornClient({ deployment }: Scene): Traffic {
  return habitTraffic(deployment, ['reconnect']);
}

const ROTATIONS = 40;

const TEN_YEARS: Drill = {
  name: 'ten-years',
  broke: `nothing: ${ROTATIONS} rotations, with audits between`,
  noticed: [],
  repair: 'none',
  pace: {
    timing: { delayMs: 1, perNodeMs: 1 },
    pollIntervalMs: 10,
    quietMs: 30,
    traffic: { pauseMs: 5, commandsPerConnection: 3 },
  },
  run: async (scene) => {
    const { clock, service, blueprint } = scene.deployment;
    const days = Number(blueprint.rotation.environment[ROTATION_ENV.rotationDays]);
    const graceDays = graceDaysOf(scene.deployment.blueprint);
    scene.breaks();
    for (let rotation = 1; rotation <= ROTATIONS; rotation++) {
      await scene.mustFinish(service.begin());
      await checkPasswords(scene, 2);
      // As an application does within the grace, of which only an instant passes here.
      await scene.clientsReread();
      clock.passDays(Math.min(graceDays + 1, days));
      const report = await scene.audit('daily');
      scene.expect(report?.outcome === 'retired', `audit ${rotation}: ${report?.outcome}`);
      await checkPasswords(scene, 1);
      checkLabels(scene);
      clock.passDays(Math.max(0, days - graceDays - 1));
      await scene.audit('daily');
      if (scene.faults.length > 0) return;
    }
  },
};

/** Every node accepts so many passwords, and that of the secret is one of them. */
async function checkPasswords(scene: Scene, wanted: number): Promise<void> {
  const { deployment } = scene;
  const { nodes, certificates } = deployment;
  const { username, password } = deployment.credentials();
  for (const node of nodes) {
    const user = (await node.admin('ACL', 'GETUSER', 'default')) as readonly unknown[];
    const { length } = user[user.indexOf('passwords') + 1] as readonly unknown[];
    scene.expect(length === wanted, `a node accepts ${wanted} passwords: ${length}`);
    const current = await logIn(node, certificates.caPem, username, password);
    scene.expect(current === 'PONG', `a node accepts the current password: ${current}`);
  }
}

/** Labels do not pile up over the years: Secrets Manager allows 20 of them. */
function checkLabels(scene: Scene): void {
  const { secrets, secretArn } = scene.deployment;
  const labels = Object.values(secrets.labelsByVersion(secretArn)).flat();
  const retired = labels.filter((label) => label.startsWith(RETIRED_PREFIX)).length;
  scene.expect(retired === 1, `one version is labelled retired: ${retired}`);
}

export const SECRET_DRILLS: readonly Drill[] = [NONSENSE_SECRET, CUT_OFF, TEN_YEARS];
