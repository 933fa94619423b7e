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
import { IAM_OPTIONS, iamCredentials } from '../support/iam-client';
import { IamNodes } from '../support/iam-nodes';
import { ACCESS_KEYS, SECRET_KEY } from '../support/iam-tokens';
import { noteOutput } from '../support/leaks';
import {
  type Commands,
  heardAll,
  SPAN_MS,
  SPANS,
  throughout,
  transaction,
  until,
  writeAndRead,
} from '../support/throughout';

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
const codes = () =>
  new Set(events.flatMap(({ event, code }) => (event === 'login-renewal-failed' ? [code] : [])));

beforeEach(() => {
  events = [];
  for (const { seen } of iam.proxies) seen.splice(0);
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function ioredis(options: Record<string, unknown> = {}, more: object = {}) {
  const client = await connectIoredis(credentials(more), { Redis, ...common(), options });
  ends.push(() => client.disconnect());
  return client;
}

async function nodeRedis(options: Record<string, unknown> = {}, more: object = {}) {
  const client = await connectNodeRedis(credentials(more), { createClient, ...common(), options });
  ends.push(() => client.destroy());
  return client;
}

/** Every login was accepted. */
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
    ['ioredis in RESP2', () => ioredis({ protocol: 2 })],
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
      const subscriber = client.duplicate({ protocol: 2 });
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
      await heardAll(() => heard.resp3, published);
      // In RESP2 a subscriber connects again, and misses what is published meanwhile.
      expect(heard.resp2).toBeGreaterThan(published / 2);
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
      await heardAll(() => heard.resp3, published);
      expect(heard.resp2).toBeGreaterThan(published / 2);
      expect(iam.expired).toBe(expired);
      expectAllAccepted();
    },
    TIMEOUT_MS,
  );

  test.each([
    ['ioredis', (more: object) => ioredis({}, more)],
    ['node-redis', (more: object) => nodeRedis({}, more)],
  ])(
    '%s: renewals that fail for a while end no connection, and are made up for',
    async (_, open) => {
      const { expired } = iam;
      let isAway = false;
      const away = Object.assign(new Error(SECRET_KEY), { name: 'CredentialsProviderError' });
      const client = await open({
        credentials: () => (isAway ? Promise.reject(away) : IAM_OPTIONS.credentials()),
      });
      isAway = true;
      const during = throughout(writeAndRead(client));
      await until(() => count('login-renewal-failed') > 0);
      isAway = false;
      // From now on AWS refuses what is signed.
      iam.logins.accessKeys = new Map();
      await until(() => codes().has('iam-login-refused'));
      iam.logins.accessKeys = ACCESS_KEYS;
      await until(() => count('login-renewed') > 0);
      expect((await during).failures).toEqual([]);
      expect(iam.expired).toBe(expired);
      expect(count('connected')).toBe(1);
      expect(codes()).toEqual(new Set(['aws-credentials-unusable', 'iam-login-refused']));
      expect(inspect(events)).not.toMatch(/X-Amz|wJalr|AKIA/);
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
      // Nodes of a cluster do not connect again by themselves.
      const override = { protocol: 2, retryStrategy: () => 20 } as const;
      const subscriber = client.nodes('master')[0]?.duplicate(override);
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
      await heardAll(() => heard, all[1]?.rounds ?? 0);
      expect(iam.expired).toBe(expired);
      expectAllAccepted();
    },
    TIMEOUT_MS,
  );
});
