/**
 * Alarms reach people: e-mail addresses and a Slack channel are subscribed to an encrypted topic,
 * an existing topic gets every alarm, two caches share one, an address stands in its subscription
 * alone, and what AWS would refuse or ignore is refused at synth.
 */

import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnParameter, Stack } from 'aws-cdk-lib/core';
import {
  type AlarmRecipients,
  AlarmTopic,
  EncryptionKey,
  Fleet,
  type NewTopicRecipients,
  SecureRedis,
  type SecureRedisProps,
} from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { flatten } from '../support/flatten';
import { messageOf } from '../support/message-of';
import { makeApp, makeStack, templateOf } from '../support/synth';
import { all } from './claims';

const SUBSCRIPTION = 'AWS::SNS::Subscription';
const CHAT = 'AWS::Chatbot::SlackChannelConfiguration';
const TOPIC = 'AWS::SNS::Topic';

const withTopic = (alarmTopic: AlarmRecipients) => templateOf(makeStack({ alarmTopic }));
const channel = { slackWorkspaceId: 'T07EA123LEP', slackChannelId: 'C07EZ1ABC23' };

describe('E-mail addresses', () => {
  const MAILED = withTopic({ email: ['ops@example.com', 'On-Call@example.com'] });

  test('are subscribed to a new topic with the key of the cache', () => {
    expect(all(MAILED, SUBSCRIPTION).map(({ Properties }) => flatten(Properties))).toStrictEqual(
      ['ops@example.com', 'On-Call@example.com'].map((Endpoint) => ({
        Endpoint,
        Protocol: 'email',
        TopicArn: '<CacheAlarmTopicDE60FC1B>',
      })),
    );
    const [topic] = all(MAILED, TOPIC);
    expect(flatten(topic?.Properties.KmsMasterKeyId)).toMatch(/^<CacheKey\w+\.Arn>$/);
  });

  test('stand in their subscription alone', () => {
    const text = JSON.stringify({
      ...MAILED,
      Resources: Object.fromEntries(
        Object.entries(MAILED.Resources).filter(([, { Type }]) => Type !== SUBSCRIPTION),
      ),
    });
    expect(text).not.toMatch(/@example|on-?call/i);
    const ids = Object.keys(MAILED.Resources).filter((id) => /ops|example|call/i.test(id));
    expect(ids).toStrictEqual([]);
  });

  test('keep their subscriptions when the list is in another order', () => {
    const ids = ({ Resources }: typeof MAILED) =>
      Object.keys(Resources).filter((id) => Resources[id]?.Type === SUBSCRIPTION);
    const other = withTopic({ email: ['on-call@example.com', 'ops@example.com'] });
    expect(ids(other).sort()).toStrictEqual(ids(MAILED).sort());
  });

  test('must be confirmed, which the deploy prints', () => {
    const outputs = Object.values(MAILED.Outputs).map(({ Value }) => String(flatten(Value)));
    expect(outputs).toContainEqual(
      '2 e-mail addresses: open the link in the message of AWS Notifications. Until then no ' +
        'alarm arrives there. To see who has: aws sns list-subscriptions-by-topic --topic-arn ' +
        '<CacheAlarmTopicDE60FC1B>',
    );
  });

  test.each([
    'a@b.co',
    'first.last+tag@sub.example-domain.org',
    'o_x%y@xn--bcher-kva.example',
    'grüße@bücher.example',
    'x@10.example',
  ])('%s is an address', (address) => {
    expect(all(withTopic({ email: [address] }), SUBSCRIPTION)).toHaveLength(1);
  });

  test('may be a value that only the deploy knows', () => {
    const stack = new Stack(makeApp(), 'Late');
    const address = new CfnParameter(stack, 'Address').valueAsString;
    new SecureRedis(stack, 'Cache', { alarmTopic: { email: [address] } });
    const [subscription] = all(templateOf(stack), SUBSCRIPTION);
    expect(subscription?.Properties.Endpoint).toStrictEqual({ Ref: 'Address' });
  });
});

