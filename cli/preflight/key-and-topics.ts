/** Checks that the keys and topics of the stage, and the deployed keys, exist and can be used. */

import type { AwsAnswer, KeyState } from './account';
import {
  type AccountFacts,
  arnsIn,
  type Check,
  type CheckFinding,
  cannotTell,
  fine,
  willFail,
} from './finding';
import { secretsOf } from './rotations';

export const keysUsable: Check = async (facts) => {
  const given = arnsIn(facts.templates, 'kms');
  // The template does not name a key that the stack created; its deployed secrets do.
  const secrets = await secretsOf(facts);
  const used = secrets.flatMap(({ secret }) =>
    secret.kind === 'answer' ? (secret.value?.keyId ?? []) : [],
  );
  const all = Array.from(new Set([...given, ...used]));
  if (all.length === 0) {
    const missing = secrets.find(({ secret }) => secret.kind === 'none')?.secret;
    return [
      missing?.kind === 'none'
        ? cannotTell('key', missing.why)
        : fine('key', 'the deploy creates it'),
    ];
  }
  return Promise.all(
    all.map(async (arn) => keyFinding(arn, await facts.account.key(arn), facts.region)),
  );
};

function keyFinding(
  arn: string,
  answer: AwsAnswer<KeyState | undefined>,
  region: string,
): CheckFinding {
  const what = `key ${arn}`;
  if (answer.kind === 'none') return cannotTell(what, answer.why);
  const where = arn.startsWith('arn:') ? arn.split(':')[3] : region;
  if (where !== region) {
    return willFail(what, `it must be in ${region}, got ${where}.`, 'Name a key of this region.');
  }
  if (answer.value === undefined) {
    return willFail(what, 'it must exist, got no such key.', 'Correct `shared.encryptionKey.arn`.');
  }
  const { state, isSymmetric } = answer.value;
  if (state === 'PendingDeletion') {
    return willFail(
      what,
      'it must be enabled, got a key that is scheduled for deletion.',
      `Run \`aws kms cancel-key-deletion --key-id ${arn}\`, then \`aws kms enable-key\`.`,
    );
  }
  if (state !== 'Enabled') {
    return willFail(
      what,
      `it must be enabled, got ${state}.`,
      `Run \`aws kms enable-key --key-id ${arn}\`.`,
    );
  }
  if (isSymmetric) return fine(what, 'enabled');
  return willFail(
    what,
    'it must be symmetric, got another kind.',
    'Name a key of the spec SYMMETRIC_DEFAULT.',
  );
}

/** The AWS managed key: its fixed policy admits neither CloudWatch nor ElastiCache. */
const KEY_OF_AWS = /(^|\/)aws\/sns$/;

export const topicsUsable: Check = async (facts) => {
  const topics = arnsIn(facts.templates, 'sns');
  if (topics.length === 0) return [fine('topic of the alarms', 'the deploy creates it, if any')];
  return Promise.all(topics.map((arn) => topicFinding(arn, facts)));
};

async function topicFinding(arn: string, { account, region }: AccountFacts): Promise<CheckFinding> {
  const what = `topic ${arn}`;
  const where = arn.split(':')[3];
  if (where !== region) {
    return willFail(what, `it must be in ${region}, got ${where}.`, 'Name a topic of this region.');
  }
  const answer = await account.topicKey(arn);
  if (answer.kind === 'none') return cannotTell(what, answer.why);
  if (answer.value === undefined) {
    return willFail(what, 'it must exist, got no such topic.', 'Correct `shared.alarmTopic.arn`.');
  }
  if (!KEY_OF_AWS.test(answer.value)) return fine(what, 'exists');
  return willFail(
    what,
    'its key must let CloudWatch publish, got alias/aws/sns: no alarm would arrive.',
    'Give the topic a key of your own whose policy admits CloudWatch, or no key.',
  );
}
