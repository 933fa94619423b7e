/**
 * A prop of the wrong kind, which plain JavaScript can pass, is refused with the path of the
 * construct, the allowed and the given value, and advice.
 */

import { InstanceType, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, CfnParameter, Duration, RemovalPolicy, Size, Stack, Token } from 'aws-cdk-lib/core';
import { Engine, Purpose, RedisNetwork, RestoreSource, SecureRedis, Topology } from '../../lib';
import { messageOf } from '../support/message-of';
import { makeApp } from '../support/synth';

const stack = new Stack(new App(), 'S');
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
let made = 0;

const messageFor = (props: unknown) =>
  messageOf(() => new SecureRedis(stack, `C${made++}`, props as never)).replaceAll(
    /^S\/C\d+: /gm,
    'PATH: ',
  );

describe('A prop of the wrong kind is refused', () => {
  const topic = (arn: string) => `Use Topic.fromTopicArn(this, 'Topic', ${arn}).`;
  const arn = 'arn:aws:kms:us-east-1:111122223333:key/1';

  test.each<[unknown, string]>([
    [
      { engine: 'valkey-8.0' },
      '`engine` must be an Engine, got "valkey-8.0". Use Engine.VALKEY_8_0.',
    ],
    [
      { engine: 'Valkey 8.1' },
      '`engine` must be an Engine, got "Valkey 8.1". Use Engine.VALKEY_8_1.',
    ],
    [{ engine: 'redis7.1' }, '`engine` must be an Engine, got "redis7.1". Use Engine.REDIS_7_1.'],
    [
      { engine: { name: 'valkey', version: '7.2' } },
      '`engine` must be an Engine, got {"name":"valkey","version":"7.2"}. Use Engine.VALKEY_7_2.',
    ],
    [
      { engine: { name: 'memcached', version: '1.6', parameterFamily: 'memcached1.6' } },
      '`engine` must be an Engine, got ' +
        '{"name":"memcached","version":"1.6","parameterFamily":"memcached1.6"}. Use one of ' +
        'Engine.VALKEY_7_2, Engine.VALKEY_8_0, Engine.VALKEY_8_1, Engine.VALKEY_8_2, ' +
        'Engine.VALKEY_9_0, Engine.VALKEY_9_1, Engine.REDIS_6_2, Engine.REDIS_7_0, ' +
        'Engine.REDIS_7_1.',
    ],
    [
      { purpose: { id: 'cache', parameters: {} } },
      '`purpose` must be a Purpose, got {"id":"cache","parameters":{}}. Use Purpose.CACHE.',
    ],
    [
      { restoreFrom: { snapshotName: undefined, objectArns: undefined } },
      '`restoreFrom` must be a RestoreSource, got {}. Use RestoreSource.snapshot(name) or ' +
        'RestoreSource.s3(arn).',
    ],
    [
      { gracePeriod: { toMilliseconds: () => 86_400_000 } },
      '`gracePeriod` must be a Duration, got {}. Use for example Duration.days(1).',
    ],
    [
      { gracePeriod: Duration.days(Token.asNumber({ Ref: 'Days' })) },
      '`gracePeriod` must be a Duration, got a value that only the deploy knows. Use for ' +
        'example Duration.days(1).',
    ],
    [
      { alarms: { swap: Size.mebibytes(Token.asNumber({ Ref: 'Swap' })) } },
      '`alarms.swap` must be a Size, got a value that only the deploy knows. Use ' +
        'Size.mebibytes(50).',
    ],
    [
      { port: Token.asNumber({ Ref: 'Port' }) },
      '`port` must be a number, got a value that only the deploy knows. Change it, or leave it ' +
        'out for the default.',
    ],
    [
      { allowedNetworks: [Number.NaN] },
      '`allowedNetworks.0` must be a text, got NaN. Change it, or leave it out for the default.',
    ],
    [
      { snapshotRetention: [Number.POSITIVE_INFINITY, Token.asList({ Ref: 'Days' })] },
      '`snapshotRetention` must be a Duration, got ' +
        '["Infinity",["a value that only the deploy knows"]]. Use for example Duration.days(1).',
    ],
    [{ purpose: 'queue' }, '`purpose` must be a Purpose, got "queue". Use Purpose.QUEUE.'],
    [
      { purpose: 'jobs' },
      '`purpose` must be a Purpose, got "jobs". Use one of Purpose.CACHE, Purpose.SESSIONS, ' +
        'Purpose.QUEUE.',
    ],
    [
      { topology: { shards: 2 } },
      '`topology` must be a Topology, got {"shards":2}. Use Topology.sharded({ … }).',
    ],
    [
      { topology: 3 },
      '`topology` must be a Topology, got 3. Use Topology.replicated({ … }) or ' +
        'Topology.sharded({ … }).',
    ],
    [
      { restoreFrom: 'snap' },
      '`restoreFrom` must be a RestoreSource, got "snap". Use RestoreSource.snapshot("snap").',
    ],
    [
      { restoreFrom: 'arn:aws:s3:::b/x.rdb' },
      '`restoreFrom` must be a RestoreSource, got "arn:aws:s3:::b/x.rdb". Use ' +
        'RestoreSource.s3("arn:aws:s3:::b/x.rdb").',
    ],
    [
      { alarmTopic: 'arn:x' },
      '`alarmTopic` must be a topic of SNS, or an object with `email`, `chat` or `arn`, got ' +
        '"arn:x". Use { arn: "arn:x" }.',
    ],
    [
      { eventTopic: 'arn:x' },
      `\`eventTopic\` must be a topic of SNS, got "arn:x". ${topic('"arn:x"')}`,
    ],
    [
      { encryptionKey: arn },
      `\`encryptionKey\` must be a key of KMS, got "${arn}". Use Key.fromKeyArn(this, 'Key', ` +
        `"${arn}").`,
    ],
    [
      { network: vpc },
      '`network` must be a RedisNetwork, got the construct S/Vpc. ' +
        "Use new RedisNetwork(this, 'Network', { vpc }).",
    ],
    [
      { rotationInterval: 30 },
      '`rotationInterval` must be a Duration, got 30. Use Duration.days(30).',
    ],
    [{ rotationWindow: 2 }, '`rotationWindow` must be a Duration, got 2. Use Duration.hours(2).'],
    [{ gracePeriod: '7d' }, '`gracePeriod` must be a Duration, got "7d". Use Duration.days(7).'],
    [
      { snapshotRetention: 7 },
      '`snapshotRetention` must be a Duration, got 7. Use Duration.days(7).',
    ],
    [
      { parameters: [] },
      '`parameters` must be an object of texts by the names of parameters, got []. Change ' +
        'it, or leave it out for the default.',
    ],
    [{ parameters: { timeout: 300 } }, '`parameters.timeout` must be a text, got 300. Use "300".'],
    [
      { parameters: { timeout: null } },
      '`parameters.timeout` must be a text, got null. Change it, or leave it out for the default.',
    ],
    [
      { removalPolicy: 'SNAPSHOT' },
      '`removalPolicy` must be a RemovalPolicy, got "SNAPSHOT". Use RemovalPolicy.SNAPSHOT.',
    ],
    [
      { logRetention: 360 },
      '`logRetention` must be one of RetentionDays, got 360. Use RetentionDays.ONE_YEAR.',
    ],
    [
      { logRetention: Duration.days(61) },
      '`logRetention` must be one of RetentionDays, got an object of Duration. Use ' +
        'RetentionDays.THREE_MONTHS.',
    ],
    [{ port: '6380' }, '`port` must be a number, got "6380". Use 6380.'],
    [
      { port: new CfnParameter(stack, 'Port').valueAsString },
      '`port` must be a number, got a value that only the deploy knows. Change it, or leave ' +
        'it out for the default.',
    ],
    [{ dashboard: 'False' }, '`dashboard` must be true or false, got "False". Use false.'],
    [
      { dashboard: null },
      '`dashboard` must be true or false, got null. Change it, or leave it out for the default.',
    ],
    [{ alarms: { swap: 3 } }, '`alarms.swap` must be a Size, got 3. Use Size.mebibytes(3).'],
    [
      { alarms: { replicationLag: 5 } },
      '`alarms.replicationLag` must be a Duration, got 5. Use Duration.seconds(5).',
    ],
    [
      { nodeType: new InstanceType('m7g.large') },
      '`nodeType` must be a text, got an object of InstanceType. Change it, or leave it out ' +
        'for the default.',
    ],
    [null, 'the props must be an object, got null. Use { purpose: … }.'],
    ['cache', 'the props must be an object, got "cache". Use { purpose: … }.'],
  ])('%p', (props, message) => {
    expect(messageFor(props)).toBe(`PATH: ${message}`);
  });

  test.each<[string, string]>([
    ['prot', 'port'],
    ['snapshotRetentionDays', 'snapshotRetention'],
    ['Engine', 'engine'],
    ['subnets', 'vpcSubnets'],
    ['securityGroups', 'network'],
    ['kmsKey', 'encryptionKey'],
    ['shards', 'topology'],
  ])('the unknown name %s, for which there is %s', (name, near) => {
    expect(messageFor({ [name]: 1 })).toBe(
      `PATH: \`${name}\` must be the name of a prop, got an unknown one. Use \`${near}\`.`,
    );
  });

  test('an unknown name that is like none, with all that there are', () => {
    expect(messageFor({ colour: 'red' })).toMatch(
      /^PATH: `colour` must be .* Remove it, or use one of `purpose`, .*, `logRetention`\.$/,
    );
  });

  test('all at once, a line each', () => {
    const lines = messageFor({ engine: 'x', port: '1', alarms: { evictons: 1 } }).split('\n');
    expect(lines.map((line) => line.split(' ')[1])).toStrictEqual([
      '`engine`',
      '`port`',
      '`alarms.evictons`',
    ]);
  });
});

