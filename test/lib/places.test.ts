/**
 * Resources of another partition, region or account, and a KMS alias instead of a key, are refused
 * at synth, if their place is known.
 */

import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, CfnParameter, Stack } from 'aws-cdk-lib/core';
import { RedisNetwork, RestoreSource, SecureRedis, type SecureRedisProps } from '../../lib';

const HERE = { account: '111122223333', region: 'eu-west-1' };
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';

const keyOf = (stack: Stack, place: string) =>
  Key.fromKeyArn(stack, 'Key', `arn:${place}:key/${KEY}`);
const topicOf = (stack: Stack, place: string) =>
  Topic.fromTopicArn(stack, 'Topic', `arn:${place}:alarms`);

type Given = (stack: Stack) => SecureRedisProps;

const make = (given: Given, env?: typeof HERE) => () => {
  const stack = new Stack(new App(), 'S', { env: env ?? {} });
  return new SecureRedis(stack, 'Cache', given(stack));
};

const elsewhere = (name: string, words: string, part: string, here: string, there: string) =>
  `S/Cache: \`${name}\` must be ${words} in the ${part} of the stack, ${here}, got one in ` +
  `${there}. ` +
  `Use one of ${here}, or leave it out for the default.`;

const OTHERS: readonly [string, Given, string][] = [
  [
    'a key of another region',
    (stack) => ({ encryptionKey: keyOf(stack, 'aws:kms:us-east-1:111122223333') }),
    elsewhere('encryptionKey', 'a key', 'region', 'eu-west-1', 'us-east-1'),
  ],
  [
    'a key of another account',
    (stack) => ({ encryptionKey: keyOf(stack, 'aws:kms:eu-west-1:444455556666') }),
    elsewhere('encryptionKey', 'a key', 'account', '111122223333', '444455556666'),
  ],
  [
    'a key of another partition',
    (stack) => ({ encryptionKey: keyOf(stack, 'aws-cn:kms:cn-north-1:111122223333') }),
    elsewhere('encryptionKey', 'a key', 'partition', 'aws', 'aws-cn'),
  ],
  [
    'a topic for alarms of another region',
    (stack) => ({ alarmTopic: topicOf(stack, 'aws:sns:us-east-1:111122223333') }),
    elsewhere('alarmTopic', 'a topic', 'region', 'eu-west-1', 'us-east-1'),
  ],
  [
    'a topic for events of another account',
    (stack) => ({ eventTopic: topicOf(stack, 'aws:sns:eu-west-1:444455556666') }),
    elsewhere('eventTopic', 'a topic', 'account', '111122223333', '444455556666'),
  ],
  [
    'a file in S3 of another partition',
    () => ({ restoreFrom: RestoreSource.s3('arn:aws-cn:s3:::bucket/dump.rdb') }),
    elsewhere('restoreFrom', 'a file in S3', 'partition', 'aws', 'aws-cn'),
  ],
];

describe('Resources of another partition, region or account are refused', () => {
  test.each(OTHERS)('%s', (_, given, message) => {
    expect(make(given, HERE)).toThrow(message);
  });

  test.each(OTHERS)('%s, but not where the stack may be anywhere', (_, given) => {
    expect(make(given)).not.toThrow();
  });

  test('a key, a VPC and a security group that a stack of another region makes', () => {
    const app = new App();
    const far = new Stack(app, 'Far', { env: { ...HERE, region: 'us-east-1' } });
    const stack = new Stack(app, 'S', { env: HERE });
    const vpc = new Vpc(far, 'Vpc');
    const endpointSecurityGroup = new SecurityGroup(far, 'Group', { vpc });
    expect(() => new SecureRedis(stack, 'A', { encryptionKey: new Key(far, 'Key') })).toThrow(
      'S/A: `encryptionKey` must be a key in the region of the stack, eu-west-1, got one in ' +
        'us-east-1.',
    );
    expect(() => new RedisNetwork(stack, 'N', { vpc, endpointSecurityGroup })).toThrow(
      'S/N: `vpc` must be a VPC in the region of the stack, eu-west-1, got one in us-east-1. Use ' +
        'one of eu-west-1, or leave it out for the default.\n' +
        'S/N: `endpointSecurityGroup` must be a security group in the region of the stack',
    );
    const network = new RedisNetwork(far, 'Network');
    expect(() => new SecureRedis(stack, 'B', { network })).toThrow(
      'S/B: `network` must be a VPC in the region of the stack, eu-west-1, got one in us-east-1.',
    );
  });

  test('but not a topic for alarms of another account, which CloudWatch reaches', () => {
    const given: Given = (stack) => ({
      alarmTopic: topicOf(stack, 'aws:sns:eu-west-1:444455556666'),
    });
    expect(make(given, HERE)).not.toThrow();
  });

  test('nor what is here', () => {
    const given: Given = (stack) => ({
      encryptionKey: keyOf(stack, 'aws:kms:eu-west-1:111122223333'),
      restoreFrom: RestoreSource.s3('arn:aws:s3:::bucket/dump.rdb'),
    });
    expect(make(given, HERE)).not.toThrow();
  });
});

describe('A KMS alias is refused as a key', () => {
  test.each<[string, Given, string]>([
    [
      'by its name',
      (stack) => ({ encryptionKey: Alias.fromAliasName(stack, 'Alias', 'alias/redis') }),
      '"alias/redis"',
    ],
    [
      'that is made',
      (stack) => {
        const targetKey = new Key(stack, 'Key');
        return { encryptionKey: new Alias(stack, 'Alias', { aliasName: 'alias/mine', targetKey }) };
      },
      'S/Alias',
    ],
    [
      'by its ARN',
      (stack) => {
        const arn = 'arn:aws:kms:eu-west-1:111122223333:alias/redis';
        return { encryptionKey: Key.fromKeyArn(stack, 'Key', arn) };
      },
      '"alias/redis"',
    ],
    [
      'by a name that only the deploy knows',
      (stack) => {
        const { valueAsString } = new CfnParameter(stack, 'Name');
        return { encryptionKey: Alias.fromAliasName(stack, 'Alias', valueAsString) };
      },
      'S/Alias',
    ],
  ])('%s', (_, given, name) => {
    for (const env of [HERE, undefined]) {
      expect(make(given, env)).toThrow(
        `S/Cache: \`encryptionKey\` must be a key, got the alias ${name}. Use the key itself`,
      );
    }
  });

  test('not even for the flow log of a network', () => {
    const stack = new Stack(new App(), 'S');
    const encryptionKey = Alias.fromAliasName(stack, 'Alias', 'alias/redis');
    expect(() => new RedisNetwork(stack, 'Network', { encryptionKey })).toThrow(
      'S/Network: `encryptionKey` must be a key, got the alias "alias/redis".',
    );
  });
});
