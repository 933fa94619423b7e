/**
 * Failover on two real servers: a pipeline, a transaction, or commands after a WATCH are never
 * executed in part.
 */

import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { connectIoredis } from '../../client/connect-ioredis';
import { connectNodeRedis } from '../../client/connect-node-redis';
import type { RedisClientEvent } from '../../client/connect-options';
import { TwoNodes } from '../support/two-nodes';

const TIMEOUT_MS = 30_000;

let nodes: TwoNodes;
const ends: (() => void)[] = [];
let events: RedisClientEvent[];

beforeAll(async () => {
  nodes = await TwoNodes.start();
}, TIMEOUT_MS);

beforeEach(() => {
  events = [];
});

afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await nodes.inSync();
});

afterAll(() => nodes.stop());

async function openIoredis(): Promise<Redis> {
  const log = (event: RedisClientEvent) => void events.push(event);
  const client = await connectIoredis(nodes.credentials(), { Redis, ca: nodes.ca, log });
  ends.push(() => client.disconnect());
  return client;
}

async function openNodeRedis() {
  const log = (event: RedisClientEvent) => void events.push(event);
  const options = { createClient, ca: nodes.ca, log };
  const client = await connectNodeRedis(nodes.credentials(), options);
  ends.push(() => client.destroy());
  return client as ReturnType<typeof createClient>;
}

/** The first word of each error, or the answer. */
async function outcomes(...sent: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(sent);
  return settled.map((each) =>
    each.status === 'fulfilled' ? each.value : (each.reason as Error).message.split(' ')[0],
  );
}

const stored = (key: string) => nodes.primary.admin('GET', key);
const lefts = () => events.filter(({ event }) => event === 'node-left').length;

describe('A transaction that ioredis sends one by one', () => {
  const begin = (client: Redis, word: string) =>
    word === 'multi' ? client.multi({ pipeline: false }) : client.call(word);

  test.each([
    ['multi', 'awaited'],
    ['MULTI', 'awaited'],
    ['multi', 'at once'],
  ])('%s, %s: every part is refused, and nothing is executed', async (word, how) => {
    const key = `one-${word}-${how}`;
    const client = await openIoredis();
    await nodes.failOver();
    const send = [
      () => client.incr(key),
      () => client.set(key, 'x'),
      () => client.exec() as Promise<unknown>,
    ];
    const begun = begin(client, word);
    const answers: unknown[] = [];
    if (how === 'at once') answers.push(...(await outcomes(begun, ...send.map((each) => each()))));
    else {
      answers.push(...(await outcomes(begun)));
      for (const each of send) answers.push(...(await outcomes(each())));
    }
    expect(answers).toEqual(['OK', 'READONLY', 'READONLY', 'EXECABORT']);
    expect(await stored(key)).toBeNull();
    expect(lefts()).toBe(1);
    // The next one is on the new primary.
    await client.multi({ pipeline: false });
    await client.incr(key);
    expect(await client.exec()).toEqual([[null, 1]]);
    expect(await stored(key)).toBe('1');
    expect(lefts()).toBe(1);
  });

  test('and gives up: the connection is left then', async () => {
    const client = await openIoredis();
    await nodes.failOver();
    await client.multi({ pipeline: false });
    expect(await outcomes(client.incr('given-up'))).toEqual(['READONLY']);
    expect(lefts()).toBe(0);
    expect(await client.discard()).toBe('OK');
    expect(lefts()).toBe(1);
    await client.multi({ pipeline: false });
    await client.incr('given-up');
    expect(await client.exec()).toEqual([[null, 1]]);
  });

  test('on a duplicate, too', async () => {
    const client = (await openIoredis()).duplicate();
    ends.push(() => client.disconnect());
    await client.ping();
    await nodes.failOver();
    await client.multi({ pipeline: false });
    expect(await outcomes(client.incr('copy'), client.exec())).toEqual(['READONLY', 'EXECABORT']);
    expect(await stored('copy')).toBeNull();
    expect(await client.incr('copy')).toBe(1);
  });

  test('and refuses by itself: the error is its own, and nothing is left', async () => {
    const client = await openIoredis();
    await client.multi({ pipeline: false });
    const sent = [client.call('nosuch'), client.exec()] as const;
    expect(await outcomes(...sent)).toEqual(['ERR', 'EXECABORT']);
    expect(await client.incr('after-own')).toBe(1);
    expect(lefts()).toBe(0);
  });
});

describe('A pipeline of ioredis', () => {
  test('has the error of each refused part, and is not sent again', async () => {
    const client = await openIoredis();
    await client.set('seq', 'old');
    await nodes.failOver();
    const answers = (await client.pipeline().set('seq', 'new').get('seq').incr('n').exec()) ?? [];
    const words = answers.map(([error, answer]) => error?.message.split(' ')[0] ?? answer);
    expect(words).toEqual(['READONLY', 'old', 'READONLY']);
    expect([await stored('seq'), await stored('n')]).toEqual(['old', null]);
    const next = await client.pipeline().set('seq', 'new').get('seq').exec();
    expect(next).toEqual([
      [null, 'OK'],
      [null, 'new'],
    ]);
    expect(lefts()).toBe(1);
  });

  test('nor a transaction in one piece that is refused', async () => {
    const client = await openIoredis();
    await nodes.failOver();
    expect(await outcomes(client.multi().incr('whole').incr('whole').exec())).toEqual([
      'EXECABORT',
    ]);
    expect(await stored('whole')).toBeNull();
    expect(await client.multi().incr('whole').exec()).toEqual([[null, 1]]);
  });
});

