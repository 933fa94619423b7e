/**
 * The adapters on real servers over TLS: no failed command in a rotation, a revocation and lost
 * connections, standalone and sharded; dead connections are detected.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { connectIoredis } from '../../client/connect-ioredis';
import type { ConnectOptions, RedisClientEvent } from '../../client/connect-options';
import { RedisCredentials } from '../../client/redis-credentials';
import { CLUSTERS, type Client, type Connect, ofIoredis, STANDALONE } from '../support/clients';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';

const TIMEOUT_MS = 60_000;
const SHARDED = {
  topology: { isSharded: true, shards: 2, replicas: 1 },
  parameters: { 'cluster-enabled': 'yes' },
};

let local: LocalDeployment;
const clients: Client[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.end();
});

/** Credentials whose clock stands still: only a refusal makes them read again. */
const newCredentials = () =>
  new RedisCredentials({ read: async () => local.deployment.secretString(), now: () => 0 });

async function open(connect: Connect, more: ConnectOptions = {}) {
  const credentials = newCredentials();
  const events: RedisClientEvent[] = [];
  const log = (event: RedisClientEvent) => {
    noteOutput(inspect(event));
    events.push(event);
  };
  const ca = local.deployment.certificates.caPem;
  const client = await connect(credentials, { ca, log, ...more });
  clients.push(client);
  return { client, credentials, events };
}

/** Commands one after the other, until it is told to stop; it counts what fails. */
function drive(client: Client) {
  let isRunning = true;
  let commands = 0;
  const failures: unknown[] = [];
  const done = (async () => {
    while (isRunning) {
      const key = `key-${commands % 100}`;
      try {
        await client.set(key, String(commands));
        if ((await client.get(key)) !== String(commands)) failures.push('wrong answer');
      } catch (error) {
        failures.push(error);
        noteOutput(inspect(error));
      }
      commands += 2;
      await sleep(1);
    }
  })();
  return {
    commands: () => commands,
    stop: async () => {
      isRunning = false;
      await done;
      return failures;
    },
  };
}

const killAll = () =>
  Promise.all(local.deployment.nodes.map((node) => node.admin('CLIENT', 'KILL', 'TYPE', 'normal')));

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isSo(); tries++) await sleep(10);
  expect(isSo()).toBe(true);
}

/** A rotation, a revocation and lost connections; who survives, and after how many reads. */
async function live(connect: Connect, killsInFlight: boolean) {
  const { client, credentials, events } = await open(connect);
  let driven = drive(client);
  await revoke();
  await sleep(20);
  // node-redis rejects what is unanswered when a connection ends, so that nothing is done twice.
  const before = killsInFlight ? [] : await driven.stop();
  await killAll();
  if (!killsInFlight) driven = drive(client);
  const count = driven.commands();
  await until(() => driven.commands() > count + 200);
  expect([...before, ...(await driven.stop())]).toEqual([]);
  return { credentials, events };
}

/** Rotates, and lets the daily check revoke the previous password. */
async function revoke(): Promise<void> {
  const { service, clock } = local.deployment;
  expect(await service.rotate()).toBe(true);
  clock.passDays(8);
  expect((await service.dailyCheck('daily')).outcome).toBe('revoked');
}

async function startStale(libraries: typeof STANDALONE): Promise<void> {
  const stale = libraries.map(([, connect]) => ({ connect, credentials: newCredentials() }));
  await Promise.all(stale.map(({ credentials }) => credentials.get()));
  await revoke();
  const { caPem: ca } = local.deployment.certificates;
  for (const { connect, credentials } of stale) {
    const client = await connect(credentials, { ca });
    clients.push(client);
    expect(await client.set('started', 'yes')).toBe('OK');
    expect(credentials.reads).toBe(2);
  }
}

