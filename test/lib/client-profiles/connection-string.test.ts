/**
 * Proves what `connectionString` refuses, word by word, and that what it returns is for the cache
 * that was asked: its endpoints, its databases, its key of the secret, and no secret.
 */

import { CfnOutput, Token } from 'aws-cdk-lib/core';
import { type ConnectionStringProps, Topology, type UrlOptions } from '../../../lib';
import { flatten } from '../../support/flatten';
import { makeStack, templateOf } from '../../support/synth';

const GROUP = 'CacheReplicationGroup5B07CC82';
const PRIMARY = `<${GROUP}.PrimaryEndPoint.Address>`;
const READER = `<${GROUP}.ReaderEndPoint.Address>`;

const REPLICATED = makeStack();
const LONE = makeStack({ topology: Topology.replicated({ replicas: 0 }) });
const SHARDED = makeStack({ topology: Topology.sharded({ shards: 2 }) });
const FEW = makeStack({ parameters: { databases: '4' } });
const ONE = makeStack({ parameters: { databases: '1' } });

const PATH = 'Test/Cache: ';

/** As JavaScript would call it, past the types. */
function told(stack: ReturnType<typeof makeStack>, props: object): readonly string[] {
  try {
    stack.cache.connectionString(JSON.parse(JSON.stringify(props)));
  } catch (error) {
    const { name, message } = error as Error;
    expect(name).toBe('SettingError');
    const lines = message.split('\n');
    for (const line of lines) expect(line.slice(0, PATH.length)).toBe(PATH);
    return lines.map((line) => line.slice(PATH.length));
  }
  return [];
}

function of(stack: ReturnType<typeof makeStack>, props: ConnectionStringProps) {
  return flatten(stack.resolve(stack.cache.connectionString(props))) as Record<string, unknown>;
}

