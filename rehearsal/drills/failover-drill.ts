/**
 * Failover drill: real clients (both adapters and the Python example) on a primary that becomes a
 * replica and keeps their connections open.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { failOverDeployment, openEndpoint } from '../aws/failover';
import { EXAMPLE_PYTHON } from '../traffic/clients/examples';
import { IOREDIS } from '../traffic/clients/ioredis';
import { NODE_REDIS } from '../traffic/clients/node-redis';
import { accessOf } from '../traffic/real-traffic';
import { type Lane, Traffic } from '../traffic/traffic';
import { type Drill, needsReplica } from './drill';
import type { Scene } from './scene';

/** Longest recovery of a client; typical recoveries take a fraction. */
const RECOVERS_WITHIN_MS = 2_000;
const PAUSE_MS = 5;
const CALM_MS = 300;
const LOOKS_MAX = 1_000;
const LOOK_PAUSE_MS = 10;

export const FAILOVER: Drill = {
  name: 'failover',
  broke: 'the primary becomes a replica, its endpoint moves, every connection stays open',
  noticed: ['READONLY'],
  diagnosis: 'in-grace',
  repair: 'clients leave the node by themselves and repeat refused commands',
  whyFailed: 'a client without retries gets READONLY',
  // One connection per command: only a command in flight reaches the old primary.
  pace: { traffic: { commandsPerConnection: 1, pauseMs: 20 } },
  failedMax: () => 1,
  impossible: (blueprint) =>
    blueprint.topology.isSharded ? 'a shard redirects clients (MOVED)' : needsReplica(blueprint),
  run: async (scene) => {
    const { deployment } = scene;
    await openEndpoint(deployment);
    // This rotation writes the endpoint into the secret.
    await scene.mustFinish(deployment.service.begin());
    const lanes = await openLanes(scene);
    const traffic = new Traffic({ lanes, pauseMs: PAUSE_MS });
    try {
      await sleep(CALM_MS);
      scene.breaks();
      await failOverDeployment(deployment);
      traffic.phase('after');
      for (const [name, ms] of await recoveries(traffic, lanes)) {
        const isSoon = ms !== undefined && ms <= RECOVERS_WITHIN_MS;
        scene.expect(isSoon, `${name} recovers within ${RECOVERS_WITHIN_MS} ms: ${ms ?? 'never'}`);
      }
      // READONLY is the only reason for which these clients reconnect.
      if (await haveLeft(traffic, lanes)) scene.notice('READONLY');
      await scene.diagnose();
    } finally {
      const { commands, failed, failures } = await traffic.stop();
      scene.expect(failed === 0, `these clients lose no command: ${failures.join(', ')}`);
      scene.others.commands += commands;
      scene.others.failed += failed;
    }
  },
};

async function openLanes({ deployment }: Scene): Promise<readonly Lane[]> {
  const drivers = [IOREDIS, NODE_REDIS, EXAMPLE_PYTHON].filter(
    ({ missing }) => missing?.(false) === undefined,
  );
  const access = accessOf(deployment);
  return Promise.all(
    drivers.map(async ({ name, open }) => ({ name, client: await open(access, 'again') })),
  );
}

/** Whether each client has reconnected; an example reports this only after some commands. */
async function haveLeft(traffic: Traffic, lanes: readonly Lane[]): Promise<boolean> {
  const left = () => lanes.filter((lane) => traffic.figures(lane).reconnects > 0).length;
  for (let look = 0; look < LOOKS_MAX && left() < lanes.length; look++) await sleep(LOOK_PAUSE_MS);
  return left() === lanes.length;
}

/** Milliseconds from the failover to the first successful command of each client. */
async function recoveries(traffic: Traffic, lanes: readonly Lane[]) {
  const startMs = performance.now();
  const seen = new Map<string, number | undefined>(lanes.map(({ name }) => [name, undefined]));
  for (let look = 0; look < LOOKS_MAX; look++) {
    for (const lane of lanes) {
      const { commands, failed } = traffic.figures(lane, 'after');
      if (commands > failed && seen.get(lane.name) === undefined) {
        seen.set(lane.name, Math.round(performance.now() - startMs));
      }
    }
    if (Array.from(seen.values()).every((ms) => ms !== undefined)) break;
    await sleep(LOOK_PAUSE_MS);
  }
  return seen;
}
