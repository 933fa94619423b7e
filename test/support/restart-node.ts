/** Starts a node of a deployment again after its end: the same port and passwords, no data. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import type { Deployment } from '../../rehearsal/aws/deployment';
import type { RedisNode } from '../../rehearsal/redis/redis-node';
import { noteOutput } from './leaks';

const TRIES_MAX = 500;
const POLL_MS = 10;

/** Returns what ends it again: whoever started it does that. */
export async function restart(
  deployment: Deployment,
  node: RedisNode,
): Promise<() => Promise<void>> {
  const { path } = ensureRedisServer(noteOutput);
  const config = join(deployment.folder, node.id, 'redis.conf');
  const server = spawn(path, [config], { stdio: 'ignore' });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const end = async () => {
    kill();
    await ended;
    process.off('exit', kill);
  };
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const isUp = await node.admin('PING').then(
      () => true,
      () => false,
    );
    if (isUp) {
      await node.setPasswords(deployment.group.passwords);
      return end;
    }
    await sleep(POLL_MS);
  }
  await end();
  throw new Error(`node ${node.id} did not start again`);
}

/** Ends every connection of an application, as a failover does. */
export async function dropConnections({ nodes }: Deployment): Promise<void> {
  await Promise.all(nodes.map((node) => node.admin('CLIENT', 'KILL', 'TYPE', 'normal')));
}
