/**
 * A database of a sharded Valkey 9 is selected in the way of each client that supports it; synth
 * refuses it for other clients.
 */

import { type ClientName, Engine, type SecureRedisProps, Topology } from '../../../lib';
import { CLIENT_PROFILES } from '../../../lib/client-profiles/client-profiles';
import { flatten } from '../../support/flatten';
import { makeStack } from '../../support/synth';

const NINE: SecureRedisProps = {
  engine: Engine.VALKEY_9_0,
  nodeType: 'cache.r7g.large',
  topology: Topology.sharded({ shards: 2 }),
};
const EIGHT_DATABASES = makeStack({ ...NINE, parameters: { 'cluster-databases': '8' } });
const SEED = '<CacheReplicationGroup5B07CC82.ConfigurationEndPoint.Address>';

/** The clients that select a database on each node of a sharded cache. */
const ABLE: readonly ClientName[] = ['ioredis', 'bullmq', 'valkey-glide', 'jedis', 'redis-cli'];
/** Those that know shards and select none: an error of the client, or database 0 in silence. */
const UNABLE: readonly ClientName[] = [
  'redis-py',
  'redis-py-asyncio',
  'node-redis',
  'go-redis',
  'lettuce',
  'spring-data-redis',
  'redis-rs',
  'stackexchange-redis',
  'phpredis',
];

function of(client: ClientName, database: number, stack = EIGHT_DATABASES) {
  return flatten(stack.resolve(stack.cache.connectionString({ client, database }))) as {
    readonly template?: string;
    readonly options: Readonly<Record<string, unknown>>;
  };
}

describe('A database of a sharded Valkey 9', () => {
  test('every client that knows shards is in one of the two lists', () => {
    const sharded = Object.entries(CLIENT_PROFILES).filter(([, { use }]) => 'sharded' in use);
    expect([...ABLE, ...UNABLE].sort()).toStrictEqual(sharded.map(([name]) => name).sort());
  });

  test.each(ABLE)('%s: the last one is taken, the next is refused', (client) => {
    expect(() => of(client, 7)).not.toThrow();
    expect(() => of(client, 8)).toThrow(
      '`database` must be an integer from 0 to 7, got 8: the cache has 8 ' +
        'databases. Change it, or set the parameter `cluster-databases`.',
    );
  });

  test.each(UNABLE)('%s: refused, with those that can', (client) => {
    expect(() => of(client, 0)).not.toThrow();
    expect(() => of(client, 1)).toThrow(
      `\`database\` must be 0 with ${CLIENT_PROFILES[client].title}, which selects ` +
        'no database of a sharded cache, got 1. Prefix the keys, or take one of ' +
        'ioredis, bullmq, valkey-glide, jedis, redis-cli.',
    );
  });

  test('where each of them says it', () => {
    expect(of('ioredis', 3).options.redisOptions).toMatchObject({ db: 3 });
    expect(of('bullmq', 3).options.redisOptions).toMatchObject({ db: 3 });
    expect(of('valkey-glide', 3).options).toMatchObject({ databaseId: 3 });
    expect(of('jedis', 3).options).toMatchObject({ database: 3 });
    expect(of('redis-cli', 3).template).toBe(`rediss://${SEED}:6380/3`);
  });

  test('database 0 adds no option', () => {
    expect(of('ioredis', 0).options.redisOptions).not.toHaveProperty('db');
    expect(of('jedis', 0).options).not.toHaveProperty('database');
  });

  test.each<[string, SecureRedisProps, string]>([
    [
      'Valkey 9 that does not say how many',
      NINE,
      'this sharded cache has one database. Prefix the keys, or make another cache, or set the ' +
        'parameter `cluster-databases`.',
    ],
    [
      'Valkey 8',
      { ...NINE, engine: Engine.VALKEY_8_2 },
      'a sharded cache has one database. Prefix the keys, or make another cache.',
    ],
  ])('without the parameter only database 0 is certain: %s', (_, props, end) => {
    expect(() => of('ioredis', 1, makeStack(props))).toThrow(
      `\`database\` must be 0, got 1: ${end}`,
    );
  });
});
