/**
 * `doctor` tells what fails in a cluster, and explains the errors that real client libraries make
 * of a failure.
 */

import { spawnSync } from 'node:child_process';
import { Cluster, Redis } from 'ioredis';
import { createClient } from 'redis';
import { ensureRedisServer } from '../../cli/server/redis-binary';
import { RespError } from '../../contract/resp';
import { Admin, doctored, explained, PASSWORD, produces } from '../support/doctor-run';
import { joinNodes, startClusterNode } from '../support/own-cluster';
import { endOwnServers, type OwnServer, startOwnServer } from '../support/own-server';

const { path: program } = ensureRedisServer(() => undefined);

/** Slots by `CLUSTER KEYSLOT`: of `bar` on the first node, of `foo` on the second. */
const SLOT_OF_BAR = '5061';

let first: OwnServer;
let second: OwnServer;
let plain: OwnServer;
let one: Admin;
let two: Admin;

beforeAll(async () => {
  [first, second] = [await startClusterNode(program), await startClusterNode(program)];
  [one, two] = [await Admin.of(first.port), await Admin.of(second.port)];
  plain = await startOwnServer(program, ['port PORT', `requirepass ${PASSWORD}`]);
});

afterAll(async () => {
  for (const admin of [one, two]) admin.close();
  await endOwnServers();
});

const url = (database = 0) => `redis://127.0.0.1:${first.port}/${database}`;

describe('A node of a cluster', () => {
  produces('cluster-down', 'a node without slots', () => doctored(url()));

  produces('select-in-cluster', 'database 1 of a cluster', () => doctored(url(1)));

  describe('that serves half of the slots', () => {
    beforeAll(() => joinNodes(one, two, second.port), 15_000);

    test('is healthy for a cluster client', async () => {
      const { state, notes, checked } = await doctored(url());
      expect(state).toBe('healthy');
      expect(notes).toContain('a client without cluster mode gets MOVED for keys of other nodes');
      expect(checked.join('\n')).toContain('a node of a cluster, primary');
    });

    produces('moved', 'a key of the other node', () => doctored(url(), { command: 'GET foo' }));

    produces('cross-slot', 'two keys of two slots', () =>
      doctored(url(), { command: 'MGET bar other' }),
    );

    describe('one of which is being moved', () => {
      beforeAll(async () => {
        await one.ask('SET', '{bar}1', 'stays');
        const id = String(await two.ask('CLUSTER', 'MYID'));
        await one.ask('CLUSTER', 'SETSLOT', SLOT_OF_BAR, 'MIGRATING', id);
      });

      produces('ask', 'a key of a slot that is being moved', () =>
        doctored(url(), { command: 'GET bar' }),
      );

      produces('try-again', 'two keys of a slot that is being moved', () =>
        doctored(url(), { command: 'MGET {bar}1 {bar}2' }),
      );
    });
  });
});

describe('Errors of real libraries', () => {
  produces('cluster-disabled', 'CLUSTER SLOTS at a server that is not a cluster', async () => {
    const admin = await Admin.of(plain.port, PASSWORD);
    const reply = await admin.probe.ask('CLUSTER', 'SLOTS');
    admin.close();
    return explained(reply instanceof RespError ? reply.message : '');
  });

  produces('cluster-nodes-unreachable', 'Cluster of ioredis, and no node listens', async () => {
    const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], {
      clusterRetryStrategy: () => null,
      lazyConnect: true,
    });
    cluster.on('error', () => undefined);
    const error = await cluster.connect().catch((failure: unknown) => failure);
    cluster.disconnect();
    return explained(String(error));
  });

  produces('retries-exhausted', 'ioredis after its retries', async () => {
    const redis = new Redis({ port: 1, host: '127.0.0.1', maxRetriesPerRequest: 1 });
    redis.on('error', () => undefined);
    const error = await redis.get('key').catch((failure: unknown) => failure);
    redis.disconnect();
    return explained(String(error));
  });

  const ioredis = async (options: object) => {
    const redis = new Redis({ lazyConnect: true, retryStrategy: () => null, ...options });
    const errors: unknown[] = [];
    redis.on('error', (error) => errors.push(error));
    await redis
      .connect()
      .then(
        () => redis.ping(),
        () => undefined,
      )
      .catch((error: unknown) => errors.push(error));
    redis.disconnect();
    return errors;
  };

  const nodeRedis = async (options: object) => {
    const client = createClient({ ...options });
    const errors: unknown[] = [];
    client.on('error', () => undefined);
    await client
      .connect()
      .then(() => client.ping())
      .catch((error: unknown) => errors.push(error));
    client.destroy();
    return errors;
  };

  const textOf = (errors: readonly unknown[]) => {
    const [error] = errors as readonly (Error & { readonly code?: string })[];
    return `${error?.name}: ${error?.message} ${error?.code ?? ''}`;
  };

  test.each([
    ['connection-refused', { port: 1 }],
    ['password-missing', {}],
    ['password-wrong', { password: 'another-password' }],
  ] as const)(
    '%s: as ioredis and node-redis say it',
    async (id, { port, password }: { readonly port?: number; readonly password?: string }) => {
      const at = { host: '127.0.0.1', port: port ?? plain.port };
      const one = await ioredis({ ...at, password });
      const socket = { ...at, reconnectStrategy: false as const };
      const two = await nodeRedis({ password, socket });
      expect([one, two].map((errors) => explained(textOf(errors)).failure?.id)).toStrictEqual([
        id,
        id,
      ]);
    },
  );
});

