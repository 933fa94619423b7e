/** Drills on the secret and its readers: edited, read only once, leaked, ten years of rotations. */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL, REVOKED_PREFIX, ROTATION_ENV } from '../../contract/rotation';
import { graceDaysOf } from '../aws/blueprint';
import { logIn } from '../redis/probe';
import { habitTraffic } from '../traffic/habits';
import type { Traffic } from '../traffic/traffic';
import { type Drill, FAILED_STEP } from './drill';
import { type Intruder, intrude } from './intruder';
import type { Scene } from './scene';

/** Time for clients to reconnect. */
const CLIENTS_MS = 400;

const NONSENSE_SECRET: Drill = {
  name: 'nonsense-secret',
  broke: 'the current value of the secret is edited',
  noticed: ['SecretMalformed', ...FAILED_STEP],
  diagnosis: 'malformed',
  repair: 'AWSCURRENT is moved back; AWSPREVIOUS is removed',
  whyFailed: 'clients read nonsense from the secret',
  run: async (scene) => {
    const { secrets, secretArn, service } = scene.deployment;
    scene.breaks();
    secrets.putValue(secretArn, randomUUID(), 'nonsense');
    await sleep(CLIENTS_MS);
    await scene.dailyCheck('daily');
    await scene.diagnose();
    const edited = secrets.holderOf(secretArn, LABEL.current);
    secrets.moveLabel(secretArn, {
      label: LABEL.current,
      fromVersionId: edited,
      toVersionId: secrets.holderOf(secretArn, LABEL.previous),
    });
    // AWS has moved AWSPREVIOUS to the edited version, which rotations and daily checks would read.
    secrets.moveLabel(secretArn, { label: LABEL.previous, fromVersionId: edited });
    await scene.mustFinish(service.begin());
  },
};

const CUT_OFF: Drill = {
  name: 'cut-off',
  broke: 'a client reads the secret only once, and its password is revoked',
  noticed: ['WRONGPASS'],
  diagnosis: 'well',
  repair: 'the client is restarted',
  whyFailed: 'a revoked password is refused; clients that read again lose 0',
  run: async (scene) => {
    const { service, clock } = scene.deployment;
    const stubborn = stubbornClient(scene);
    await sleep(CLIENTS_MS);
    await scene.mustFinish(service.begin());
    clock.passDays(graceDaysOf(scene.deployment.blueprint) + 1);
    await sleep(CLIENTS_MS);
    scene.expect(stubborn.failed === 0, 'the client works until the revocation');
    scene.breaks();
    const report = await scene.dailyCheck('daily');
    scene.expect(report?.outcome === 'revoked', `the daily check revokes it: ${report?.outcome}`);
    await sleep(CLIENTS_MS);
    const { commands, failed, failures } = await stubborn.stop();
    if (failures.includes('WRONGPASS')) scene.notice('WRONGPASS');
    scene.others.commands += commands;
    scene.others.failed += failed;
    await scene.diagnose();
    const again = stubbornClient(scene);
    await sleep(CLIENTS_MS);
    const after = await again.stop();
    scene.expect(after.commands > 0 && after.failed === 0, 'the restarted client works');
  },
};

/** A client that reads the secret only at startup. */
function stubbornClient({ deployment }: Scene): Traffic {
  return habitTraffic(deployment, ['reconnect']);
}

/** Polls until the sessions are closed, after the node has reported their end. */
const OUT_LOOKS_MAX = 200;
const OUT_POLL_MS = 10;

