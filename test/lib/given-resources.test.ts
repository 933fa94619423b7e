/**
 * Keys, topics and SSM names that AWS would refuse are refused at synth; valid ones are accepted.
 */

import { Alias, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, Stack, Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import {
  EncryptionKey,
  EventTopic,
  RedisNetwork,
  SecureRedis,
  type SecureRedisProps,
  SettingError,
} from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { AlarmTopic } from '../../lib/monitoring/alarm-topic';
import { networkIn } from '../support/quotas';
import { linesOf } from '../support/rules';

function linesWith(make: (stack: Stack) => unknown, app = new App()): readonly string[] {
  try {
    make(new Stack(app, 'S'));
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return error.message.split('\n');
  }
  return linesOf({ app });
}

const withProps = (props: (stack: Stack) => SecureRedisProps) =>
  linesWith((stack) => new SecureRedis(stack, 'Cache', props(stack)));

describe('A key that is not symmetric is refused', () => {
  const line = (given: string) =>
    'S/Cache: `encryptionKey` must be a symmetric key that encrypts and decrypts, got ' +
    `"${given}": ` +
    'ElastiCache, Secrets Manager and CloudWatch Logs take no other. Leave `keySpec` and ' +
    '`keyUsage` out of the key.';
  const rsa = (stack: Stack) => new Key(stack, 'K', { keySpec: KeySpec.RSA_2048 });
  const hmac = (stack: Stack) =>
    new Key(stack, 'K', { keySpec: KeySpec.HMAC_256, keyUsage: KeyUsage.GENERATE_VERIFY_MAC });

  test.each<[string, (stack: Stack) => SecureRedisProps['encryptionKey'] & object, string]>([
    ['RSA', rsa, 'RSA_2048'],
    ['HMAC', hmac, 'HMAC_256, GENERATE_VERIFY_MAC'],
    [
      'behind an alias',
      (stack) => new Alias(stack, 'A', { aliasName: 'a', targetKey: rsa(stack) }),
      'RSA_2048',
    ],
  ])('%s', (_, key, given) => {
    expect(withProps((stack) => ({ encryptionKey: key(stack) }))).toStrictEqual([line(given)]);
  });

  test('of a network, too', () => {
    const made = (stack: Stack) => new RedisNetwork(stack, 'Cache', { encryptionKey: rsa(stack) });
    expect(linesWith(made)).toStrictEqual([line('RSA_2048')]);
  });

  test.each<[string, (stack: Stack) => SecureRedisProps['encryptionKey'] & object]>([
    ['the default', (stack) => new Key(stack, 'K')],
    ['symmetric by name', (stack) => new Key(stack, 'K', { keySpec: KeySpec.SYMMETRIC_DEFAULT })],
    ['of this library', (stack) => new EncryptionKey(stack, 'K')],
    [
      'imported',
      (stack) => Key.fromKeyArn(stack, 'K', `arn:aws:kms:${stack.region}:${stack.account}:key/a`),
    ],
  ])('but not %s', (_, key) => {
    expect(withProps((stack) => ({ encryptionKey: key(stack) }))).toStrictEqual([]);
  });
});

describe('A topic that ElastiCache does not publish to is refused', () => {
  const line = (given: string) =>
    `S/Cache: \`eventTopic\` must be a standard topic without encryption, got "${given}": ` +
    'ElastiCache publishes to no other, and its events are lost. Pass `new EventTopic(this, ' +
    '"Events")`.';
  const arn = (stack: Stack, name: string) =>
    `arn:aws:sns:${stack.region}:${stack.account}:${name}`;

  test.each<
    [string, (stack: Stack) => Topic | AlarmTopic | ReturnType<typeof Topic.fromTopicArn>, string]
  >([
    [
      'encrypted',
      (stack) => new Topic(stack, 'T', { masterKey: new Key(stack, 'K') }),
      'an encrypted topic',
    ],
    [
      'for alarms',
      (stack) => new AlarmTopic(stack, 'T', new Key(stack, 'K')),
      'an encrypted topic',
    ],
    ['FIFO', (stack) => new Topic(stack, 'T', { fifo: true }), 'a FIFO topic'],
    [
      'an imported FIFO',
      (stack) => Topic.fromTopicArn(stack, 'T', arn(stack, 'x.fifo')),
      'a FIFO topic',
    ],
    [
      'an imported encrypted',
      (stack) =>
        Topic.fromTopicAttributes(stack, 'T', {
          topicArn: arn(stack, 'x'),
          keyArn: `arn:aws:kms:${stack.region}:${stack.account}:key/a`,
        }),
      'an encrypted topic',
    ],
  ])('%s', (_, topic, given) => {
    expect(withProps((stack) => ({ eventTopic: topic(stack) }))).toStrictEqual([line(given)]);
  });

  test.each<[string, (stack: Stack) => SecureRedisProps['eventTopic'] & object]>([
    ['plain', (stack) => new Topic(stack, 'T')],
    ['of this library', (stack) => new EventTopic(stack, 'T')],
    ['imported', (stack) => Topic.fromTopicArn(stack, 'T', arn(stack, 'x'))],
  ])('but not %s', (_, topic) => {
    expect(withProps((stack) => ({ eventTopic: topic(stack) }))).toStrictEqual([]);
  });
});

describe('Names that SSM does not take are refused', () => {
  const BELOW = ': the cache publishes SSM parameters below it. ';
  const inStack = (stackName: string, ids: readonly string[]) =>
    linesWith((stack) => {
      const home = new Stack(stack.node.root as App, 'Home', { stackName });
      const [id = 'Cache', ...above] = [...ids].reverse();
      const scope = above.reverse().reduce<Construct>((at, each) => new Construct(at, each), home);
      new SecureRedis(scope, id);
    });

  test.each(['aws-thing', 'AWSThing', 'ssm-x', 'SsmThing'])('a stack %s', (stackName) => {
    expect(inStack(stackName, ['Cache'])).toStrictEqual([
      'Home/Cache: the name of the stack must not begin with "aws" or "ssm", which SSM reserves, ' +
        `got "${stackName}"${BELOW}Set another \`stackName\`.`,
    ]);
  });

  test.each<[string, readonly string[]]>([
    ['My Cache!', ['My Cache!']],
    ['Käche', ['Käche']],
    ['a b', ['a b', 'Cache']],
    ['x:y', ['Good', 'x:y']],
  ])('an id %s', (wrong, ids) => {
    expect(inStack('shop', ids)).toStrictEqual([
      `Home/${ids.join('/')}: each id from the stack down must consist of letters a to z, digits ` +
        `and _ . -, got "${wrong}"${BELOW}Rename it.`,
    ]);
  });

  test('deeper than SSM takes', () => {
    const ids = Array.from({ length: 13 }, (_, index) => `c${index}`);
    expect(inStack('shop', ids)).toStrictEqual([
      expect.stringContaining('the cache must be at most 13 levels below the app, got "shop/c0/'),
    ]);
  });

  test.each<[string, readonly string[]]>([
    ['shop-aws', ['aws-cache']],
    ['a1', ['My_Cache-1.2', 'ssm']],
  ])('but not %s with %p', (stackName, ids) => {
    expect(inStack(stackName, ids)).toStrictEqual([]);
  });
});

describe('What AWS takes is not refused', () => {
  test('an alarm topic of another account in a stage file', () => {
    const shared = {
      encryptionKey: {
        arn: 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
      alarmTopic: { arn: 'arn:aws:sns:us-east-1:444455556666:alarms' },
    };
    expect(() => checkedConfig('x.json', 'test', { shared, caches: { a: {} } })).not.toThrow();
  });

  const twice = (one: object, other: object) => {
    const app = new App();
    for (const [id, env] of Object.entries({ One: one, Other: other })) {
      const stack = new Stack(new Stage(app, id, env), 'S');
      // With a network of its own, CDK would first look up its zones.
      new SecureRedis(stack, 'Cache', {
        replicationGroupId: 'jobs',
        network: networkIn(stack),
      });
    }
    return linesOf({ app });
  };
  const place = (account: string) => ({ env: { account, region: 'eu-west-1' } });

  test('the same id in two stages, of which nobody knows the account', () => {
    expect(twice({}, {})).toStrictEqual([]);
    expect(twice(place('111122223333'), place('444455556666'))).toStrictEqual([]);
  });

  test('but twice in one account it is', () => {
    expect(twice(place('111122223333'), place('111122223333'))).toHaveLength(1);
  });
});
