/**
 * Values of wrong types, which plain JavaScript can pass: each is refused with the path of the
 * construct and the allowed type, never by a TypeError.
 */

import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import * as lib from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { ATTRIBUTES } from '../support/imported';

type Loose = Readonly<Record<string, (given: unknown) => unknown>>;

const stack = new Stack(new App(), 'S');
const cache = new lib.SecureRedis(stack, 'Cache');
const group = SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1',
  availabilityZones: ['a', 'b'],
  isolatedSubnetIds: ['subnet-1', 'subnet-2'],
});

const CONFIG = checkedConfig('x.json', 'test', { caches: { a: {} } });

/** What is neither a text, a number, a flag nor an object with names. */
const ODD: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a large integer', 5n],
  ['a symbol', Symbol('s')],
  ['a function', () => 1],
  ['a list', [[]]],
  ['a list of nothing', [null]],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['a promise', Promise.resolve(1)],
  ['a duration', Duration.days(1)],
  ['a construct', group],
  ['a stack', stack],
];

let made = 0;
const parent = () => new Stack(new App(), `T${made++}`);
const bound = (of: object, name: string) => (given: unknown) =>
  (of as Loose)[name]?.call(of, given);
const propOf =
  (make: (props: object) => unknown, base: object = {}) =>
  (name: string) =>
  (given: unknown) =>
    make({ ...base, [name]: given });

const cacheWith = propOf((props) => new lib.SecureRedis(parent(), 'C', props));
const networkWith = propOf((props) => new lib.RedisNetwork(parent(), 'N', props as never), { vpc });
const connectionWith = propOf((props) => cache.connectionString(props as never), {
  client: 'ioredis',
});
const importWith = propOf(
  (props) => lib.SecureRedis.fromSecureRedisAttributes(stack, `I${made++}`, props as never),
  ATTRIBUTES,
);
const byParametersWith = propOf((props) =>
  lib.SecureRedis.fromParameters(stack, `P${made++}`, '/shop/Cache', props as never),
);
const usersImport = () =>
  lib.SecureRedis.fromParameters(parent(), 'P', '/shop/Cache', { users: ['app'] });
const metricWith = propOf((props) => cache.metric('Evictions', props));

const TAKERS: readonly (readonly [string, (given: unknown) => unknown])[] = [
  ['the props of a cache', (given) => new lib.SecureRedis(parent(), 'C', given as never)],
  ['the props of a network', (given) => new lib.RedisNetwork(parent(), 'N', given as never)],
  ['the props of a key', (given) => new lib.EncryptionKey(parent(), 'K', given as never)],
  ['the key of a topic', (given) => new lib.AlarmTopic(parent(), 'A', given as never)],
  [
    'the props of a redeployment',
    (given) => new lib.EcsRedeployment(parent(), 'E', given as never),
  ],
  ...['topology', 'engine', 'purpose', 'nodeType', 'port', 'parameters', 'blockedCommands'].map(
    (name) => [name, cacheWith(name)] as const,
  ),
  ...['removalPolicy', 'network', 'vpc', 'encryptionKey', 'alarmTopic', 'alarms'].map(
    (name) => [name, cacheWith(name)] as const,
  ),
  ...['dashboard', 'restoreFrom', 'allowedNetworks', 'snapshotWindow', 'vpcSubnets'].map(
    (name) => [name, cacheWith(name)] as const,
  ),
  ...['subnets', 'endpoints', 'sharedVpc'].map((name) => [name, networkWith(name)] as const),
  ['connectionString', bound(cache, 'connectionString')],
  ...['client', 'database', 'endpoint', 'user', 'options'].map(
    (name) => [`${name} of a connection string`, connectionWith(name)] as const,
  ),
  ...['connectionName', 'family'].map((name) => {
    const options = propOf((each) => connectionWith('options')(each))(name);
    return [`the option ${name}`, options] as const;
  }),
  ...['ecsSecrets', 'hostCommands', 'externalSecrets', 'toFunction', 'toHost'].map(
    (name) => [name, bound(cache.delivery, name)] as const,
  ),
  ['grantRead', bound(cache, 'grantRead')],
  ['a metric', bound(cache, 'metric')],
  ['a metric of the daily check', bound(cache, 'metricDailyCheck')],
  ...['period', 'statistic', 'dimensionsMap'].map((name) => [name, metricWith(name)] as const),
  ['attributes', bound(lib.SecureRedis, 'fromSecureRedisAttributes')],
  ...Object.keys(ATTRIBUTES).map((name) => [name, importWith(name)] as const),
  ['users of an import by parameters', byParametersWith('users')],
  ['a name of users of an import', (given) => byParametersWith('users')([given])],
  ['a user of an import', (given) => importWith('users')({ app: given })],
  ['the secret of a user', (given) => importWith('users')({ app: { secretArn: given } })],
  ...['topology', 'port', 'databases', 'gracePeriod', 'users'].map(
    (name) => [`${name} of an import`, importWith(name)] as const,
  ),
];