describe('What is right is not complained about', () => {
  /** As a second copy of a module makes it: the same things, of another class. */
  function copyOf<T extends object>(value: T): T {
    class Copy {}
    const copy = Object.create(Copy.prototype);
    for (let from = value; from !== Object.prototype; from = Object.getPrototypeOf(from)) {
      for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(from))) {
        if (name !== 'constructor' && !Object.hasOwn(copy, name)) {
          Object.defineProperty(copy, name, property);
        }
      }
    }
    return copy;
  }

  test('values of another copy of this package and of the CDK', () => {
    const home = new Stack(makeApp(), 'Home');
    const props = {
      engine: copyOf(Engine.REDIS_7_1),
      purpose: copyOf(Purpose.QUEUE),
      topology: copyOf(Topology.sharded({ shards: 2 })),
      restoreFrom: copyOf(RestoreSource.snapshot('before')),
      rotationInterval: copyOf(Duration.days(30)),
      alarms: { swap: copyOf(Size.mebibytes(100)) },
    };
    expect(props.engine).not.toBeInstanceOf(Engine);
    expect(() => new SecureRedis(home, 'Cache', props)).not.toThrow();
  });

  test('values of enumerations as plain JavaScript writes them, and props without a value', () => {
    const home = new Stack(makeApp(), 'Home');
    const props = {
      removalPolicy: 'snapshot',
      logRetention: 365,
      port: undefined,
      extra: undefined,
    };
    expect(() => new SecureRedis(home, 'Cache', props as never)).not.toThrow();
  });

  test('constructs, imported and made, and values that only the deploy knows', () => {
    const home = new Stack(makeApp(), 'Home');
    const bucket = new Bucket(home, 'Bucket');
    const props = {
      alarmTopic: new Topic(home, 'Alarms'),
      encryptionKey: new Key(home, 'Key'),
      removalPolicy: RemovalPolicy.DESTROY,
      restoreFrom: RestoreSource.s3(bucket.arnForObjects('dump.rdb')),
      network: new RedisNetwork(home, 'Network', {
        vpc: Vpc.fromVpcAttributes(home, 'Vpc', {
          vpcId: 'vpc-1',
          availabilityZones: ['a', 'b'],
          isolatedSubnetIds: ['subnet-1', 'subnet-2'],
        }),
        endpointSecurityGroup: SecurityGroup.fromSecurityGroupId(home, 'Endpoints', 'sg-1'),
      }),
    };
    expect(() => new SecureRedis(home, 'Cache', props)).not.toThrow();
  });
});
