/** `shared.alarmTopic` of a stage file: its schema, and the check of dependent settings. */

import {
  type AlarmRecipients,
  EMAIL,
  recipientProblems,
  SLACK_CHANNEL,
  SLACK_WORKSPACE,
} from '../monitoring/alarm-recipients';
import { type FileProblem, quoted } from './file-problem';
import { list, object, text } from './schema-parts';

export const ALARM_TOPIC = object(
  'an object with `email`, `chat` or both for a new topic, or with the `arn` of an existing one',
  {
    email: list('a list of e-mail addresses', text(EMAIL.words, EMAIL.pattern), { minItems: 1 }),
    chat: object(
      'an object with `slackWorkspaceId` and `slackChannelId`',
      {
        slackWorkspaceId: text(SLACK_WORKSPACE.words, SLACK_WORKSPACE.pattern),
        slackChannelId: text(SLACK_CHANNEL.words, SLACK_CHANNEL.pattern),
      },
      { required: ['slackWorkspaceId', 'slackChannelId'] },
    ),
    arn: text(
      'an ARN like "arn:aws:sns:us-east-1:111122223333:alarms"',
      '^arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[\\w-]{1,256}$',
    ),
  },
);

/** Adds a problem per pair of settings that contradict each other. */
export function checkAlarmTopicFile(problems: FileProblem[], file: AlarmRecipients = {}): void {
  for (const { path, given, allowed, advice } of recipientProblems(file)) {
    const full = ['shared', 'alarmTopic', ...path];
    problems.push({ path: full, given: quoted(given), allowed, advice });
  }
}