const withAccess = (access: lib.Access) => new lib.SecureRedis(parent(), 'C', { access });
const withRole = (app: lib.Role) => withAccess(lib.Access.users({ app }));

const ROLES = [
  ...(['readWrite', 'readOnly', 'queue', 'cache', 'bullMq', 'celery', 'sidekiq', 'rq'] as const),
  ...(['django', 'nodeExample', 'pythonExample', 'admin'] as const),
];

/** Each function, static method and constructor of the package, with where its arguments go. */
const REFUSING: Readonly<Record<string, readonly ((given: unknown) => unknown)[]>> = {
  SecureRedis: constructorsOf(lib.SecureRedis),
  'SecureRedis.fromParameters': [
    (given) => lib.SecureRedis.fromParameters(given as never, 'P', '/shop/Cache'),
    (given) => lib.SecureRedis.fromParameters(parent(), given as never, '/shop/Cache'),
    (given) => lib.SecureRedis.fromParameters(parent(), 'P', given as never),
    (given) => usersImport().user(given as never),
  ],
  'SecureRedis.fromSecureRedisAttributes': [
    (given) => lib.SecureRedis.fromSecureRedisAttributes(given as never, 'P', ATTRIBUTES),
    (given) => lib.SecureRedis.fromSecureRedisAttributes(parent(), 'P', given as never),
  ],
  RedisNetwork: constructorsOf(lib.RedisNetwork),
  EncryptionKey: constructorsOf(lib.EncryptionKey),
  AlarmTopic: [
    ...constructorsOf(lib.AlarmTopic),
    (given) => new lib.AlarmTopic(parent(), 'T', given as never),
  ],
  EventTopic: constructorsOf(lib.EventTopic),
  EcsRedeployment: [
    ...constructorsOf(lib.EcsRedeployment),
    (given) => new lib.EcsRedeployment(parent(), 'E', given as never),
  ],
  Fleet: [
    ...constructorsOf(lib.Fleet),
    (given) => new lib.Fleet(parent(), 'F', given as never),
    (given) => new lib.Fleet(parent(), 'F', { ...CONFIG, caches: given as never }),
    (given) => new lib.Fleet(parent(), 'F', { ...CONFIG, regoin: given ?? null } as never),
  ],
  readStageConfig: [
    (given) => lib.readStageConfig(given as never, 'dev'),
    (given) => lib.readStageConfig('config', given as never),
  ],
  'RestoreSource.snapshot': [(given) => lib.RestoreSource.snapshot(given as never)],
  'RestoreSource.s3': [(given) => lib.RestoreSource.s3(given as never)],
  'Topology.replicated': [(given) => lib.Topology.replicated({ replicsa: given ?? null } as never)],
  'Topology.sharded': [
    (given) => lib.Topology.sharded({ shards: 2, shrads: given ?? null } as never),
  ],
  'Access.users': [(given) => withAccess(lib.Access.users(given as never))],
  ...Object.fromEntries(
    ROLES.map((name) => [
      `Role.${name}`,
      [(given: unknown) => withRole(lib.Role[name]({ kyes: given ?? null } as never))],
    ]),
  ),
  'Role.custom': [(given) => withRole(lib.Role.custom(given as never))],
  Delivery: [(given) => new lib.Delivery(given as never)],
  CacheNode: [
    (given) => new lib.CacheNode(given as never, 'a-001'),
    (given) => new lib.CacheNode(cache, given as never),
  ],
};