describe('A Slack channel', () => {
  test('gets a configuration whose role has no permissions', () => {
    const template = withTopic({ chat: channel });
    const [chat] = all(template, CHAT);
    expect(flatten(chat?.Properties)).toMatchObject({
      SlackWorkspaceId: 'T07EA123LEP',
      SlackChannelId: 'C07EZ1ABC23',
      SnsTopicArns: ['<CacheAlarmTopicDE60FC1B>'],
      GuardrailPolicies: ['arn:<AWS::Partition>:iam::aws:policy/AWSDenyAll'],
    });
    const roleId = /^<(\w+)\.Arn>$/.exec(String(flatten(chat?.Properties.IamRoleArn)))?.[1] ?? '';
    const role = template.Resources[roleId];
    expect(role?.Properties).not.toHaveProperty('Policies');
    expect(role?.Properties).not.toHaveProperty('ManagedPolicyArns');
    const policies = Object.values(template.Resources).filter(({ Type }) => /Policy$/.test(Type));
    expect(JSON.stringify(policies)).not.toContain(roleId);
  });

  test('beside e-mail addresses', () => {
    const template = withTopic({ email: ['a@b.co'], chat: channel });
    expect([SUBSCRIPTION, CHAT, TOPIC].map((type) => all(template, type).length)).toStrictEqual([
      1, 1, 1,
    ]);
  });
});

describe('An existing topic', () => {
  test('by its ARN', () => {
    const arn = 'arn:aws:sns:eu-west-1:111111111111:on-call';
    const stack = makeStack({ alarmTopic: { arn } });
    expect(stack.cache.alarmTopic.topicArn).toBe(arn);
    const template = templateOf(stack);
    expect([TOPIC, SUBSCRIPTION].flatMap((type) => all(template, type))).toStrictEqual([]);
    const [composite] = all(template, 'AWS::CloudWatch::CompositeAlarm');
    expect(composite?.Properties.AlarmActions).toStrictEqual([arn]);
  });

  test('of another cache is shared', () => {
    const stack = new Stack(makeApp(), 'Two');
    const one = new SecureRedis(stack, 'One', { alarmTopic: { email: ['a@b.co'] } });
    const { alarmTopic, network, encryptionKey } = one;
    new SecureRedis(stack, 'Two', { alarmTopic, network, encryptionKey });
    const template = templateOf(stack);
    expect([TOPIC, SUBSCRIPTION].map((type) => all(template, type).length)).toStrictEqual([1, 1]);
  });
});

describe('A stage file', () => {
  test('gives its caches one topic, with the key of the stage', () => {
    const app = makeApp();
    const fleet = new Fleet(
      app,
      'SecureRedis-dev',
      checkedConfig('config/dev.json', 'dev', {
        shared: { alarmTopic: { email: ['a@b.co', 'b@b.co'], chat: channel }, encryptionKey: {} },
        caches: { one: {}, two: {} },
      }),
    );
    const stacks = ['shared', 'one', 'two'].map((id) => fleet.node.findChild(id) as Stack);
    const templates = stacks.map(templateOf);
    const counts = (type: string) => templates.map((template) => all(template, type).length);
    expect(counts(TOPIC)).toStrictEqual([1, 0, 0]);
    expect(counts(SUBSCRIPTION)).toStrictEqual([2, 0, 0]);
    expect(counts(CHAT)).toStrictEqual([1, 0, 0]);
    expect(counts('AWS::CloudWatch::CompositeAlarm')).toStrictEqual([0, 1, 1]);
  });
});

