/**
 * On-call is alerted before a cache is lost with its key or its secret: the rules match the events
 * of CloudTrail as AWS's documents show them, of this key and these secrets alone.
 */

import { Key } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib/core';
import { SecureRedis, type SecureRedisProps } from '../../lib';
import { flatten } from '../support/flatten';
import { makeApp, makeStack, templateOf } from '../support/synth';
import { all } from './claims';

type Json = Readonly<Record<string, unknown>>;

const KEY = '<CacheKeyCDF9DE27.Arn>';
const SECRET = '<CacheSecretsCredentialsCB62D1C9>';

/** EventBridge's matching, as far as the patterns here use it. */
function matches(pattern: unknown, event: unknown): boolean {
  return Object.entries(pattern as Json).every(([name, wanted]) => {
    if (name === '$or') return (wanted as Json[]).some((each) => matches(each, event));
    const given = (event as Json | null)?.[name];
    if (!Array.isArray(wanted)) {
      return (Array.isArray(given) ? given : [given]).some((each) => matches(wanted, each ?? {}));
    }
    return wanted.some((each) =>
      typeof each === 'object' && each !== null && 'exists' in each
        ? (given !== undefined) === each.exists
        : each === given,
    );
  });
}

function patternsOf(stack: Stack): readonly unknown[] {
  return all(templateOf(stack), 'AWS::Events::Rule').map(({ Properties }) =>
    flatten(Properties.EventPattern),
  );
}

const stack = makeStack();
const patterns = patternsOf(stack);
const ids = Object.keys(templateOf(stack).Resources);
const initial = `<${ids.find((id) => id.startsWith('CacheSecretsInitial'))}>`;
const alarms = (event: Json) => patterns.filter((pattern) => matches(pattern, event)).length;

/** As in AWS's documents, without what no pattern looks at. */
const ofKey = (eventName: string, ARN: string, rest: Json = {}) => ({
  source: 'aws.kms',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventSource: 'kms.amazonaws.com',
    eventName,
    requestParameters: { keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' },
    resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN }],
    ...rest,
  },
});
const ofSecret = (secretId: string, aRN: string | undefined, rest: Json = {}) => ({
  source: 'aws.secretsmanager',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: 'DeleteSecret',
    requestParameters: { recoveryWindowInDays: 30, secretId },
    responseElements: aRN === undefined ? null : { name: secretId, aRN },
    ...rest,
  },
});

describe('The key of the cache', () => {
  test('there is a rule for rotations, for the key and for the secrets', () => {
    expect(patterns).toHaveLength(3);
    const known = ids.find((id) => /^CacheKey\w{8}$/.test(id));
    expect(KEY).toBe(`<${known}.Arn>`);
  });

  test.each(['DisableKey', 'ScheduleKeyDeletion', 'DeleteImportedKeyMaterial'])(
    '%s alarms',
    (eventName) => {
      expect(alarms(ofKey(eventName, KEY))).toBe(1);
    },
  );

  test.each<[string, Json]>([
    ['another key', ofKey('DisableKey', 'arn:aws:kms:eu-west-1:1:key/other')],
    ['a call that was refused', ofKey('DisableKey', KEY, { errorCode: 'AccessDenied' })],
    ['a call that harms nothing', ofKey('EnableKey', KEY)],
    ['use of the key', ofKey('Decrypt', KEY)],
  ])('%s does not', (_, event) => {
    expect(alarms(event)).toBe(0);
  });

  test('an imported one, by its ARN', () => {
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const given = new Stack(makeApp(), 'Given');
    const props: SecureRedisProps = { encryptionKey: Key.fromKeyArn(given, 'Key', arn) };
    new SecureRedis(given, 'Cache', props);
    const found = patternsOf(given).filter((pattern) => matches(pattern, ofKey('DisableKey', arn)));
    expect(found).toHaveLength(1);
  });
});

describe('The secrets of the cache', () => {
  test.each([
    ['by its ARN', ofSecret(SECRET, SECRET)],
    ['by its name', ofSecret('CacheSecretsCredentials-x', SECRET)],
    ['by its ARN, without an answer', ofSecret(SECRET, undefined)],
    ['the one that CloudFormation reads', ofSecret('CacheSecretsInitial-x', initial)],
  ])('deleted %s: alarms', (_, event) => {
    expect(alarms(event)).toBe(1);
  });

  test.each<[string, Json]>([
    ['another secret', ofSecret('other', 'arn:aws:secretsmanager:eu-west-1:1:secret:other-a1b2c3')],
    ['a call that was refused', ofSecret(SECRET, undefined, { errorCode: 'AccessDenied' })],
    ['a restored secret', ofSecret(SECRET, SECRET, { eventName: 'RestoreSecret' })],
  ])('%s does not', (_, event) => {
    expect(alarms(event)).toBe(0);
  });
});

test('each rule has an alarm that publishes by itself, without an OK', () => {
  const found = all(templateOf(stack), 'AWS::CloudWatch::Alarm').filter(
    ({ Properties }) => Properties.Namespace === 'AWS/Events',
  );
  expect(found.map(({ Properties }) => flatten(Properties.Dimensions))).toStrictEqual(
    ['FailureEvents', 'KeyEvents', 'SecretEvents'].map((name) => [
      { Name: 'RuleName', Value: expect.stringMatching(`^<CacheRotation${name}Rule`) },
    ]),
  );
  for (const { Properties } of found) {
    expect(flatten(Properties.AlarmActions)).toStrictEqual(['<CacheAlarmTopicDE60FC1B>']);
    expect(Properties.OKActions).toBeUndefined();
  }
});
