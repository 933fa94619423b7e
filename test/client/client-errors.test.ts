/**
 * Client errors: a failed connection reports why, where and what to do, for each library, and
 * leaves nothing open.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { inspect } from 'node:util';
import { generate } from 'selfsigned';
import type { ConnectOptions, RedisClientEvent } from '../../client/connect-options';
import { explainRedisError, RedisClientError } from '../../client/redis-client-error';
import { RedisCredentials } from '../../client/redis-credentials';
import { CLUSTERS, type Connect, STANDALONE } from '../support/clients';
import { noteOutput } from '../support/leaks';
import { type LocalDeployment, startLocally } from '../support/local-deployment';

let local: LocalDeployment;
const servers: { readonly server: Server; readonly sockets: Socket[] }[] = [];

beforeAll(async () => {
  local = await startLocally();
  await local.deployment.service.rotate();
}, 60_000);

afterEach(() => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

afterAll(() => local.deployment.stop());

/** The secret, but for what is given. */
const credentialsWith = (given: object) =>
  new RedisCredentials({
    read: async () => JSON.stringify({ ...JSON.parse(local.deployment.secretString()), ...given }),
  });

async function errorOf(connect: Connect, given: object, more: ConnectOptions = {}) {
  const events: RedisClientEvent[] = [];
  const { caPem: ca } = local.deployment.certificates;
  const credentials = credentialsWith(given);
  const log = (event: RedisClientEvent) => events.push(event);
  const error = await connect(credentials, { ca, log, ...more }).then(
    (client) => client.end(),
    (failure: unknown) => failure,
  );
  noteOutput(inspect([error, events], { depth: 9, showHidden: true }));
  expect(error).toBeInstanceOf(RedisClientError);
  return { error: error as RedisClientError, events, credentials };
}

async function listen(server: Server): Promise<number> {
  const sockets: Socket[] = [];
  servers.push({ server, sockets });
  server.on('connection', (socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

const connectionsOf = async () => {
  const lists = local.deployment.nodes.map((node) =>
    node.admin('CLIENT', 'LIST', 'TYPE', 'normal'),
  );
  return (await Promise.all(lists)).map(String).join('').trim().split('\n').length;
};

const DECIDED_FOR_IOREDIS = [
  ...['Connector', 'db', 'dnsLookup', 'host', 'lazyConnect', 'password', 'path', 'port'],
  ...['redisOptions', 'sentinels', 'tls', 'username'],
];
const DECIDED_FOR_NODE_REDIS = [
  ...['credentialsProvider', 'database', 'defaults', 'password', 'pingInterval', 'rootNodes'],
  ...['socket', 'url', 'username'],
];

const ALL = [
  ...STANDALONE,
  ...CLUSTERS.map(([name, connect]) => [`${name} cluster`, connect] as const),
];

describe.each(ALL)('%s says why it cannot connect', (name, connect) => {
  /** Where each library is told of TLS. */
  const decided = name.includes('node-redis') ? 'socket' : 'tls';

  test('connection refused', async () => {
    const { error } = await errorOf(connect, { port: 1 });
    expect(error).toMatchObject({ code: 'cannot-connect', host: 'localhost', port: 1 });
    expect(error.message).toMatch(/^localhost:1 cannot be used: ECONNREFUSED\. Check the security/);
  });

  test('unknown host name', async () => {
    const host = 'no-such-cache.invalid';
    const { error } = await errorOf(connect, { host });
    expect(error).toMatchObject({ code: 'cannot-connect', host });
    expect(error.message).toMatch(/cannot be used: (ENOTFOUND|EAI_AGAIN)\. Check/);
  });

  test('connect timeout', async () => {
    const port = await listen(createServer(() => undefined));
    const startMs = performance.now();
    const { error } = await errorOf(connect, { port }, { connectTimeoutMs: 150 });
    expect(performance.now() - startMs).toBeLessThan(3_000);
    expect(error).toMatchObject({ code: 'cannot-connect', port });
    expect(error.message).toMatch(/within 150 ms|ConnectionTimeoutError/);
  });

  test('login timeout', async () => {
    const { certPem: cert, keyPem: key } = local.deployment.certificates;
    const port = await listen(createTlsServer({ cert, key }, (socket) => socket.resume()));
    const { error } = await errorOf(connect, { port }, { connectTimeoutMs: 150 });
    expect(error).toMatchObject({ code: 'cannot-connect', port });
    expect(error.message).toContain('does not answer within 150 ms');
  });

  test('no TLS', async () => {
    const plaintext = (socket: Socket) =>
      socket.once('data', () => socket.end('-ERR Protocol error: unbalanced quotes\r\n'));
    const port = await listen(createServer(plaintext));
    const { error } = await errorOf(connect, { port });
    expect(error).toMatchObject({ code: 'not-tls', port });
    expect(error.message).toMatch(/does not answer with TLS\. Check the port/);
  });

  test('untrusted authority', async () => {
    const { error } = await errorOf(connect, {}, { ca: undefined });
    expect(error.code).toBe('certificate-refused');
    expect(error.message).toMatch(/not trusted for this name: (SELF_SIGNED|UNABLE_TO)/);
  });

  test('certificate for another name', async () => {
    const days = { notBeforeDate: new Date(0), notAfterDate: new Date(Date.now() + 1e9) };
    const { private: key, cert } = await generate(
      [{ name: 'commonName', value: 'other.example' }],
      {
        ...days,
        keyType: 'ec',
        curve: 'P-256',
        algorithm: 'sha256',
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'other.example' }] }],
      },
    );
    const port = await listen(createTlsServer({ key, cert }));
    const { error } = await errorOf(connect, { port }, { ca: cert });
    expect(error).toMatchObject({ code: 'certificate-refused', port });
    expect(error.message).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID\. Connect to the name that/);
  });

  test('the password is refused, also after one more read', async () => {
    const before = await connectionsOf();
    const password = 'this-one-is-wrong-0';
    const { error, credentials } = await errorOf(connect, { password });
    expect(error.code).toBe('authentication-failed');
    expect(error.message).toMatch(/refuses the (login: WRONGPASS|credentials of the secret)/);
    expect(credentials.reads).toBe(2);
    expect(await connectionsOf()).toBe(before);
  });

  test('the secret cannot be read', async () => {
    const read = () => Promise.reject(new Error('no'));
    const credentials = new RedisCredentials({ read, sleep: async () => undefined });
    await expect(connect(credentials, {})).rejects.toMatchObject({
      code: 'credentials-unreadable',
    });
  });

  test('the cache is not sharded, or the endpoint accepts no writes', async () => {
    const before = await connectionsOf();
    const isCluster = name.includes('cluster');
    const given = isCluster ? {} : { port: local.deployment.nodes[1]?.port };
    const { error } = await errorOf(connect, given);
    expect(error.code).toBe('wrong-cache');
    expect(error.message).toContain(
      isCluster
        ? 'is not sharded; use a client without cluster mode'
        : 'is a replica and takes no writes',
    );
    expect(error.message).toContain('before you look for lost data');
    expect(await connectionsOf()).toBe(before);
  });

  test('a missing database', async () => {
    const isCluster = name.includes('cluster');
    const database = isCluster ? 1 : 99;
    const error = isCluster
      ? await connect(credentialsWith({}), { database }).catch((failure) => failure)
      : (await errorOf(connect, {}, { database })).error;
    expect(error.code).toBe(isCluster ? 'setting-refused' : 'wrong-cache');
    expect(error.message).toContain(
      isCluster ? 'must be 0 for a sharded cache, got 1' : 'does not have this database',
    );
  });

  test.each([
    [{ database: -1 }, '`database` must be an integer of 0 or more, got -1.'],
    [{ database: 1.5 }, '0 or more, got 1.5.'],
    [{ endpoint: 'replica' }, '`endpoint` must be "primary" or "reader", got "replica".'],
    [{ connectTimeoutMs: 0 }, '2147483647 milliseconds, got 0.'],
    [{ healthCheckIntervalMs: 2 ** 31 }, 'milliseconds, got 2147483648.'],
    [{ options: { password: 'x', username: 'y' } }, 'this adapter sets, got password, username.'],
    [{ options: { [decided]: {} } }, `this adapter sets, got ${decided}.`],
  ])('a setting that makes no sense: %j', async (wrong, why) => {
    const error = await connect(credentialsWith({}), wrong as ConnectOptions).catch((e) => e);
    expect(error).toMatchObject({ code: 'setting-refused' });
    expect(error.message).toContain(why);
  });

  test('an option that the secret or the adapter decides, each of them', async () => {
    const mine = name.includes('node-redis') ? DECIDED_FOR_NODE_REDIS : DECIDED_FOR_IOREDIS;
    const options = Object.fromEntries(mine.map((option) => [option, 'x']));
    const error = await connect(credentialsWith({}), { options }).catch((e) => e);
    expect(error.message).toContain(`this adapter sets, got ${mine.join(', ')}.`);
  });
});