describe('Without shards', () => {
  beforeAll(async () => {
    local = await startLocally();
    await local.deployment.service.rotate();
  }, TIMEOUT_MS);

  afterAll(() => local.deployment.stop());

  test.each(STANDALONE)(
    '%s lives through a rotation and a revocation',
    async (library, connect) => {
      const { credentials, events } = await live(connect, library === 'ioredis');
      expect(credentials.reads).toBe(2);
      const { port } = local.deployment.nodes[0] ?? {};
      const at = { host: 'localhost', port, database: 0 };
      const of = (event: string) => events.filter((each) => each.event === event);
      expect(of('connected')).toEqual([
        { event: 'connected', ...at },
        { event: 'connected', ...at },
      ]);
      expect(of('connection-lost')).toMatchObject([at]);
      expect(of('password-refused')).toMatchObject([{ ...at, code: 'authentication-failed' }]);
    },
  );

  test('both start although their password was revoked meanwhile', () => startStale(STANDALONE));

  test.each(STANDALONE)('%s: to a reader and to another database', async (_, connect) => {
    const { client: writer } = await open(connect, { database: 3 });
    await writer.set('where', 'three');
    const { deployment } = local;
    const port = deployment.nodes[1]?.port;
    // Here readers have a port and no name of their own.
    const read = async () => JSON.stringify({ ...JSON.parse(deployment.secretString()), port });
    const { caPem: ca } = deployment.certificates;
    const credentials = new RedisCredentials({ read });
    const client = await connect(credentials, { ca, endpoint: 'reader', database: 3 });
    clients.push(client);
    await sleep(50);
    expect(await client.get('where')).toBe('three');
  });

  test('forty clients that lose their connection read once for each credentials', async () => {
    const { caPem: ca } = local.deployment.certificates;
    const all = STANDALONE.map(([, connect]) => ({ connect, credentials: newCredentials() }));
    for (const { connect, credentials } of all) {
      const opening = Array.from({ length: 20 }, () => connect(credentials, { ca }));
      clients.push(...(await Promise.all(opening)));
    }
    await revoke();
    await killAll();
    await Promise.all(clients.map((client, index) => client.set(`many-${index}`, 'x')));
    expect(all.map(({ credentials }) => credentials.reads)).toEqual([2, 2]);
  });

  test('a duplicate of ioredis logs in by itself, and knows no password', async () => {
    const { certificates } = local.deployment;
    const credentials = newCredentials();
    const client = await connectIoredis(credentials, { Redis, ca: certificates.caPem });
    const copy = client.duplicate({ maxRetriesPerRequest: null });
    clients.push(ofIoredis(client), ofIoredis(copy));
    await copy.set('copy', 'yes');
    await killAll();
    expect(await copy.get('copy')).toBe('yes');
    const { password } = await credentials.get();
    expect(inspect([client.options, copy.options], { depth: 9 })).not.toContain(password.reveal());
  });

  test('ioredis: a command that a replica refuses is sent again to the primary', async () => {
    const { client } = await open(...([STANDALONE[0]?.[1]] as [Connect]));
    const [primary, replica] = local.deployment.nodes;
    await primary?.admin('REPLICAOF', 'localhost', String(replica?.port));
    const written = client.set('failover', 'done');
    await sleep(150);
    await primary?.admin('REPLICAOF', 'NO', 'ONE');
    expect(await written).toBe('OK');
  });

  const quick = { healthCheckIntervalMs: 60, connectTimeoutMs: 400 };

  test.each(STANDALONE)('%s notices a connection that is dead', async (_, connect) => {
    const { client, events } = await open(connect, quick);
    const [node] = local.deployment.nodes;
    const count = (event: string) => events.filter((each) => each.event === event).length;
    await sleep(300);
    expect(events).toHaveLength(1);
    node?.pause();
    try {
      await until(() => count('health-check-failed') > 0);
    } finally {
      node?.resume();
    }
    expect(events.find(({ event }) => event === 'health-check-failed')).toMatchObject({
      code: 'health-check-failed',
      host: 'localhost',
      port: node?.port,
    });
    expect(await client.set('alive', 'again')).toBe('OK');
    await until(() => count('connected') === 2);
  });

  test('ioredis does not treat a connection in a blocking command as dead', async () => {
    const { certificates } = local.deployment;
    const events: RedisClientEvent[] = [];
    const options = { ...quick, connectTimeoutMs: 150, ca: certificates.caPem };
    const client = await connectIoredis(newCredentials(), {
      ...options,
      Redis,
      log: (event) => events.push(event),
    });
    clients.push(ofIoredis(client));
    expect(await client.blpop('nothing', 0.8)).toBeNull();
    expect(events.map(({ event }) => event)).toEqual(['connected']);
  });
});

describe('With shards', () => {
  beforeAll(async () => {
    local = await startLocally(SHARDED);
    await local.deployment.service.rotate();
  }, TIMEOUT_MS);

  afterAll(() => local.deployment.stop());

  test.each(CLUSTERS)('%s lives through a rotation and a revocation', async (library, connect) => {
    const { credentials } = await live(connect, library === 'ioredis');
    expect(credentials.reads).toBe(2);
  });

  test('both start although their password was revoked meanwhile', () => startStale(CLUSTERS));

  test('ioredis starts, too, when the secret takes longer than its second', async () => {
    const credentials = new RedisCredentials({
      read: async () => {
        const text = local.deployment.secretString();
        if (credentials.reads === 2) await sleep(1_300);
        return credentials.reads === 1 ? text.replace(/"password":"[^"]+/, '$&-old') : text;
      },
    });
    const { caPem: ca } = local.deployment.certificates;
    const client = await CLUSTERS[0]?.[1](credentials, { ca });
    clients.push(client as Client);
    expect(await client?.set('slow', 'yes')).toBe('OK');
  });

  test('ioredis: a node that is dead is noticed', async () => {
    const [, connect] = CLUSTERS[0] as readonly [string, Connect];
    const { client, events } = await open(connect, {
      healthCheckIntervalMs: 60,
      connectTimeoutMs: 300,
    });
    for (let key = 0; key < 50; key++) await client.set(`key-${key}`, 'x');
    const [, , node] = local.deployment.nodes;
    node?.pause();
    try {
      await until(() => events.some(({ event }) => event === 'health-check-failed'));
    } finally {
      node?.resume();
    }
    expect(events.find(({ event }) => event === 'health-check-failed')?.port).toBe(node?.port);
    for (let key = 0; key < 50; key++) expect(await client.get(`key-${key}`)).toBe('x');
  });

  test.each(STANDALONE)(
    '%s without a cluster fails at once with the reason',
    async (_, connect) => {
      await expect(open(connect)).rejects.toMatchObject({
        code: 'wrong-cache',
        message: expect.stringContaining('is sharded, and this client follows no redirections'),
      });
    },
  );
});
