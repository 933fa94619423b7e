/**
 * A slow start ends at the adapter's timeout with its reason, whatever the library's timeout, and
 * an abandoned start leaves no connection open.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type RedisClientEvent, settingsOf } from '../../client/connect-options';
import { ioredisConnector } from '../../client/ioredis-connector';
import { RedisCredentials } from '../../client/redis-credentials';
import { CLUSTERS, type Client, type Connect, STANDALONE } from '../support/clients';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';

let local: LocalDeployment;
const sockets: Socket[] = [];
const silent = createServer((socket) => {
  socket.on('error', () => undefined);
  sockets.push(socket.resume());
});
let port: number;

beforeAll(async () => {
  local = await startLocally();
  await local.deployment.service.rotate();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  port = (silent.address() as AddressInfo).port;
}, 60_000);

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(async () => {
  silent.close();
  await local.deployment.stop();
});

const secretWith = (given: object) =>
  JSON.stringify({ ...JSON.parse(local.deployment.secretString()), ...given });

const toSilence = () => new RedisCredentials({ read: async () => secretWith({ port }) });

/** Why it does not connect, what is logged, and how many connections are open after it. */
async function fail(connect: Connect, credentials: RedisCredentials, connectTimeoutMs: number) {
  const events: RedisClientEvent[] = [];
  const log = (event: RedisClientEvent) => events.push(event);
  const { caPem: ca } = local.deployment.certificates;
  const error = await connect(credentials, { ca, connectTimeoutMs, log }).then(
    (client: Client) => client.end(),
    (failure: Error) => failure,
  );
  noteOutput(inspect([error, events], { depth: 9 }));
  await sleep(50);
  return { error, events, open: sockets.filter(({ closed }) => !closed).length };
}

const IOREDIS = [STANDALONE[0], CLUSTERS[0]].map((each) => each as readonly [string, Connect]);
const OF_IOREDIS = IOREDIS.map(([, connect], at) => [['Redis', 'Cluster'][at], connect] as const);

describe.each(OF_IOREDIS)('%s of ioredis waits longer than its second', (_, connect) => {
  test('for a port that is silent, and says so', async () => {
    const { error, events, open } = await fail(connect, toSilence(), 1_300);
    expect(error).toMatchObject({ code: 'cannot-connect', host: 'localhost', port });
    expect(String(error)).toContain(`localhost:${port} does not answer within 1300 ms. Check`);
    expect(events[0]).toMatchObject({ event: 'connection-failed', port, code: 'cannot-connect' });
    expect(open).toBe(0);
  });

  test('for a secret that is read again slowly', async () => {
    const password = 'this-one-is-wrong-0';
    const credentials = new RedisCredentials({
      read: async () => {
        if (credentials.reads > 1) await sleep(1_300);
        return secretWith({ password });
      },
    });
    const { error } = await fail(connect, credentials, 5_000);
    expect(error).toMatchObject({ code: 'authentication-failed' });
    expect(String(error)).toContain('also after they were read again');
  });
});

describe('What is given up is not left open', () => {
  const connector = (credentials: RedisCredentials, given = {}) => {
    const { caPem: ca } = local.deployment.certificates;
    const settings = settingsOf({ ca, ...given }, false, [], []);
    const hooks = { onConnected: () => undefined, onFailure: () => undefined };
    const Connector = ioredisConnector(credentials, settings, hooks);
    return new Connector({});
  };

  test('a connection that is being made', async () => {
    const made = connector(toSilence(), { connectTimeoutMs: 20_000 });
    const attempt = made.connect();
    for (let tries = 0; tries < 2_000 && sockets.length === 0; tries++) await sleep(5);
    const [socket] = sockets;
    const startMs = performance.now();
    made.disconnect();
    expect((await attempt).destroyed).toBe(true);
    for (let tries = 0; tries < 2_000 && !socket?.closed; tries++) await sleep(5);
    expect(socket?.closed).toBe(true);
    // It was ended, and did not wait for its time.
    expect(performance.now() - startMs).toBeLessThan(15_000);
  });

  test('nor is one begun after the credentials came', async () => {
    const credentials = toSilence();
    const made = connector(credentials);
    const attempt = made.connect();
    made.disconnect();
    expect((await attempt).destroyed).toBe(true);
    await sleep(20);
    expect(sockets).toEqual([]);
  });

  test('one that ended while the secret was read again', async () => {
    let made: ReturnType<typeof connector> | undefined;
    const credentials = new RedisCredentials({
      read: async () => {
        if (credentials.reads > 1) {
          made?.disconnect();
          await sleep(50);
        }
        return secretWith({ password: `this-one-is-wrong-${credentials.reads}` });
      },
    });
    made = connector(credentials, { connectTimeoutMs: 20_000 });
    const startMs = performance.now();
    expect((await made.connect()).destroyed).toBe(true);
    expect(performance.now() - startMs).toBeLessThan(15_000);
  });

  test('one whose peer is dead, after two seconds', async () => {
    const credentials = new RedisCredentials({ read: async () => secretWith({}) });
    const made = connector(credentials);
    const socket = await made.connect();
    const [node] = local.deployment.nodes;
    node?.pause();
    try {
      const startMs = performance.now();
      made.disconnect();
      await once(socket, 'close');
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(1_950);
    } finally {
      node?.resume();
    }
  });
});