/** Made of what the others check, or of a text for a person. */
const WITHOUT_ARGUMENTS = ['Access.password', 'SettingError', 'Engine', 'Purpose'];

/** Scope and id, which every construct takes. */
function constructorsOf(made: new (...given: never[]) => unknown) {
  const make = made as new (...given: unknown[]) => unknown;
  return [(given: unknown) => new make(given, 'X'), (given: unknown) => new make(parent(), given)];
}

describe('Each export refuses what no argument is', () => {
  const classes = Object.entries(lib).filter(([, each]) => typeof each === 'function');
  test('of each function, static method and constructor there is a row', () => {
    const statics = classes.flatMap(([name, each]) =>
      Object.getOwnPropertyNames(each)
        .filter((key) => typeof Reflect.get(each, key) === 'function')
        .map((key) => `${name}.${key}`),
    );
    const named = [...classes.map(([name]) => name), ...statics];
    const rows = Object.keys(REFUSING);
    const isCovered = (name: string) =>
      rows.some((row) => row === name || row.startsWith(`${name}.`));
    expect(
      named.filter((name) => !isCovered(name) && !WITHOUT_ARGUMENTS.includes(name)),
    ).toStrictEqual([]);
  });

  const calls = Object.entries(REFUSING).flatMap(([name, takes]) =>
    takes.map((take, index) => [`${name}, argument ${index}`, take] as const),
  );
  test.each(calls)('%s', (_, take) => {
    for (const given of [undefined, null, 5, {}, { stgae: 1 }]) {
      let message = `nothing was refused of ${JSON.stringify(given)}`;
      try {
        take(given);
      } catch (error) {
        ({ message } = error as Error);
        expect([message, (error as Error).name]).toEqual([message, 'SettingError']);
      }
      for (const line of message.split('\n')) expect(line).toMatch(/must be .+, got .+\. .*\.$/);
    }
  });

  test('with the reported ones in words', () => {
    expect(() => new lib.Fleet(parent(), 'F', undefined as never)).toThrow(
      'F: `caches` must be a list of caches, got nothing. Pass what ' +
        '`readStageConfig(folder, stage)` returns for a stage file.',
    );
    const file = { stage: 'qa', caches: { a: {} } };
    expect(() => new lib.Fleet(parent(), 'F', file as never)).toThrow(
      'F: `caches` must be a list of caches, got {"a":{}}. Pass what',
    );
    expect(() => lib.readStageConfig('nope', 'dev')).toThrow(
      'readStageConfig: `folder` must be a folder of stage files that you may read, got "nope" ' +
        "(ENOENT). Pass its path, for example join(__dirname, '../config').",
    );
  });
});

/** What is right, or is left to CDK, which takes props of a stack that are not known here. */
const RIGHT: Readonly<Record<string, string>> = {
  'gracePeriod of an import': 'a duration',
  period: 'a duration',
  'the props of a stack': 'a duration',
};

describe.each(TAKERS)('%s', (name, take) => {
  test.each(ODD.filter(([odd]) => RIGHT[name] !== odd))('refuses %s', (_, given) => {
    let message = 'nothing was refused';
    try {
      if (name === 'attributes') {
        lib.SecureRedis.fromSecureRedisAttributes(stack, 'Given', given as never);
      } else take(given);
    } catch (error) {
      expect(error).toBeInstanceOf(lib.SettingError);
      ({ message } = error as Error);
    }
    for (const line of message.split('\n')) {
      expect(line).toMatch(/^[\w/]+(\.\w+)?: .*must (be|not be set).*, got .+\. .*\.$/);
    }
  });
});
