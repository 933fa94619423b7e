/**
 * Starts the service: settings, credentials, connections with PING, queue, HTTP. Ends on SIGTERM
 * with exit code 0.
 *
 * If it cannot start, it prints one line without a secret and exits with code 1.
 */

import type { Server } from 'node:http';
import { RedisClientError } from '../../client';
import { Connections, within } from './connections';
import { Jobs } from './jobs';
import { log, nameOf } from './log';
import { serviceOf } from './service';
import { readSettings, SettingsError } from './settings';

const END_TIMEOUT_MS = 10_000;
const JOB_RESULT_TTL_S = 3_600;

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  const connections = new Connections(settings);
  const at = await connections.credentials.get();
  const client = await connections.forRequests();
  const jobs = new Jobs(client, await connections.forWorker(), async (id) => {
    await client.set(`job:${id}`, 'done', 'EX', JOB_RESULT_TTL_S);
  });
  const server = serviceOf({ client, jobs, connections, at });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', resolve);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void end(server, jobs, connections));
  }
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
}

/** Ends requests, then jobs, then connections, in a bounded time. */
async function end(server: Server, jobs: Jobs, connections: Connections): Promise<void> {
  const served = new Promise((resolve) => server.close(resolve));
  const ended = served.then(async () => jobs.close(await connections.isCacheThere()));
  await within(END_TIMEOUT_MS, ended).catch((error) =>
    log({ event: 'ended-early', error: nameOf(error) }),
  );
  await connections.end();
  // A worker without a cache would try to connect forever.
  process.exit(0);
}

function fail(error: unknown): never {
  const isOurs = error instanceof SettingsError || error instanceof RedisClientError;
  // Messages of other errors may quote a request.
  const message = isOurs ? error.message : undefined;
  const code = error instanceof RedisClientError ? error.code : undefined;
  log({ event: 'failed', error: nameOf(error), code, message });
  process.exit(1);
}

process.on('uncaughtException', fail);
start().catch(fail);
