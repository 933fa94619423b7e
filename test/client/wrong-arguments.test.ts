/**
 * Proves that what only a program without types can pass is refused at once, in words that say what
 * was given and what is allowed, and never quote what could be a secret.
 */

import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster } from 'redis';
import { connectIoredis } from '../../client/connect-ioredis';
import { connectNodeRedis } from '../../client/connect-node-redis';
import { RedisClientError } from '../../client/redis-client-error';
import { RedisCredentials } from '../../client/redis-credentials';
import { redisUrl } from '../../client/redis-url';
import { errorOf, Secret } from '../support/secret';

type Untyped = (...args: unknown[]) => Promise<unknown>;
const ioredis = connectIoredis as unknown as Untyped;
const nodeRedis = connectNodeRedis as unknown as Untyped;

const SECRET = 'a-password-to-look-for';
const credentials = () => new Secret().credentials();
const DAMAGED = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----';

/** The refusal, which came before the secret was read. */
async function refusal(connect: Untyped, ...args: readonly unknown[]): Promise<string> {
  const { code, message } = await errorOf(connect(...args));
  expect(code).toBe('setting-refused');
  expect(message).toMatch(/ (is|are) .*(allowed (is|are)|alone).*; correct the setting$/);
  expect(message).not.toContain(SECRET);
  return message;
}

describe.each([
  ['ioredis', ioredis, { Redis }, '{ Redis }, or { Cluster } for a sharded cache'],
  ['node-redis', nodeRedis, { createClient }, '{ createClient }, or { createCluster } for a'],
])('%s refuses', (_, connect, right, names) => {
  test.each([
    [undefined, '`credentials` is undefined; allowed is a new RedisCredentials({ read })'],
    [{ username: 'default', password: SECRET }, '`credentials` is an object; allowed'],
    [SECRET, '`credentials` is a text; allowed'],
    [() => SECRET, '`credentials` is a function; allowed'],
    [[], '`credentials` is a list; allowed'],
  ])('credentials that are none: %j', async (given, why) => {
    expect(await refusal(connect, given, right)).toContain(why);
  });

  test.each([
    [undefined, '`options` is undefined'],
    [SECRET, '`options` is a text'],
    [{}, 'no class or function is given'],
    [{ Redis: undefined, Cluster: undefined, createClient: undefined }, 'no class or function is'],
  ])('options without a library: %j', async (given, why) => {
    expect(await refusal(connect, credentials(), given)).toContain(`${why}`);
    expect(await refusal(connect, credentials(), given)).toContain(`allowed is ${names}`);
  });

  test.each([
    [{ ca: 42 }, '`ca` is 42; allowed is the text of a PEM file, from -----BEGIN CERTIFICATE'],
    [{ ca: '' }, '`ca` is a text without a certificate; allowed'],
    [{ ca: SECRET }, '`ca` is a text without a certificate; allowed'],
    [{ ca: DAMAGED }, '`ca` is a text without a certificate; allowed'],
    [{ ca: Buffer.from(SECRET) }, '`ca` is an object; allowed'],
    [{ log: 'x' }, '`log` is a text; allowed is a function that takes an event'],
    [{ log: null }, '`log` is null; allowed'],
    [{ options: SECRET }, '`options` is a text; allowed is an object of options of the library'],
    [{ options: null }, '`options` is null; allowed'],
    [{ options: [] }, '`options` is a list; allowed'],
    [{ connectTimeoutMs: '5' }, '`connectTimeoutMs` is "5"; allowed are 1 to 2147483647'],
    [{ connectTimeoutMs: SECRET }, '`connectTimeoutMs` is a text; allowed'],
    [{ healthCheckIntervalMs: Symbol('x') }, '`healthCheckIntervalMs` is a symbol; allowed'],
    [{ database: '1' }, '`database` is "1"; allowed is a whole number of 0 or more'],
    [{ database: Number.NaN }, '`database` is NaN; allowed'],
    [{ database: null }, '`database` is null; allowed'],
    [{ endpoint: 'replica' }, '`endpoint` is "replica"; allowed are "primary" and "reader"'],
    [{ endpoint: 1 }, '`endpoint` is 1; allowed'],
  ])('a setting: %p', async (wrong, why) => {
    expect(await refusal(connect, credentials(), { ...right, ...wrong })).toContain(why);
  });
});