describe('What follows a WATCH', () => {
  test('of ioredis: the transaction is refused after a refused write', async () => {
    const client = await openIoredis();
    await nodes.failOver();
    await client.watch('seen');
    expect(await outcomes(client.incr('seen'))).toEqual(['READONLY']);
    expect(await outcomes(client.multi().incr('seen').exec())).toEqual(['EXECABORT']);
    expect(await stored('seen')).toBeNull();
    expect(await client.incr('seen')).toBe(1);
    expect(lefts()).toBe(1);
  });

  test.each([
    ['ends with UNWATCH', true],
    ['is given up', false],
  ])('of ioredis, which %s: the connection is left', async (_, isEnded) => {
    const client = await openIoredis();
    const key = `unwatched-${isEnded}`;
    await nodes.failOver();
    await client.watch(key);
    expect(await outcomes(client.incr(key))).toEqual(['READONLY']);
    if (isEnded) await client.unwatch();
    else expect(await outcomes(client.incr(key))).toEqual(['READONLY']);
    expect(lefts()).toBe(1);
    expect(await client.incr(key)).toBe(1);
  });

  test('of node-redis: the transaction is refused after a refused write', async () => {
    const client = await openNodeRedis();
    await nodes.failOver();
    await client.watch('seen-2');
    expect(await outcomes(client.incr('seen-2'))).toEqual(['READONLY']);
    const transaction = client.multi().incr('seen-2').exec();
    expect(await outcomes(transaction)).toEqual(['READONLY']);
    expect(await stored('seen-2')).toBeNull();
    expect(await client.incr('seen-2')).toBe(1);
    expect(lefts()).toBe(1);
  });
});

describe('node-redis', () => {
  test('a write behind a WATCH is not sent again, when that is given up either', async () => {
    const client = await openNodeRedis();
    await nodes.failOver();
    await client.watch('given-up-2');
    expect(await outcomes(client.incr('given-up-2'))).toEqual(['READONLY']);
    expect(await outcomes(client.incr('given-up-2'))).toEqual(['READONLY']);
    expect(lefts()).toBe(1);
    expect(await client.get('given-up-2')).toBeNull();
    expect(await outcomes(client.multi().incr('given-up-2').exec())).toEqual(['Client']);
    expect(await client.incr('given-up-2')).toBe(1);
  });

  test('a transaction whose WATCH is lost with the login is not sent again', async () => {
    const client = await openNodeRedis();
    await client.watch('lost');
    await client.sendCommand(['RESET']);
    expect(await outcomes(client.multi().incr('lost').exec())).toEqual(['NOAUTH']);
    expect(await client.incr('lost')).toBe(1);
  });

  const MULTI = ['MULTI'];

  test.each([['MULTI'], ['multi']])('a raw %s: nothing is executed', async (word) => {
    const key = `raw-${word}`;
    const client = await openNodeRedis();
    await nodes.failOver();
    await client.sendCommand([word]);
    expect(await outcomes(client.sendCommand(['INCR', key]))).toEqual(['READONLY']);
    expect(await outcomes(client.sendCommand(['INCR', key]))).toEqual(['READONLY']);
    expect(await outcomes(client.sendCommand(['EXEC']))).toEqual(['EXECABORT']);
    expect(await stored(key)).toBeNull();
    expect(lefts()).toBe(1);
    await client.sendCommand(MULTI);
    await client.sendCommand(['INCR', key]);
    expect(await client.sendCommand(['EXEC'])).toEqual([1]);
  });

  test('a pipeline is not sent again', async () => {
    const client = await openNodeRedis();
    await client.set('line', 'old');
    await nodes.failOver();
    const sent = client.multi().set('line', 'new').get('line').execAsPipeline();
    expect(await outcomes(sent)).toEqual(['READONLY']);
    expect(await stored('line')).toBe('old');
    const next = await client.multi().set('line', 'new').get('line').execAsPipeline();
    expect(next).toEqual(['OK', 'new']);
  });

  test('a pipeline that logs out half-way is not executed twice', async () => {
    const client = await openNodeRedis();
    const sent = client.multi().incr('half').addCommand(['RESET']).incr('half').execAsPipeline();
    expect(await outcomes(sent)).toEqual(['NOAUTH']);
    expect(await client.get('half')).toBe('1');
  });

  test('one on a connection without a login is sent again: nothing was executed', async () => {
    const client = await openNodeRedis();
    await client.sendCommand(['RESET']);
    expect(await client.multi().incr('again').incr('again').execAsPipeline()).toEqual([1, 2]);
    await client.sendCommand(['RESET']);
    expect(await client.multi().incr('again').incr('again').exec()).toEqual([3, 4]);
    expect(await stored('again')).toBe('4');
  });
});