describe('What cannot work is refused', () => {
  test('no props at all', () => {
    const ask = REPLICATED.cache.connectionString.bind(REPLICATED.cache) as () => unknown;
    expect(ask).toThrow('stackexchange-redis, redis-cli, phpredis, sidekiq, got nothing');
  });

  test.each([
    [
      'a password, which is not quoted',
      REPLICATED,
      { client: 'redis-py', options: { dbPassword: 'x' } },
      '`options.dbPassword` must not be set, got [password]: the secret has the ' +
        'login. Remove it, and put no secret into code.',
    ],
    [
      'a client that nobody knows',
      REPLICATED,
      { client: 'jdis' },
      '`client` must be one of redis-py, redis-py-asyncio, celery, rq, ' +
        'django-redis, django, flask-caching, ioredis, node-redis, bullmq, ' +
        'valkey-glide, go-redis, jedis, lettuce, spring-data-redis, redis-rs, hiredis, ' +
        'stackexchange-redis, redis-cli, phpredis, sidekiq, got "jdis". Take one.',
    ],
    [
      'a name that every object has',
      REPLICATED,
      { client: 'toString' },
      expect.stringMatching(/^`client` must be one of redis-py, .*, got "toString"\. /),
    ],
    [
      'a client without shards, on a sharded cache',
      SHARDED,
      { client: 'rq' },
      '`client` must be one of redis-py, redis-py-asyncio, ioredis, node-redis, bullmq, ' +
        'valkey-glide, go-redis, jedis, lettuce, spring-data-redis, redis-rs, ' +
        'stackexchange-redis, redis-cli, phpredis, which know sharded caches, got "rq". Take ' +
        'one of them, or a replicated topology: RQ would see one shard ' +
        'only.',
    ],
    [
      'a database of a sharded cache',
      SHARDED,
      { client: 'ioredis', database: 1 },
      '`database` must be 0, got 1: a sharded cache has one database. Prefix the ' +
        'keys, or make another cache.',
    ],
    [
      'a seventeenth database',
      REPLICATED,
      { client: 'ioredis', database: 16 },
      '`database` must be an integer from 0 to 15, got 16: the cache has 16 ' +
        'databases. Change it, or set the parameter `databases`.',
    ],
    [
      'half a database',
      REPLICATED,
      { client: 'ioredis', database: 0.5 },
      expect.stringMatching(/^`database` must be an integer from 0 to 15, got 0\.5: /),
    ],
    [
      'a database that the parameter does not leave',
      FEW,
      { client: 'ioredis', database: 4 },
      expect.stringMatching(/^`database` must be an integer from 0 to 3, got 4: .* has 4/),
    ],
    [
      'a second database, where the parameter says one',
      ONE,
      { client: 'ioredis', database: 1 },
      expect.stringMatching(/^`database` must be 0, got 1: it has one\. /),
    ],
    [
      'an endpoint that nobody knows',
      REPLICATED,
      { client: 'ioredis', endpoint: 'replica' },
      '`endpoint` must be "primary" or "reader", got "replica". Change it, or ' +
        'remove it for the default.',
    ],
    [
      'the reader of a sharded cache',
      SHARDED,
      { client: 'ioredis', endpoint: 'reader' },
      '`endpoint` must be "primary", got "reader": a sharded cache has one ' +
        'endpoint, which lists all nodes. Remove it, and tell the client to read ' +
        'from replicas.',
    ],
    [
      'a user that there is not',
      REPLICATED,
      { client: 'ioredis', user: 'app' },
      '`user` must be "default", got "app": a cache with an AUTH password has no ' +
        'other user. Remove it.',
    ],
    [
      'a certificate that is not verified',
      REPLICATED,
      { client: 'redis-py', options: { ssl_cert_reqs: 'none' } },
      '`options.ssl_cert_reqs` must not be set, got "none": the certificate is ' +
        'always verified. Remove it.',
    ],
    [
      'an option of another client',
      REPLICATED,
      { client: 'lettuce', options: { dial_timeout: '5s' } },
      '`options.dial_timeout` must be one of clientName, timeout, got "5s". Remove it; ' +
        'what stands beside the string is in `options`.',
    ],
    [
      'an option, where the URL takes none',
      REPLICATED,
      { client: 'node-redis', options: { name: 'web' } },
      '`options.name` must not be set, got "web": node-redis takes none there. ' +
        'Remove it; what stands beside the string is in `options`.',
    ],
    [
      'a text in the place of a number',
      REPLICATED,
      { client: 'redis-py', options: { max_connections: '10' } },
      '`options.max_connections` must be an integer of 0 or more, got "10". ' +
        'Change it, or remove it for the default.',
    ],
    [
      'a number in the place of yes or no',
      REPLICATED,
      { client: 'redis-py', options: { retry_on_timeout: 1 } },
      '`options.retry_on_timeout` must be true or false, got 1. Change it, or ' +
        'remove it for the default.',
    ],
    [
      'a text that ends a field of a configuration',
      REPLICATED,
      { client: 'stackexchange-redis', options: { name: 'web,ssl=false' } },
      '`options.name` must be a text of letters, digits and ._:-, got ' +
        '"web,ssl=false". Change it, or remove it for the default.',
    ],
  ])('%s', (_, stack, props, line) => {
    expect(told(stack, props)).toEqual([line]);
  });

  test.each([
    'ssl_check_hostname',
    'skip_verify',
    'verifyPeer',
    'rejectUnauthorized',
    'insecure',
    'tls',
    'sslHost',
  ])('%s, of any client', (name) => {
    const clients = ['redis-py', 'ioredis', 'go-redis', 'lettuce', 'stackexchange-redis'];
    for (const client of clients) {
      expect(told(REPLICATED, { client, options: { [name]: false } })).toEqual([
        `\`options.${name}\` must not be set, got false: the certificate is always ` +
          'verified. Remove it.',
      ]);
    }
  });

  test('a token as an option, whose value nobody could encode', () => {
    const options = { client_name: Token.asString({ Ref: 'AWS::StackName' }) };
    const ask = () => REPLICATED.cache.connectionString({ client: 'redis-py', options });
    expect(ask).toThrow(
      'must be a text of letters, digits and ._:-, got a value that only the deploy knows',
    );
  });

  test('all at once, a line each', () => {
    const props = { client: 'rq', database: 3, endpoint: 'reader', user: 'me', options: { a: 1 } };
    expect(
      told(SHARDED, props).map(
        (line) => line.replace(/ must be .*, got /, ' got ').split(/[.:] /)[0],
      ),
    ).toEqual([
      '`client` got "rq"',
      '`options.a` got 1',
      '`database` got 3',
      '`endpoint` got "reader"',
      '`user` got "me"',
    ]);
  });

  test('by the types as well: an option that weakens TLS has no name', () => {
    type Weak = 'ssl_cert_reqs' extends keyof UrlOptions<'redis-py'> ? never : 'refused';
    type Strong = 'client_name' extends keyof UrlOptions<'redis-py'> ? 'taken' : never;
    const seen: readonly [Weak, Strong] = ['refused', 'taken'];
    expect(seen).toEqual(['refused', 'taken']);
  });
});