describe('The log of an application', () => {
  /** The text of an error reply, after other commands. */
  async function refusalOf(...commands: readonly (readonly string[])[]): Promise<string> {
    const admin = await Admin.of(plain.port, PASSWORD);
    try {
      for (const command of commands) await admin.ask(...command);
      return 'no refusal';
    } catch (error) {
      return String(error);
    } finally {
      await admin.ask('DEL', 'a-list');
      admin.close();
    }
  }

  produces('wrong-type', 'INCR of a list', async () =>
    explained(await refusalOf(['RPUSH', 'a-list', '1'], ['INCR', 'a-list'])),
  );

  produces('script-not-loaded', 'EVALSHA of a script that the server never had', async () =>
    explained(await refusalOf(['EVALSHA', 'a'.repeat(40), '0'])),
  );
});

describe('The health check of the troubleshooting chapter', () => {
  const cli = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(program.replace(/-server$/, '-cli'), ['-p', `${plain.port}`, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    });

  produces('port-taken', 'the log of a second server at the port of the first', async () => {
    const second = spawnSync(program, ['--port', `${plain.port}`], { encoding: 'utf8' });
    return explained(`${second.stdout}${second.stderr}`);
  });

  produces('server-too-old', 'scripted: the text of BullMQ', async () =>
    explained('Error: Redis version needs to be greater or equal than 5.0.0 Current: 3.2.1'),
  );

  produces('eviction-loses-data', 'scripted: the text of BullMQ', async () =>
    explained('IMPORTANT! Eviction policy is volatile-lru. It should be "noeviction"'),
  );

  produces('connection-cause-open', 'scripted: the text of Jedis', async () =>
    explained('Failed to connect to any host resolved for DNS name.'),
  );

  produces('answer-cause-open', 'scripted: the text of phpredis', async () =>
    explained('read error on connection to redis:6379'),
  );

  produces('sentinel-without-primary', 'scripted: the text of ioredis', async () =>
    explained('Error: All sentinels are unreachable. Retrying from scratch after 10ms.'),
  );

  produces('container-unhealthy', 'scripted: the status of compose; its checks run', async () => {
    // What passes without a login, and what does not.
    const blind = cli(['ping']);
    expect(blind.stdout).toContain('NOAUTH');
    expect(blind.status).toBe(0);
    expect(cli(['ping'], { REDISCLI_AUTH: PASSWORD }).stdout.trim()).toBe('PONG');
    return explained('pazpaz-redis  redis:7-alpine  Up 2 minutes (unhealthy)  127.0.0.1:6379');
  });

  produces(
    'data-not-kept',
    'a new, empty server that saves nothing, and the words of it',
    async () => {
      const { notes } = await doctored(`redis://:${PASSWORD}@127.0.0.1:${plain.port}/0`);
      expect(notes.join()).toContain('data-not-kept: the server is empty, has just started');
      return explained('all data was lost after the migration');
    },
  );
});
