/** Two servers that a test makes a cluster of. */

import { setTimeout as sleep } from 'node:timers/promises';
import { freePortWithBus } from '../../cli/server/free-port';
import type { Admin } from './doctor-run';
import { type OwnServer, startOwnServer } from './own-server';

/** A node without slots; `lines` are of redis.conf. */
export async function startClusterNode(
  program: string,
  lines: readonly string[] = [],
): Promise<OwnServer> {
  const own = ['port PORT', 'cluster-enabled yes', 'cluster-config-file FOLDER/nodes.conf'];
  return startOwnServer(program, [...own, ...lines], await freePortWithBus());
}

/** Gives half of the slots to each, and waits until both know it. */
export async function joinNodes(one: Admin, two: Admin, portOfTwo: number): Promise<void> {
  await one.ask('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
  await two.ask('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
  await two.ask('CLUSTER', 'SET-CONFIG-EPOCH', '2');
  await one.ask('CLUSTER', 'MEET', '127.0.0.1', `${portOfTwo}`);
  for (let turn = 0; turn < 500; turn++) {
    if (String(await one.ask('CLUSTER', 'INFO')).includes('cluster_state:ok')) return;
    await sleep(20);
  }
  throw new Error('the nodes do not join within 10 s');
}