describe('What AWS would refuse or ignore is refused', () => {
  const given = (alarmTopic: unknown) => ({ alarmTopic }) as SecureRedisProps;
  const MUST = 'Test/Cache: `alarmTopic` must be a topic of SNS, or an object with `email`, ';

  test.each<[unknown, string]>([
    [
      { email: ['on-call'] },
      'Test/Cache: `alarmTopic.email[0]` must be an e-mail address like "on-call@example.com", ' +
        'got "on-call". Change it.',
    ],
    [
      { email: ['a@b.co', 'mailto:c@d.co'] },
      'Test/Cache: `alarmTopic.email[1]` must be an e-mail address like "on-call@example.com", ' +
        'got "mailto:c@d.co". Use "c@d.co".',
    ],
    [
      { email: ['On call <c@d.co>'] },
      'Test/Cache: `alarmTopic.email[0]` must be an e-mail address like "on-call@example.com", ' +
        'got "On call <c@d.co>". Use "c@d.co".',
    ],
    [
      { email: ['a@b.co, c@d.co'] },
      'Test/Cache: `alarmTopic.email[0]` must be an e-mail address like "on-call@example.com", ' +
        'got "a@b.co, c@d.co". List each address by itself.',
    ],
    [
      { email: ['a@localhost'] },
      'Test/Cache: `alarmTopic.email[0]` must be an e-mail address like "on-call@example.com", ' +
        'got "a@localhost". Change it.',
    ],
    [
      { email: ['a@b.co', 'A@B.co'] },
      'Test/Cache: `alarmTopic.email[1]` must be an address that is not in the list already, got ' +
        '"A@B.co". Remove it.',
    ],
    [
      { email: [] },
      'Test/Cache: `alarmTopic.email` must be a list of one address or more, each known at ' +
        'synth, got []. Add one, or remove `email`.',
    ],
    [
      { email: 'a@b.co' },
      'Test/Cache: `alarmTopic.email` must be a list of e-mail addresses, got "a@b.co". Use ' +
        '["a@b.co"].',
    ],
    ['a@b.co', `${MUST}\`chat\` or \`arn\`, got "a@b.co". Use { email: ["a@b.co"] }.`],
    [['a@b.co'], `${MUST}\`chat\` or \`arn\`, got ["a@b.co"]. Use { email: ["a@b.co"] }.`],
    [
      { arn: 'arn:aws:sns:eu-west-1:111111111111:t', email: ['a@b.co'] },
      'Test/Cache: `alarmTopic.email` must not be set beside `arn`, got ["a@b.co"]: who is ' +
        'subscribed to an existing topic, its owner decides. Subscribe there, or remove `arn`.',
    ],
    [
      { chat: 'arn:aws:chatbot::111111111111:chat-configuration/slack-channel/alarms' },
      'Test/Cache: `alarmTopic.chat` must be an object with the ids of a Slack workspace and ' +
        'channel, got "arn:aws:chatbot::111111111111:chat-configuration/slack-channel/alarms". ' +
        'Use { slackWorkspaceId: …, slackChannelId: … }; of a configuration that exists, pass ' +
        'the topic as `arn`: CloudFormation cannot add a topic to it.',
    ],
    [
      { chat: { ...channel, slackChannelId: '#alarms' } },
      'Test/Cache: `alarmTopic.chat.slackChannelId` must be the id of a Slack channel like ' +
        '"C07EZ1ABC23", the end of its link, got "#alarms". Use one like "C07EZ1ABC23".',
    ],
    [
      { emails: ['a@b.co'] },
      'Test/Cache: `alarmTopic.emails` must be the name of a prop, got an unknown one. Use ' +
        '`email`.',
    ],
  ])('%j', (wrong, line) => {
    expect(messageOf(() => makeStack(given(wrong)))).toBe(line);
  });

  test.each<[unknown, string]>([
    [
      { email: 'a@b.co' },
      '`email` must be a list of e-mail addresses, got "a@b.co". Use ["a@b.co"].',
    ],
    [
      { emails: ['a@b.co'] },
      '`emails` must be the name of a prop, got an unknown one. Use `email`.',
    ],
    [
      { email: ['nope'] },
      '`email[0]` must be an e-mail address like "on-call@example.com", got "nope". Change it.',
    ],
    [{ email: [1] }, '`email.0` must be a text, got 1. Use "1".'],
    [{ email: [] }, '`email` must be a list of one address or more, each known at synth, got []. '],
    [
      { chat: 'x' },
      '`chat` must be an object with the ids of a Slack workspace and channel, got "x"',
    ],
    [{ arn: 'arn:aws:sns:eu-west-1:1:t' }, '`arn` must be the name of a prop, got an unknown one.'],
    ['x', 'the props must be an object, got "x". Use { '],
  ])('by an AlarmTopic of its own: %j', (wrong, line) => {
    const stack = new Stack(makeApp(), 'Own');
    const key = new EncryptionKey(stack, 'Key');
    const made = () => new AlarmTopic(stack, 'Topic', key, wrong as NewTopicRecipients);
    expect(messageOf(made)).toContain(`Own/Topic: ${line}`);
  });

  test('a topic in another region, by its ARN', () => {
    const stack = new Stack(makeApp(), 'Here', {
      env: { account: '111111111111', region: 'eu-west-1' },
    });
    const alarmTopic = { arn: 'arn:aws:sns:us-east-1:111111111111:t' };
    expect(messageOf(() => new SecureRedis(stack, 'Cache', { alarmTopic }))).toMatch(
      /`alarmTopic` must be a topic in the region of the stack, eu-west-1, got one in us-east-1/,
    );
  });

  test('a topic that is a construct is taken as it is', () => {
    const stack = new Stack(makeApp(), 'Own');
    const topic = new Topic(stack, 'Mine');
    const { alarmTopic } = new SecureRedis(stack, 'Cache', { alarmTopic: topic });
    expect(alarmTopic).toBe(topic);
  });
});