describe('What is of another library is refused', () => {
  class Mine extends Redis {}

  test.each([
    [ioredis, { Redis: createClient }, '`Redis` is something else; allowed is the class Redis of'],
    [ioredis, { Redis: Cluster }, '`Redis` is something else'],
    [ioredis, { Redis: () => undefined }, '`Redis` is something else'],
    [ioredis, { Redis: Map }, '`Redis` is something else'],
    [ioredis, { Redis: 'ioredis' }, '`Redis` is a text'],
    [ioredis, { Cluster: Redis }, '`Cluster` is something else; allowed is the class Cluster of'],
    [ioredis, { Redis, Cluster }, '`Redis` and `Cluster` are both given; allowed is { Redis }, or'],
    [nodeRedis, { createClient: 'redis' }, '`createClient` is a text; allowed is what the library'],
    [nodeRedis, { createClient: Redis }, '`createClient` is something that makes no client'],
    [nodeRedis, { createClient: createCluster }, '`createClient` is something that makes no'],
    [nodeRedis, { createClient: () => ({}) }, '`createClient` is something that makes no client'],
    [nodeRedis, { createCluster: createClient }, '`createCluster` is something that makes no'],
    [nodeRedis, { createClient, createCluster }, '`createClient` and `createCluster` are both'],
  ])('%#', async (connect, given, why) => {
    expect(await refusal(connect, credentials(), given)).toContain(why);
  });

  test('but not a class that is made of the right one', async () => {
    const settings = { Redis: Mine, Cluster: undefined, connectTimeoutMs: 0 };
    expect(await refusal(ioredis, credentials(), settings)).toContain('`connectTimeoutMs` is 0');
  });
});

describe('The rest of the entry point refuses, too', () => {
  const read = async () => SECRET;
  const make = (given?: unknown) => () => new RedisCredentials(given as { read: () => never });

  test.each([
    [undefined, '`options` is undefined; allowed is { read }, a function that reads the secret'],
    [() => SECRET, '`options` is a function; allowed'],
    [{}, '`read` is undefined; allowed is a function that resolves to the text of the secret'],
    [{ read: SECRET }, '`read` is a text; allowed'],
    [{ read, now: 5 }, '`now` is 5; allowed is a function that returns milliseconds'],
    [{ read, sleep: 5 }, '`sleep` is 5; allowed is a function that waits'],
    [{ read, maxAgeMs: '100' }, '`maxAgeMs` is "100"; allowed are 1 to 86400000'],
  ])('to make credentials of %p', (given, why) => {
    expect(make(given)).toThrow(RedisClientError);
    expect(make(given)).toThrow(expect.objectContaining({ code: 'setting-refused' }));
    expect(make(given)).toThrow(why);
  });

  const { build, parse } = redisUrl as unknown as Record<'build' | 'parse', (x?: unknown) => void>;

  test.each([
    ['build nothing', () => build(), 'the connection string has no parts; allowed is { username,'],
    ['build null', () => build(null), 'has no parts; allowed is { username, password, host, port,'],
    ['build a text', () => build('x'), 'has no parts'],
    ['parse nothing', () => parse(), 'the connection string is not a text; take'],
    ['parse a symbol', () => parse(Symbol('x')), 'is not a text'],
  ])('to %s', (_, run, why) => {
    expect(run).toThrow(expect.objectContaining({ code: 'url-refused' }));
    expect(run).toThrow(why);
  });

  test('with one advice about a query, not with two', () => {
    expect(() => redisUrl.parse('rediss://default:ab@h:1/0?db=3')).toThrow(
      'the connection string has a query or a fragment after the host, and allowed is a database ' +
        'alone; take the connection string from the secret, or build it with redisUrl.build',
    );
  });
});