const LEAKED_PASSWORD: Drill = {
  name: 'leaked-password',
  broke: 'an intruder holds sessions on every node, opened with the leaked password',
  noticed: ['WRONGPASS'],
  diagnosis: 'well',
  repair: '`rotate --leaked`: every session is ended',
  whyFailed: 'a command in flight when sessions end is lost',
  // One client reads again, with a connection per shard, and sessions are ended twice.
  failedMax: ({ topology }) => 2 * topology.shards,
  run: async (scene) => {
    const { service, nodes } = scene.deployment;
    const leaked = scene.deployment.credentials().password;
    const intruders = await Promise.all(nodes.flatMap((node) => intrude(scene, node, leaked)));
    const links = await replicationLinks(scene);
    scene.breaks();
    await scene.mustFinish(service.begin());
    const revoked = await scene.dailyCheck('revoke');
    scene.expect(
      revoked?.outcome === 'revoked',
      `the leaked password is revoked: ${revoked?.outcome}`,
    );
    await sleep(CLIENTS_MS);
    scene.expect(
      intruders.every(({ isIn }) => isIn),
      'a session outlives the revocation of its password',
    );
    const report = await scene.dailyCheck('leaked');
    const counts = report?.nodes.map(({ sessionsEnded = 0 }) => sessionsEnded) ?? [];
    const each = intruders.length / nodes.length;
    scene.expect(
      counts.length === nodes.length && counts.every((count) => count >= Math.floor(each)),
      `every node reports how many sessions it ended: ${counts.join(', ')}`,
    );
    await allOut(scene, intruders);
    for (const node of nodes) {
      const seen = await logIn(node, scene.deployment.certificates.caPem, 'default', leaked);
      scene.expect(seen === 'WRONGPASS', `the leaked password is refused: ${seen}`);
      scene.notice(seen);
    }
    const after = await replicationLinks(scene);
    scene.expect(after === links, `no replication link ended: ${links} before, ${after} after`);
    await scene.diagnose();
    // A repeated event only ends sessions once more.
    const again = await scene.dailyCheck('leaked');
    scene.expect(again?.outcome === 'revoked', `a repetition is harmless: ${again?.outcome}`);
  },
};

async function allOut(scene: Scene, intruders: readonly Intruder[]): Promise<void> {
  const inside = () => intruders.filter(({ isIn }) => isIn).map(({ name }) => name);
  for (let look = 0; look < OUT_LOOKS_MAX && inside().length > 0; look++) await sleep(OUT_POLL_MS);
  scene.expect(
    inside().length === 0,
    `every session of the intruder is closed; open: ${inside().join(', ') || 'none'}`,
  );
}

/** How often replicas have connected to a primary, counted by the servers. */
async function replicationLinks({ deployment }: Scene): Promise<number> {
  const infos = await Promise.all(deployment.nodes.map((node) => node.admin('INFO', 'stats')));
  const syncs = infos.flatMap((info) =>
    Array.from(String(info).matchAll(/^sync_(?:full|partial_ok):(\d+)/gm), ([, count]) =>
      Number(count),
    ),
  );
  return syncs.reduce((sum, count) => sum + count, 0);
}

const ROTATIONS = 40;

const TEN_YEARS: Drill = {
  name: 'ten-years',
  broke: `nothing: ${ROTATIONS} rotations, with daily checks between`,
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
      // Applications read again within the grace period, which lasts only an instant here.
      await scene.clientsReread();
      clock.passDays(Math.min(graceDays + 1, days));
      const report = await scene.dailyCheck('daily');
      scene.expect(report?.outcome === 'revoked', `daily check ${rotation}: ${report?.outcome}`);
      await checkPasswords(scene, 1);
      checkLabels(scene);
      clock.passDays(Math.max(0, days - graceDays - 1));
      await scene.dailyCheck('daily');
      if (scene.faults.length > 0) return;
    }
  },
};

/** Expects every node to accept `wanted` passwords, the current one among them. */
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

/** Expects one `REVOKED@` label: labels must not accumulate, Secrets Manager allows 20. */
function checkLabels(scene: Scene): void {
  const { secrets, secretArn } = scene.deployment;
  const labels = Object.values(secrets.labelsByVersion(secretArn)).flat();
  const revoked = labels.filter((label) => label.startsWith(REVOKED_PREFIX)).length;
  scene.expect(revoked === 1, `one version is labelled revoked: ${revoked}`);
}

export const SECRET_DRILLS: readonly Drill[] = [
  NONSENSE_SECRET,
  CUT_OFF,
  LEAKED_PASSWORD,
  TEN_YEARS,
];