describe('What is returned is for this cache', () => {
  test('database, endpoint and options are where the client looks for them', () => {
    const { template, secretKey, notes } = of(REPLICATED, {
      client: 'redis-py',
      database: 15,
      endpoint: 'reader',
      options: { client_name: 'web:1', max_connections: 10, retry_on_timeout: true },
    });
    expect(template).toBe(
      `rediss://default:{password}@${READER}:6380/15` +
        '?client_name=web%3A1&max_connections=10&retry_on_timeout=true',
    );
    expect([secretKey, notes]).toEqual([undefined, []]);
  });

  test('a reader without replicas is the primary, and says so', () => {
    const { template, secretKey, notes } = of(LONE, { client: 'ioredis', endpoint: 'reader' });
    expect(template).toBe(`rediss://default:{password}@${PRIMARY}:6380/0`);
    expect(secretKey).toBe('readerUrl');
    expect(notes).toEqual(['the cache has no replicas: its reader endpoint is the primary']);
  });

  test('the port is the cache’s own', () => {
    const { template } = of(makeStack({ port: 7000 }), { client: 'jedis' });
    expect(template).toBe(`rediss://default:{password}@${PRIMARY}:7000/0`);
  });
});

describe('The secret’s own URL is named where it can be used as it is', () => {
  test.each([
    ['the same in all', REPLICATED, { client: 'ioredis' }, 'url'],
    ['the reader', REPLICATED, { client: 'ioredis', endpoint: 'reader' }, 'readerUrl'],
    ['a sharded cache', SHARDED, { client: 'ioredis' }, 'url'],
    ['a database', REPLICATED, { client: 'ioredis', database: 1 }, undefined],
    ['an option', REPLICATED, { client: 'go-redis', options: { pool_size: 5 } }, undefined],
    ['no URL', REPLICATED, { client: 'phpredis' }, undefined],
    ['a grammar of its own', REPLICATED, { client: 'stackexchange-redis' }, undefined],
    ['a command line, which everybody sees', REPLICATED, { client: 'redis-cli' }, undefined],
    ['a list of nodes', SHARDED, { client: 'spring-data-redis' }, undefined],
  ] as const)('%s', (_, stack, props, key) => {
    expect(of(stack, props).secretKey).toBe(key);
  });
});

describe('The template can be written anywhere', () => {
  const stack = makeStack();
  const { template } = stack.cache.connectionString({ client: 'go-redis', database: 3 });
  new CfnOutput(stack, 'CacheOf3', { value: template });
  const json = templateOf(stack);

  test('as an output it is joined by CloudFormation', () => {
    expect(flatten(json.Outputs.CacheOf3?.Value)).toBe(
      `rediss://default:{password}@${PRIMARY}:6380/3`,
    );
  });

  test('and it asks for no secret', () => {
    const output = JSON.stringify(json.Outputs.CacheOf3);
    expect(output).toContain('{password}');
    expect(output).not.toMatch(/resolve:|secretsmanager|Secret/);
  });
});
