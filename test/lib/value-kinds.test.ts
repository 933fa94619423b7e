/**
 * Kinds of prop values accept what a prop takes, refuse everything else, and name what to write
 * instead.
 */

import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, Duration, Size, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Engine, Purpose, RestoreSource, Topology } from '../../lib';
import {
  also,
  CACHE,
  checkedLater,
  duration,
  ENGINE,
  FLAG,
  FUNCTION,
  GRANTEE,
  KEY,
  NETWORK,
  NUMBER,
  objectOf,
  PURPOSE,
  REMOVAL,
  RESTORE,
  RETENTION,
  required,
  SECURITY_GROUP,
  SERVICES,
  SIZE,
  SUBNET_LIST,
  TEXT,
  TEXTS,
  TOPIC,
  TOPOLOGY,
  VPC,
} from '../../lib/settings/value-kinds';
import type { Kind } from '../../lib/validation/kinds';

const stack = new Stack(new App(), 'S');
let made = 0;
/** A construct with these members. */
const constructWith = (members: object) =>
  Object.assign(new Construct(stack, `C${made++}`), members);
const method = () => undefined;
const DAYS = duration('days');
const LATE = Token.asNumber({ Ref: 'Days' });
const topic = Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:111122223333:t');
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
const VALKEY = { name: 'valkey', version: '8.0', parameterFamily: 'valkey8' };
const SET = { name: 'redis', version: '7.1', parameterFamily: 'redis7' };

