/** One client of each adapter, for tests that ask the same of all of them. */

import { Cluster, Redis } from 'ioredis';
import { createClient, createCluster } from 'redis';
import { connectIoredis } from '../../client/connect-ioredis';
import { connectNodeRedis } from '../../client/connect-node-redis';
import type { ConnectOptions } from '../../client/connect-options';
import type { IamCredentials } from '../../client/iam-credentials';
import type { RedisCredentials } from '../../client/redis-credentials';

/** What the tests do with a client, whatever its library. */
export interface Client {
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<unknown>;
  end(): void;
}

export type Connect = (
  credentials: RedisCredentials | IamCredentials,
  options: ConnectOptions,
) => Promise<Client>;

export const ofIoredis = (client: Redis | Cluster): Client => ({
  set: (key, value) => client.set(key, value),
  get: (key) => client.get(key),
  end: () => client.disconnect(),
});

export const STANDALONE: readonly (readonly [string, Connect])[] = [
  ['ioredis', async (...args) => ofIoredis(await connectIoredis(args[0], { ...args[1], Redis }))],
  [
    'node-redis',
    async (credentials, options) => {
      const client = await connectNodeRedis(credentials, { ...options, createClient });
      return {
        set: (key, value) => client.set(key, value),
        get: (key) => client.get(key),
        end: () => client.destroy(),
      };
    },
  ],
];

export const CLUSTERS: readonly (readonly [string, Connect])[] = [
  ['ioredis', async (...args) => ofIoredis(await connectIoredis(args[0], { ...args[1], Cluster }))],
  [
    'node-redis',
    async (credentials, options) => {
      const client = await connectNodeRedis(credentials, { ...options, createCluster });
      return {
        set: (key, value) => client.set(key, value),
        get: (key) => client.get(key),
        end: () => client.destroy(),
      };
    },
  ],
];
