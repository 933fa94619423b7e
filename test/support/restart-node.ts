/** Starts a node of a deployment again after its end: the same port and passwords, no data. */

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../../rehearsal/deployment';
import { ensureRedisServer } from '../../rehearsal/redis-binary';
import type { RedisNode } from '../../rehearsal/redis-node';
import { noteOutput } from './leaks';

const TRIES_MAX = 500;
const POLL_MS = 10;

/** The process, which whoever asked for it ends. */
export async function restart(deployment: Deployment, node: RedisNode): Promise<ChildProcess> {
  const { path } = ensureRedisServer(noteOutput);
  const config = join(deployment.folder, node.id, 'redis.conf');
  const server = spawn(path, [config], { stdio: 'ignore' });
  process.once('exit', () => server.kill('SIGKILL'));
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const isUp = await node.admin('PING').then(
      () => true,
      () => false,
    );
    if (isUp) {
      await node.setPasswords(deployment.group.passwords);
      return server;
    }
    await sleep(POLL_MS);
  }
  server.kill('SIGKILL');
  throw new Error(`node ${node.id} did not start again`);
}

/** Ends every connection of an application, as a failover does. */
export async function dropConnections({ nodes }: Deployment): Promise<void> {
  await Promise.all(nodes.map((node) => node.admin('CLIENT', 'KILL', 'TYPE', 'normal')));
}
