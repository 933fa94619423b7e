/**
 * IAM logins of both libraries on real servers, whose connections a proxy ends 12 hours after their
 * last login, by a clock that runs faster: no command fails over several spans of 12 hours.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster } from 'redis';
import { connectIoredis } from '../../client/connect-ioredis';
import { connectNodeRedis } from '../../client/connect-node-redis';
import type { RedisClientEvent } from '../../client/connect-options';
import { iamCredentials } from '../support/iam-client';
import { IamNodes } from '../support/iam-nodes';
import { noteOutput } from '../support/leaks';

/** Twelve hours, of a faster clock. */
const SPAN_MS = 2_500;
const SPANS = 2;
const TIMEOUT_MS = 60_000;

let iam: IamNodes;
let events: RedisClientEvent[] = [];
const ends: (() => unknown)[] = [];

const log = (event: RedisClientEvent) => {
  noteOutput(inspect(event));
  events.push(event);
};
const credentials = (more: object = {}) =>
  iamCredentials({ port: iam.port, connectionMs: SPAN_MS, ...more });
const common = () => ({ ca: iam.ca, log });
const count = (name: string) => events.filter(({ event }) => event === name).length;

beforeEach(() => {
  events = [];
  for (const { seen } of iam.proxies) seen.splice(0);
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function ioredis(options: Record<string, unknown> = {}) {
  const client = await connectIoredis(credentials(), { Redis, ...common(), options });
  ends.push(() => client.disconnect());
  return client;
}

async function nodeRedis(options: Record<string, unknown> = {}) {
  const client = await connectNodeRedis(credentials(), { createClient, ...common(), options });
  ends.push(() => client.destroy());
  return client;
}

/** Does something again and again for some spans. Returns what failed, and how often it ran. */
async function throughout(
  run: (round: number) => Promise<unknown>,
  { spans = SPANS, pauseMs = 2 } = {},
) {
  const failures: unknown[] = [];
  const endMs = performance.now() + spans * SPAN_MS;
  let rounds = 0;
  while (performance.now() < endMs) {
    rounds += 1;
    await run(rounds).catch((error: unknown) => failures.push(error));
    await sleep(pauseMs);
  }
  return { failures, rounds };
}

interface Commands {
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<unknown>;
}

const writeAndRead = (client: Commands) => async (round: number) => {
  const key = `key-${round % 50}`;
  await client.set(key, String(round));
  if ((await client.get(key)) !== String(round)) throw new Error('wrong answer');
};

/** A transaction that is sent command by command, almost always open. */
async function transaction(client: Redis): Promise<void> {
  await client.multi({ pipeline: false });
  await client.incr('count');
  await sleep(5);
  await client.incr('count');
  expect(await client.exec()).toHaveLength(2);
}

/** No login was refused, and none was too old. */
function expectAllAccepted(): void {
  expect(iam.seen.filter(({ fault }) => fault !== undefined)).toEqual([]);
  expect(count('login-renewal-failed')).toBe(0);
}

describe('Without shards', () => {
  beforeAll(async () => {
    iam = await IamNodes.start({ connectionMs: SPAN_MS });
  }, TIMEOUT_MS);

  afterAll(() => iam.stop());

  const COMMANDS: readonly (readonly [string, () => Promise<Commands>])[] = [
    ['ioredis', () => ioredis()],
    ['node-redis', () => nodeRedis()],
    ['node-redis in RESP2', () => nodeRedis({ RESP: 2 })],
    ['ioredis in RESP3', () => ioredis({ protocol: 3 })],
  ];

  test.each(COMMANDS)(
    '%s renews its login on the same connection, and no command fails',
    async (_, open) => {
      const { expired } = iam;
      const client = await open();
      const { failures, rounds } = await throughout(writeAndRead(client));
      expect(failures).toEqual([]);
      expect(rounds).toBeGreaterThan(20);
      expect(iam.expired).toBe(expired);
      expect(count('connected')).toBe(1);
      expect(count('login-renewed')).toBeGreaterThanOrEqual(SPANS);
      expectAllAccepted();
    },
    TIMEOUT_MS,
  );

  test(
    'ioredis: transactions, pipelines, blocking commands, subscribers and duplicates go on',
    async () => {
      const { expired } = iam;
      const client = await ioredis();
      const lasting = client.duplicate();
      const blocked = client.duplicate();
      const subscriber = client.duplicate();
      const resp3 = await ioredis({ protocol: 3 });
      ends.push(...[lasting, blocked, subscriber].map((each) => () => each.disconnect()));
      const heard = { resp2: 0, resp3: 0 };
      await subscriber.subscribe('news');
      subscriber.on('message', () => {
        heard.resp2 += 1;
      });
      await resp3.subscribe('news');
      resp3.on('message', () => {
        heard.resp3 += 1;
      });
      // Waits longer than a connection lives, and gets its value in the end.
      const popped = blocked.blpop('waited-for', 0);
      const all = await Promise.all([
        throughout(() => transaction(lasting)),
        throughout(async (round) => {
          const replies = await client.multi().set('a', round).incr('a').get('a').exec();
          expect(replies?.map(([, value]) => value)).toEqual(['OK', round + 1, String(round + 1)]);
        }),
        throughout(async (round) => {
          const replies = await client.pipeline().set('b', round).get('b').exec();
          expect(replies?.map(([, value]) => value)).toEqual(['OK', String(round)]);
        }),
        throughout(() => client.publish('news', 'x')),
      ]);
      await client.rpush('waited-for', 'value');
      expect(await popped).toEqual(['waited-for', 'value']);
      expect(all.flatMap(({ failures }) => failures)).toEqual([]);
      const published = all[3]?.rounds ?? 0;
      // In RESP2 a subscriber connects again, and misses what is published meanwhile.
      expect(heard.resp2).toBeGreaterThan(published / 2);
      expect(heard.resp3).toBe(published);
      expect(iam.expired).toBe(expired);
      expectAllAccepted();
    },
    TIMEOUT_MS,
  );

  test(
    'node-redis: transactions, pipelines, blocking commands, subscribers and duplicates go on',
    async () => {
      const { expired } = iam;
      const client = await nodeRedis();
      const resp2 = await nodeRedis({ RESP: 2 });
      const [lasting, watching, blocked, subscriber] = [0, 1, 2, 3].map(() => client.duplicate());
      if (!lasting || !watching || !blocked || !subscriber) throw new Error('no duplicates');
      for (const each of [lasting, watching, blocked, subscriber]) {
        await each.connect();
        ends.push(() => each.destroy());
      }
      const heard = { resp2: 0, resp3: 0 };
      await resp2.subscribe('news', () => {
        heard.resp2 += 1;
      });
      await subscriber.subscribe('news', () => {
        heard.resp3 += 1;
      });
      const raw = {
        multi: () => lasting.sendCommand(['MULTI']),
        incr: (key: string) => lasting.sendCommand(['INCR', key]),
        exec: () => lasting.sendCommand(['EXEC']),
      };
      const all = await Promise.all([
        throughout(async () => {
          await raw.multi();
          await raw.incr('count');
          await sleep(5);
          await raw.incr('count');
          expect(await raw.exec()).toHaveLength(2);
        }),
        throughout(async (round) => {
          const replies = await client.multi().set('a', round).incr('a').exec();
          expect(replies).toEqual(['OK', round + 1]);
        }),
        throughout(async (round) => {
          await watching.watch('b');
          await watching.get('b');
          expect(await watching.multi().set('b', round).exec()).toEqual(['OK']);
        }),
        throughout(async () => {
          await blocked.blPop('nothing', 0.4);
        }),
        throughout(() => client.publish('news', 'x')),
      ]);
      expect(all.flatMap(({ failures }) => failures)).toEqual([]);
      const published = all[4]?.rounds ?? 0;
      expect(heard.resp2).toBeGreaterThan(published / 2);
      expect(heard.resp3).toBe(published);
      expect(iam.expired).toBe(expired);
      expectAllAccepted();
    },
    TIMEOUT_MS,
  );

  test(
    'both: a connection without commands stays',
    async () => {
      const { expired } = iam;
      const clients = [await ioredis(), await nodeRedis()];
      await sleep(2 * SPAN_MS);
      for (const client of clients) expect(await (client as Commands).get('nothing')).toBeNull();
      expect(iam.expired).toBe(expired);
      expect(count('connected')).toBe(2);
    },
    TIMEOUT_MS,
  );
});

describe('In a sharded cache', () => {
  beforeAll(async () => {
    iam = await IamNodes.start({ shards: 2, connectionMs: SPAN_MS });
  }, TIMEOUT_MS);

  afterAll(() => iam.stop());

  test(
    'ioredis renews the login to each node, and no command fails',
    async () => {
      const { expired } = iam;
      const client = await connectIoredis(credentials(), { Cluster, ...common() });
      ends.push(() => client.disconnect());
      const subscriber = client.nodes('master')[0]?.duplicate();
      if (subscriber === undefined) throw new Error('no node');
      ends.push(() => subscriber.disconnect());
      let heard = 0;
      await subscriber.subscribe('news');
      subscriber.on('message', () => {
        heard += 1;
      });
      const all = await Promise.all([
        throughout(writeAndRead(client)),
        throughout(() => client.publish('news', 'x')),
      ]);
      expect(all.flatMap(({ failures }) => failures)).toEqual([]);
      expect(heard).toBeGreaterThan((all[1]?.rounds ?? 0) / 2);
      expect(iam.expired).toBe(expired);
      expectAllAccepted();
    },
    TIMEOUT_MS,
  );

  test(
    'node-redis renews the login to each node and of the subscriber, and no command fails',
    async () => {
      const { expired } = iam;
      const client = await connectNodeRedis(credentials(), { createCluster, ...common() });
      ends.push(() => client.destroy());
      let heard = 0;
      await client.subscribe('news', () => {
        heard += 1;
      });
      const all = await Promise.all([
        throughout(writeAndRead(client)),
        throughout(() => client.publish('news', 'x')),
      ]);
      expect(all.flatMap(({ failures }) => failures)).toEqual([]);
      expect(heard).toBe(all[1]?.rounds);
      expect(iam.expired).toBe(expired);
      expectAllAccepted();
    },
    TIMEOUT_MS,
  );
});
