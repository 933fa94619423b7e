/**
 * Wrong arguments, which only untyped callers can pass, are refused at once with the given kind and
 * the allowed values, without quoting a possible secret.
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
  expect(message).toMatch(/^`\w+` must be .*, got .*\. Correct the setting\.$/);
  expect(message).not.toContain(SECRET);
  return message;
}

describe.each([
  ['ioredis', ioredis, { Redis }, '{ Redis }, or { Cluster } for a sharded cache'],
  ['node-redis', nodeRedis, { createClient }, '{ createClient }, or { createCluster } for a'],
])('%s refuses', (_, connect, right, names) => {
  test.each([
    [
      undefined,
      'must be a new RedisCredentials({ read }) or IamCredentials({ userId, … }), got undefined',
    ],
    [
      { username: 'default', password: SECRET },
      'must be a new RedisCredentials({ read }) or IamCredentials({ userId, … }), got an object',
    ],
    [
      SECRET,
      'must be a new RedisCredentials({ read }) or IamCredentials({ userId, … }), got a text',
    ],
    [
      () => SECRET,
      'must be a new RedisCredentials({ read }) or IamCredentials({ userId, … }), got a function',
    ],
    [[], 'must be a new RedisCredentials({ read }) or IamCredentials({ userId, … }), got a list'],
  ])('invalid credentials: %j', async (given, why) => {
    expect(await refusal(connect, given, right)).toContain(why);
  });

  test.each([
    [undefined, 'undefined'],
    [SECRET, 'a text'],
    [{}, 'neither'],
    [{ Redis: undefined, Cluster: undefined, createClient: undefined }, 'neither'],
  ])('options without a library: %j', async (given, why) => {
    const line = await refusal(connect, credentials(), given);
    expect(line).toContain(`\`options\` must be ${names}`);
    expect(line).toContain(`, got ${why}.`);
  });

  test.each([
    [{ ca: 42 }, '-----BEGIN CERTIFICATE----- on, got 42.'],
    [{ ca: '' }, 'CERTIFICATE----- on, got a text without a certificate.'],
    [{ ca: SECRET }, 'CERTIFICATE----- on, got a text without a certificate.'],
    [{ ca: DAMAGED }, 'CERTIFICATE----- on, got a text without a certificate.'],
    [{ ca: Buffer.from(SECRET) }, '`ca` must be the text of a PEM file, from '],
    [{ log: 'x' }, '`log` must be a function that takes an event, got a text'],
    [{ log: null }, 'takes an event, got null.'],
    [{ options: SECRET }, '`options` must be an object of options of the library, got a text'],
    [{ options: null }, 'of the library, got null.'],
    [{ options: [] }, 'of the library, got a list.'],
    [
      { connectTimeoutMs: '5' },
      '`connectTimeoutMs` must be an integer from 1 to 2147483647 milliseconds, got "5"',
    ],
    [{ connectTimeoutMs: SECRET }, 'milliseconds, got a text.'],
    [{ healthCheckIntervalMs: Symbol('x') }, 'milliseconds, got a symbol.'],
    [{ database: '1' }, '`database` must be an integer of 0 or more, got "1"'],
    [{ database: Number.NaN }, '0 or more, got NaN.'],
    [{ database: null }, '0 or more, got null.'],
    [{ endpoint: 'replica' }, '`endpoint` must be "primary" or "reader", got "replica"'],
    [{ endpoint: 1 }, '"reader", got 1.'],
  ])('a setting: %p', async (wrong, why) => {
    expect(await refusal(connect, credentials(), { ...right, ...wrong })).toContain(why);
  });
});

describe('Options that do not exist are refused, which would be ignored', () => {
  const all = 'endpoint, database, ca, log, connectTimeoutMs, healthCheckIntervalMs, options';

  test.each([
    [
      ioredis,
      { Redis, conectTimeoutMs: 5 },
      `\`options\` must be some of Redis, Cluster, ${all}, got conectTimeoutMs, did you mean ` +
        'connectTimeoutMs?.',
    ],
    [ioredis, { Cluster, Database: 3 }, 'got Database, did you mean database?'],
    [ioredis, { Redis, healthCheckInterval: 5 }, 'got healthCheckInterval, did you mean health'],
    [ioredis, { Redis, retryStrategy: () => 1 }, `${all}, got retryStrategy.`],
    [ioredis, { Redis, createClient }, `${all}, got createClient.`],
    [
      nodeRedis,
      { createClient, socket: { host: SECRET } },
      `some of createClient, createCluster, ${all}, got socket.`,
    ],
    [nodeRedis, { createCluster, endPoint: 'reader' }, 'got endPoint, did you mean endpoint?'],
    [nodeRedis, { createClient, 'a key': 1 }, `${all}, got "a key".`],
  ])('%#', async (connect, given, why) => {
    expect(await refusal(connect, credentials(), given)).toContain(why);
  });

  const read = async () => SECRET;

  test.each([
    [{ read, maxAge: 5 }, 'sleep, random, got maxAge, did you mean maxAgeMs?'],
    [{ read, ttl: 5 }, '`options` must be some of read, refreshAfterMs, maxAgeMs, readTimeoutMs'],
  ])('by RedisCredentials, too: %p', (given, why) => {
    expect(() => new RedisCredentials(given)).toThrow(why);
  });

  test.each([
    [{ allowPlainTextOnLocalHost: true }, 'did you mean allowPlaintextOnLocalhost?'],
    [{ tls: false }, 'some of allowPlaintextOnLocalhost, allowPlaintextTo, got tls.'],
    [{ allowPlaintextTo: 'redis' }, "a list of names without a dot, such as ['redis'], got"],
    [{ allowPlaintextTo: ['redis', 'a.example'] }, 'without a dot'],
    [{ allowPlaintextTo: ['::1'] }, 'without a dot'],
    [{ allowPlaintextTo: [''] }, 'without a dot'],
    [{ allowPlaintextTo: [7] }, 'without a dot'],
  ])('by redisUrl, too: %p', (given, why) => {
    const parts = redisUrl.parse('rediss://default:ab@h:1/0');
    const options: object = given;
    expect(() => redisUrl.parse('rediss://default:ab@h:1/0', options)).toThrow(why);
    expect(() => redisUrl.build(parts, options)).toThrow(why);
  });
});

describe('Classes of another library are refused', () => {
  class Mine extends Redis {}

  test.each([
    [
      ioredis,
      { Redis: createClient },
      '`Redis` must be the class Redis of ioredis, got something else',
    ],
    [
      ioredis,
      { Redis: Cluster },
      '`Redis` must be the class Redis of ioredis, got something else.',
    ],
    [
      ioredis,
      { Redis: () => undefined },
      '`Redis` must be the class Redis of ioredis, got something else.',
    ],
    [ioredis, { Redis: Map }, '`Redis` must be the class Redis of ioredis, got something else.'],
    [
      ioredis,
      { Redis: 'ioredis' },
      '`Redis` must be what the library exports as Redis, got a text.',
    ],
    [
      ioredis,
      { Cluster: Redis },
      '`Cluster` must be the class Cluster of ioredis, got something else',
    ],
    [ioredis, { Redis, Cluster }, 'for a sharded cache, got both.'],
    [
      nodeRedis,
      { createClient: 'redis' },
      '`createClient` must be what the library exports as createClient, got a text',
    ],
    [nodeRedis, { createClient: Redis }, 'got something that makes no client.'],
    [nodeRedis, { createClient: createCluster }, 'got something that makes no client.'],
    [nodeRedis, { createClient: () => ({}) }, 'got something that makes no client.'],
    [nodeRedis, { createCluster: createClient }, 'got something that makes no client.'],
    [nodeRedis, { createClient, createCluster }, 'for a sharded cache, got both.'],
  ])('%#', async (connect, given, why) => {
    expect(await refusal(connect, credentials(), given)).toContain(why);
  });

  test('but not a class that is made of the right one', async () => {
    const settings = { Redis: Mine, Cluster: undefined, connectTimeoutMs: 0 };
    expect(await refusal(ioredis, credentials(), settings)).toContain('got 0.');
  });
});

describe('The rest of the entry point refuses, too', () => {
  const read = async () => SECRET;
  const make = (given?: unknown) => () => new RedisCredentials(given as { read: () => never });

  test.each([
    [undefined, '`options` must be { read }, a function that reads the secret, got undefined'],
    [() => SECRET, 'that reads the secret, got a function.'],
    [{}, '`read` must be a function that resolves to the text of the secret, got ' + 'undefined'],
    [{ read: SECRET }, 'the text of the secret, got a text.'],
    [{ read, now: 5 }, '`now` must be a function that returns milliseconds, got 5'],
    [{ read, sleep: 5 }, '`sleep` must be a function that waits for milliseconds, got 5'],
    [{ read, maxAgeMs: '100' }, '`maxAgeMs` must be 1 to 86400000 milliseconds, got "100"'],
  ])('to make credentials of %p', (given, why) => {
    expect(make(given)).toThrow(RedisClientError);
    expect(make(given)).toThrow(expect.objectContaining({ code: 'setting-refused' }));
    expect(make(given)).toThrow(why);
  });

  const { build, parse } = redisUrl as unknown as Record<'build' | 'parse', (x?: unknown) => void>;

  test.each([
    ['build nothing', () => build(), 'the connection string must be built from { username,'],
    ['build null', () => build(null), 'built from { username, password, host, port, database }.'],
    ['build a text', () => build('x'), 'must be built from {'],
    ['parse nothing', () => parse(), 'the connection string is not a text. Take'],
    ['parse a symbol', () => parse(Symbol('x')), 'is not a text'],
  ])('to %s', (_, run, why) => {
    expect(run).toThrow(expect.objectContaining({ code: 'url-refused' }));
    expect(run).toThrow(why);
  });

  test('with one advice about a query, not with two', () => {
    expect(() => redisUrl.parse('rediss://default:ab@h:1/0?db=3')).toThrow(
      'the connection string has a query or a fragment after the host: only a database may ' +
        'follow it. Take the connection string from the secret, or build it with redisUrl.build.',
    );
  });
});
