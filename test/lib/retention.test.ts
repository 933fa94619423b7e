/**
 * Retention: resources that remain after a cache is deleted, retention of logs, and the topics of
 * ElastiCache events.
 */

import { Topic } from 'aws-cdk-lib/aws-sns';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { EncryptionKey, EventTopic, RedisNetwork, SecureRedis } from '../../lib';
import { flatten } from '../support/flatten';
import { makeFleet } from '../support/fleet';
import { makeApp, makeStack, type TemplateJson, templateOf } from '../support/synth';
import { all } from './claims';

const GROUP = 'AWS::ElastiCache::ReplicationGroup';

/** Stays on deletion and replacement, and goes when the deploy that made it is rolled back. */
const KEPT = 'RetainExceptOnCreate Retain';

/** What happens on deletion and on replacement to each resource of a type, without repetition. */
function policies(template: TemplateJson, type: string): readonly string[] {
  const found = all(template, type).map(
    ({ DeletionPolicy, UpdateReplacePolicy }) => `${DeletionPolicy} ${UpdateReplacePolicy}`,
  );
  return Array.from(new Set(found));
}

describe('Resources that remain after the cache is deleted', () => {
  test.each([
    [RemovalPolicy.SNAPSHOT, 'Snapshot Snapshot', KEPT],
    [RemovalPolicy.DESTROY, 'Delete Delete', 'Delete Delete'],
  ])('%s', (removalPolicy, group, rest) => {
    const template = templateOf(makeStack({ removalPolicy }));
    expect(policies(template, GROUP)).toStrictEqual([group]);
    expect(policies(template, 'AWS::KMS::Key')).toStrictEqual([rest]);
    expect(policies(template, 'AWS::Logs::LogGroup')).toStrictEqual([rest]);
    expect(policies(template, 'AWS::SecretsManager::Secret')).toStrictEqual(['Delete Retain']);
  });

  test('a key and a network that are shared stay, whatever a cache says', () => {
    const stack = new Stack(makeApp(), 'Given');
    const first = new SecureRedis(stack, 'First');
    new SecureRedis(stack, 'Second', {
      encryptionKey: first.encryptionKey,
      network: first.network,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const template = templateOf(stack);
    expect(policies(template, 'AWS::KMS::Key')).toStrictEqual([KEPT]);
    const flows = Object.entries(template.Resources).filter(([id]) => /FlowLogGroup/.test(id));
    expect(flows.map(([, { DeletionPolicy }]) => DeletionPolicy)).toStrictEqual([
      'RetainExceptOnCreate',
    ]);
    const logs = Object.entries(template.Resources).filter(([id]) => /^Second\w*Log/.test(id));
    const deleted = logs.filter(([, { Type }]) => Type === 'AWS::Logs::LogGroup');
    expect(deleted.map(([, { DeletionPolicy }]) => DeletionPolicy)).toStrictEqual([
      'Delete',
      'Delete',
      'Delete',
    ]);
  });

  test('a network of its own keeps its flow log and its key, for a year', () => {
    const stack = new Stack(makeApp(), 'Given');
    new RedisNetwork(stack, 'Network');
    const template = templateOf(stack);
    expect(policies(template, 'AWS::Logs::LogGroup')).toStrictEqual([KEPT]);
    expect(policies(template, 'AWS::KMS::Key')).toStrictEqual([KEPT]);
    const [log] = all(template, 'AWS::Logs::LogGroup');
    expect(log?.Properties.RetentionInDays).toBe(365);
  });

  test('a key alone stays unless it is to be destroyed', () => {
    const stack = new Stack(makeApp(), 'Given');
    new EncryptionKey(stack, 'Kept');
    new EncryptionKey(stack, 'Gone', { removalPolicy: RemovalPolicy.DESTROY });
    expect(policies(templateOf(stack), 'AWS::KMS::Key')).toStrictEqual([KEPT, 'Delete Delete']);
  });
});

describe('A first deploy that is rolled back leaves nothing behind', () => {
  const { Resources } = templateOf(makeStack());

  test('nothing is kept whatever happens, in a stack of one cache and in a stage', () => {
    const { templates } = makeFleet({
      shared: { network: {}, encryptionKey: {}, alarmTopic: {} },
      caches: { a: {}, b: { own: ['network', 'encryptionKey'], topology: { shards: 2 } } },
    });
    for (const template of [{ Resources }, ...Object.values(templates)]) {
      const deletion = Object.entries(template.Resources).map(([id, { Type, DeletionPolicy }]) => ({
        id,
        policy: DeletionPolicy ?? 'Delete',
        // A last snapshot of an empty cache: docs/operate.md, Changes.
        isAllowed:
          ['Delete', 'RetainExceptOnCreate'].includes(DeletionPolicy ?? 'Delete') ||
          (Type === GROUP && DeletionPolicy === 'Snapshot'),
      }));
      expect(deletion.filter(({ isAllowed }) => !isAllowed)).toStrictEqual([]);
    }
  });

  test('what is kept later is kept on a replacement too', () => {
    const kept = Object.values(Resources).filter(
      ({ DeletionPolicy }) => DeletionPolicy === 'RetainExceptOnCreate',
    );
    expect(kept.map(({ UpdateReplacePolicy }) => UpdateReplacePolicy)).toStrictEqual(
      Array.from({ length: 6 }, () => 'Retain'),
    );
  });
});

describe('How long logs stay', () => {
  test.each([
    [undefined, 365],
    [30, 30],
  ])('asked for %p days', (logRetention, days) => {
    const logs = all(templateOf(makeStack({ logRetention })), 'AWS::Logs::LogGroup');
    expect(logs).toHaveLength(5);
    for (const { Properties } of logs) {
      expect(Properties.RetentionInDays).toBe(days);
      expect(flatten(Properties.KmsKeyId)).toBe('<CacheKeyCDF9DE27.Arn>');
    }
  });
});

describe('Topics for ElastiCache events', () => {
  const published = (template: TemplateJson) =>
    flatten(template.Resources.CacheReplicationGroup5B07CC82?.Properties.NotificationTopicArn ?? 0);

  test('none, unless a topic is set', () => {
    expect(published(templateOf(makeStack()))).toBe(0);
  });

  test('a new topic, without a key, for events of this account over TLS', () => {
    const stack = new Stack(makeApp(), 'Given');
    const eventTopic = new EventTopic(stack, 'Events');
    new SecureRedis(stack, 'Cache', { eventTopic });
    const template = templateOf(stack);
    expect(published(template)).toBe('<EventsD32975C2>');
    expect(template.Resources.EventsD32975C2?.Properties).toEqual({
      DisplayName: 'Secure Redis: events of ElastiCache',
    });
    const [policy] = all(template, 'AWS::SNS::TopicPolicy').filter(
      ({ Properties }) => !JSON.stringify(Properties.Topics).includes('AlarmTopic'),
    );
    expect(flatten(policy?.Properties)).toEqual({
      Topics: ['<EventsD32975C2>'],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'CachesOfThisAccount',
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'elasticache.amazonaws.com' },
            Resource: '<EventsD32975C2>',
            Condition: { StringEquals: { 'aws:SourceOwner': '<AWS::AccountId>' } },
          },
          {
            Sid: 'NothingFromElsewhere',
            Effect: 'Deny',
            Action: 'sns:Publish',
            Principal: { AWS: '*' },
            Resource: '<EventsD32975C2>',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  test('an existing topic', () => {
    const stack = new Stack(makeApp(), 'Given');
    const eventTopic = Topic.fromTopicArn(stack, 'Theirs', 'arn:aws:sns:eu-west-1:1:events');
    new SecureRedis(stack, 'Cache', { eventTopic });
    const template = templateOf(stack);
    expect(published(template)).toBe('arn:aws:sns:eu-west-1:1:events');
  });
});