describe.each<[words: string, kind: Kind, accepted: unknown[], refused: unknown[]]>([
  ['a text', TEXT, ['', 'x'], [1, true, null, {}, ['x']]],
  ['a list of texts', TEXTS, [[], ['x']], ['x', { 0: 'x', length: 1 }, null]],
  ['a number', NUMBER, [0, -1.5], ['1', LATE, null, 1n]],
  ['true or false', FLAG, [true, false], ['true', 0, null]],
  [
    'a Duration',
    DAYS,
    [Duration.days(1), { toDays: method, toMilliseconds: method }],
    [
      { toDays: method },
      { toMilliseconds: method },
      { toDays: 1, toMilliseconds: method },
      Duration.days(LATE),
      '1d',
      1,
      null,
    ],
  ],
  ['a Size', SIZE, [Size.mebibytes(1)], [{ toBytes: method }, Size.mebibytes(LATE), 1, null]],
  ['a list of 1 to 5 services', SERVICES, [[]], [{}, 'service', undefined]],
  [
    'an Engine',
    ENGINE,
    [...Engine.ALL, { ...VALKEY, takesTransitEncryptionMode: false }],
    [
      VALKEY,
      { ...VALKEY, takesTransitEncryptionMode: 'true' },
      { ...VALKEY, parameterFamily: undefined, takesTransitEncryptionMode: true },
      { ...VALKEY, version: '7.1', takesTransitEncryptionMode: true },
      { ...SET, version: '8.0', takesTransitEncryptionMode: true },
      'valkey-8.0',
      null,
    ],
  ],
  [
    'a Purpose',
    PURPOSE,
    [...Purpose.ALL, { id: 'queue', parameters: {}, evictions: { accepts: method } }],
    [
      { id: 'jobs', parameters: {}, evictions: { accepts: method } },
      { id: 'queue', evictions: { accepts: method } },
      { id: 'queue', parameters: {}, evictions: { accepts: true } },
      { id: 'queue', parameters: {}, evictions: null },
      'queue',
      null,
    ],
  ],
  [
    'a RemovalPolicy',
    REMOVAL,
    ['destroy', 'retain', 'snapshot'],
    ['DESTROY', 'keep', undefined, null],
  ],
  ['one of RetentionDays', RETENTION, [1, 365, 9999], [2, '365', 'ONE_YEAR', null]],
  [
    'a Topology',
    TOPOLOGY,
    [Topology.replicated(), { nodeIds: method }],
    [{ nodeIds: ['a'] }, { shards: 2 }, 2, null],
  ],
  [
    'a RestoreSource',
    RESTORE,
    [RestoreSource.snapshot('s'), RestoreSource.s3('arn:a'), { objectArns: [] }],
    [{}, { snapshotName: 1 }, { objectArns: 'arn:a' }, 's', null],
  ],
  [
    'a topic of SNS',
    TOPIC,
    [topic],
    [vpc, { topicArn: 'arn:t' }, constructWith({ topicArn: 1 }), null],
  ],
  ['a key of KMS', KEY, [constructWith({ keyArn: 'arn:k' })], [topic, { keyArn: 'arn:k' }]],
  ['a security group', SECURITY_GROUP, [constructWith({ securityGroupId: 'sg-1' })], [vpc, 'sg-1']],
  ['a VPC', VPC, [vpc], [topic, { vpcId: 'vpc-1' }]],
  [
    'a RedisNetwork',
    NETWORK,
    [constructWith({ admitToEndpoints: method })],
    [{ admitToEndpoints: method }, vpc, null],
  ],
  [
    'a SecureRedis',
    CACHE,
    [constructWith({ grantRead: method, gracePeriod: undefined })],
    [
      { grantRead: method, gracePeriod: 1 },
      constructWith({ grantRead: method }),
      constructWith({ gracePeriod: 1 }),
      'cache',
    ],
  ],
  [
    'a function of Lambda',
    FUNCTION,
    [constructWith({ addEnvironment: method })],
    [{ addEnvironment: method }, topic, 'app'],
  ],
  [
    'a role, or a construct that has one',
    GRANTEE,
    [Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/r'), { grantPrincipal: 1 }],
    [topic, 'arn:role', null, undefined],
  ],
  [
    'a list of subnets',
    SUBNET_LIST,
    [[], [constructWith({ subnetId: 'a' }), constructWith({ subnetId: 'b' })]],
    [[constructWith({ subnetId: 'a' }), 'b'], { subnetId: 'a' }, 'subnet-1'],
  ],
  ['what it is called', objectOf('what it is called'), [{}, { a: 1 }], [[], 'x', null]],
  ['what is checked later', checkedLater('what is checked later'), [0, '', {}], [null]],
])('%s', (words, kind, accepted, refused) => {
  test('is called so', () => {
    expect(kind.words).toBe(words);
  });

  test.each(accepted.map((value) => [value]))('may be %p', (value) => {
    expect(kind.accepts(value)).toBe(true);
  });

  test.each(refused.map((value) => [value]))('is not %p', (value) => {
    // `Construct.isConstruct` has no result for some values.
    expect(Boolean(kind.accepts(value))).toBe(false);
  });
});

describe('What to write instead', () => {
  const engines =
    'Use one of Engine.VALKEY_7_2, Engine.VALKEY_8_0, Engine.VALKEY_8_1, Engine.VALKEY_8_2, ' +
    'Engine.VALKEY_9_0, Engine.VALKEY_9_1, Engine.REDIS_6_2, Engine.REDIS_7_0, Engine.REDIS_7_1.';
  const ofKey = "Use new EncryptionKey(this, 'Key') or Key.fromKeyArn.";
  const ofTopic = "Use new Topic(this, 'Topic') or Topic.fromTopicArn.";
  const ofNetwork = "Use new RedisNetwork(this, 'Network', { … }).";

  test.each<[kind: Kind, value: unknown, advice: string]>([
    [TEXT, true, 'Use "true".'],
    [TEXT, 7, 'Use "7".'],
    [TEXT, Number.NaN, ''],
    [TEXT, {}, ''],
    [TEXTS, 'a', 'Use ["a"].'],
    [TEXTS, 7, ''],
    [NUMBER, '6380', 'Use 6380.'],
    [NUMBER, ' 0.25 ', 'Use 0.25.'],
    [NUMBER, 'p6380', ''],
    [NUMBER, '6380p', ''],
    [NUMBER, '6.', ''],
    [NUMBER, true, ''],
    [FLAG, 'TRUE', 'Use true.'],
    [FLAG, 'false', 'Use false.'],
    [FLAG, 'untrue', ''],
    [FLAG, 'falsehood', ''],
    [FLAG, 1, ''],
    [DAYS, 30, 'Use Duration.days(30).'],
    [DAYS, 30n, 'Use Duration.days(30).'],
    [DAYS, ' 30', 'Use Duration.days(30).'],
    [DAYS, '45s', 'Use Duration.seconds(45).'],
    [DAYS, '45 m', 'Use Duration.minutes(45).'],
    [DAYS, '4H', 'Use Duration.hours(4).'],
    [duration('minutes'), '4 days', 'Use Duration.days(4).'],
    [duration('minutes'), '4 weeks', 'Use Duration.minutes(4).'],
    [DAYS, 'P30D', 'Use for example Duration.days(1).'],
    [DAYS, true, 'Use for example Duration.days(1).'],
    [DAYS, { amount: 3 }, 'Use for example Duration.days(1).'],
    [SIZE, '64 MiB', 'Use Size.mebibytes(64).'],
    [SIZE, 'much', 'Use Size.mebibytes(50).'],
    [SIZE, ['64'], 'Use Size.mebibytes(50).'],
    [SERVICES, undefined, 'Pass the services.'],
    [SERVICES, {}, 'Pass a list: [service].'],
    [ENGINE, { name: 'redis', version: '7.1', extra: 1 }, 'Use Engine.REDIS_7_1.'],
    [ENGINE, 'memcached', engines],
    [ENGINE, {}, engines],
    [PURPOSE, 'session', 'Use Purpose.SESSIONS.'],
    [PURPOSE, 'all', 'Use one of Purpose.CACHE, Purpose.SESSIONS, Purpose.QUEUE.'],
    [REMOVAL, 'destory', 'Use RemovalPolicy.DESTROY.'],
    [REMOVAL, 1, 'Use one of RemovalPolicy.SNAPSHOT, RemovalPolicy.DESTROY.'],
    [RETENTION, 2, 'Use RetentionDays.THREE_DAYS.'],
    [RETENTION, '90 days', 'Use RetentionDays.THREE_MONTHS.'],
    [RETENTION, Duration.hours(25), 'Use RetentionDays.THREE_DAYS.'],
    [RETENTION, 100_000, 'Use RetentionDays.ONE_YEAR.'],
    [RETENTION, 'long', 'Use RetentionDays.ONE_YEAR.'],
    [TOPOLOGY, { shards: 2 }, 'Use Topology.sharded({ … }).'],
    [TOPOLOGY, {}, 'Use Topology.replicated({ … }) or Topology.sharded({ … }).'],
    [TOPOLOGY, 'sharded', 'Use Topology.replicated({ … }) or Topology.sharded({ … }).'],
    [RESTORE, 's"1', 'Use RestoreSource.snapshot("s\\"1").'],
    [RESTORE, 'arn:a', 'Use RestoreSource.s3("arn:a").'],
    [RESTORE, 'my-arn:a', 'Use RestoreSource.snapshot("my-arn:a").'],
    [RESTORE, 1, 'Use RestoreSource.snapshot(name) or RestoreSource.s3(arn).'],
    [TOPIC, 'arn:t', 'Use Topic.fromTopicArn(this, \'Topic\', "arn:t").'],
    [TOPIC, 1, ofTopic],
    [KEY, 'arn:k', 'Use Key.fromKeyArn(this, \'Key\', "arn:k").'],
    [KEY, 1, ofKey],
    [SECURITY_GROUP, 'sg-1', 'Use SecurityGroup.fromSecurityGroupId(this, \'Endpoints\', "sg-1").'],
    [SECURITY_GROUP, 1, 'Use SecurityGroup.fromSecurityGroupId.'],
    [VPC, 'vpc-1', 'Use Vpc.fromVpcAttributes(this, \'Vpc\', { vpcId: "vpc-1", … }).'],
    [VPC, 1, 'Use Vpc.fromVpcAttributes or new Vpc.'],
    [NETWORK, vpc, "Use new RedisNetwork(this, 'Network', { vpc })."],
    [NETWORK, 'vpc-1', ofNetwork],
    [NETWORK, { vpcId: 'vpc-1' }, ofNetwork],
    [CACHE, 1, 'Pass the cache itself.'],
    [FUNCTION, 'app', 'Pass the function that this app makes; an imported one cannot be changed.'],
    [GRANTEE, 'arn:role', 'Use Role.fromRoleArn(this, \'Reader\', "arn:role").'],
    [GRANTEE, 1, 'Pass the role of the application.'],
    [SUBNET_LIST, 'subnet-1', "Use [Subnet.fromSubnetId(this, 'Data1', id), …]."],
  ])('%#', (kind, value, advice) => {
    expect(kind.advice?.(value)).toBe(advice);
  });
});

describe('A kind of a prop', () => {
  test('may be required, or have other names, and is the same otherwise', () => {
    expect(required(TEXT)).toStrictEqual({ ...TEXT, isRequired: true });
    expect(also(TEXT, 'a', 'b')).toStrictEqual({ ...TEXT, otherNames: ['a', 'b'] });
  });
});
