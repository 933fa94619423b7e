/**
 * Each exported function of the client refuses what is no argument of it: a new export without a
 * row fails.
 */

import { Redis } from 'ioredis';
import { createClient } from 'redis';
import * as client from '../../client';
import { iamCredentials } from '../support/iam-client';
import { Secret } from '../support/secret';

type Call = (given: unknown) => unknown;

const PLAIN = 'redis://default:a-password@localhost:6380/0';
const URL = 'rediss://default:a-password@cache.example:6380/0';
const credentials = () => new Secret().credentials();

/** Each function, constructor and method of the entry point, with where its arguments go. */
const REFUSING: Readonly<Record<string, readonly Call[]>> = {
  IamCredentials: [(given) => new client.IamCredentials(given as never)],
  RedisCredentials: [(given) => new client.RedisCredentials(given as never)],
  connectIoredis: [
    (given) => client.connectIoredis(given as never, { Redis }),
    (given) => client.connectIoredis(credentials(), given as never),
    (given) => client.connectIoredis(iamCredentials(), given as never),
  ],
  connectNodeRedis: [
    (given) => client.connectNodeRedis(given as never, { createClient }),
    (given) => client.connectNodeRedis(credentials(), given as never),
    (given) => client.connectNodeRedis(iamCredentials(), given as never),
  ],
  explainRedisError: [(given) => client.explainRedisError(new Error('x'), given as never)],
  'redisUrl.parse': [(given) => client.redisUrl.parse(given as never)],
  'redisUrl.build': [(given) => client.redisUrl.build(given as never)],
};

/** Objects whose properties all have defaults. */
const OPTIONS: Readonly<Record<string, Call>> = {
  'redisUrl.parse': (given) => client.redisUrl.parse(PLAIN, given as never),
  'redisUrl.build': (given) => client.redisUrl.build(client.redisUrl.parse(URL), given as never),
};

/** Functions that take any value, with the reason. */
const TOTAL: Readonly<Record<string, string>> = {
  'SecretText.of': 'wraps any value, which nothing can print by accident',
  RedisClientError: 'its code and text come from this package',
  'redisUrl.mask': 'returns a placeholder for what is no connection string',
};

const ODD = [null, 5, 'a-password-to-look-for', [], Symbol('s'), () => 1];
const OTHER_OBJECTS = [undefined, {}, { stgae: 1 }];

function refused(call: Call, given: unknown): Promise<unknown> {
  return Promise.resolve()
    .then(() => call(given))
    .then(
      () => `nothing was refused of ${String(given)}`,
      (error: unknown) => error,
    );
}

function namesOf([name, each]: [string, unknown]): readonly string[] {
  const methods = Object.getOwnPropertyNames(each).filter(
    (key) => typeof Reflect.get(each as object, key) === 'function' && key !== 'prototype',
  );
  const own = methods.map((key) => `${name}.${key}`);
  return typeof each === 'function' ? [name, ...own] : own;
}

test('each function, method and constructor has a row', () => {
  const rows = [...Object.keys(REFUSING), ...Object.keys(TOTAL)];
  const isCovered = (name: string) =>
    rows.some((row) => row === name || row.startsWith(`${name}.`));
  const named = Object.entries(client).flatMap(namesOf);
  expect(named.length).toBeGreaterThan(7);
  expect(named.filter((name) => !isCovered(name))).toStrictEqual([]);
});

const CALLS = Object.entries(REFUSING).flatMap(([name, calls]) =>
  calls.map(
    (call, index) => [`${name}, argument ${index}`, call, [...ODD, ...OTHER_OBJECTS]] as const,
  ),
);
const WITH_OPTIONS = Object.entries(OPTIONS).map(
  ([name, call]) => [`${name}, its options`, call, [...ODD, { stgae: 1 }]] as const,
);

test.each([...CALLS, ...WITH_OPTIONS])('%s', async (_, call, odd) => {
  for (const given of odd) {
    const error = (await refused(call, given)) as client.RedisClientError;
    expect([given, error]).toEqual([given, expect.any(client.RedisClientError)]);
    expect(['setting-refused', 'url-refused']).toContain(error.code);
    expect(error.message).not.toContain('a-password-to-look-for');
  }
});