describe('A server that still loads its data is not ready', () => {
  test.each(STANDALONE.filter(([name]) => name === 'ioredis'))('for %s', async (_, connect) => {
    const { certPem: cert, keyPem: key } = local.deployment.certificates;
    const loading = '*0\r\n-LOADING Redis is loading the dataset in memory\r\n';
    const answer = (socket: Socket) => socket.on('data', () => socket.write(loading));
    const port = await listen(createTlsServer({ cert, key }, answer));
    const { error } = await errorOf(connect, { port });
    expect(error).toMatchObject({ code: 'cannot-connect', port });
    expect(error.message).toContain('cannot be used: LOADING');
  });
});

describe('What a failure means', () => {
  const at = { host: 'h', port: 1 };
  test.each([
    [{ message: 'NOAUTH Authentication required.' }, 'authentication-failed'],
    [{ message: 'WRONGPASS invalid username-password pair' }, 'authentication-failed'],
    [{ message: "READONLY You can't write against a read only replica." }, 'wrong-cache'],
    [{ message: 'MOVED 1 10.0.0.1:6380' }, 'wrong-cache'],
    [{ message: 'ERR DB index is out of range' }, 'wrong-cache'],
    [{ message: 'ERR This instance has cluster support disabled' }, 'wrong-cache'],
    [{ code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' }, 'certificate-refused'],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER', message: 'x' }, 'not-tls'],
    [{ code: 'ECONNRESET', message: 'read ECONNRESET' }, 'cannot-connect'],
    ['a text', 'cannot-connect'],
    [undefined, 'cannot-connect'],
  ])('%j: %s', (failure, code) => {
    expect(explainRedisError(failure, at)).toMatchObject({ code, ...at });
  });

  test('is reported by a code of the failure, never by its text', () => {
    const failure = new Error('hunter2-and-more with AUTH hunter2-and-more');
    expect(inspect(explainRedisError(failure, at), { depth: 9 })).not.toContain('hunter2');
  });

  test('the kind of a refused login, not what the server says about it', () => {
    const { message } = explainRedisError({ message: 'WRONGPASS invalid pair' }, at);
    expect(message).toMatch(/^h:1 refuses the login: WRONGPASS\. Check that the secret belongs/);
  });

  test('is reported only once', () => {
    const error = explainRedisError({ code: 'ECONNRESET' }, at);
    expect(explainRedisError(error, { host: 'other', port: 2 })).toBe(error);
  });
});
