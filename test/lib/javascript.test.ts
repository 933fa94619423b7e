/**
 * Values of wrong types, which plain JavaScript can pass: each is refused with the path of the
 * construct and the allowed type, never by a TypeError.
 */

import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import * as lib from '../../lib';
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
const metricWith = propOf((props) => cache.metric('Evictions', props));

const TAKERS: readonly (readonly [string, (given: unknown) => unknown])[] = [
  ['the props of a cache', (given) => new lib.SecureRedis(parent(), 'C', given as never)],
  ['the props of a network', (given) => new lib.RedisNetwork(parent(), 'N', given as never)],
  ['the props of a key', (given) => new lib.EncryptionKey(parent(), 'K', given as never)],
  ['the props of a stack', (given) => new lib.SecureRedisStack(new App(), 'St', given as never)],
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
  ...['topology', 'port', 'databases', 'gracePeriod'].map(
    (name) => [`${name} of an import`, importWith(name)] as const,
  ),
];

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
