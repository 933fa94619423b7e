/** The topic of the prop `alarmTopic`: the given topic, or a new topic with the recipients. */

import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type AlarmRecipients, isTopic } from './alarm-recipients';
import { AlarmTopic } from './alarm-topic';

export function alarmTopicOf(
  scope: Construct,
  given: ITopic | AlarmRecipients | undefined,
  key: IKey,
): ITopic {
  if (isTopic(given)) return given;
  if (given?.arn !== undefined) return Topic.fromTopicArn(scope, 'AlarmTopic', given.arn);
  return new AlarmTopic(scope, 'AlarmTopic', key, given);
}
