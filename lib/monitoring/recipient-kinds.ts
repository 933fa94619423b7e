/** The kind of `alarmTopic`: a topic, or the recipients of a new topic. */

import { named, TOPIC_ARN } from '../settings/text-kinds';
import { also, objectOf, required, TEXTS, TOPIC } from '../settings/value-kinds';
import { isPlain, type Kinds } from '../validation/kinds';
import {
  type AlarmRecipients,
  type NewTopicRecipients,
  SLACK_CHANNEL,
  SLACK_WORKSPACE,
  type SlackChannel,
} from './alarm-recipients';

const SLACK_WORKSPACE_ID = named({
  words: SLACK_WORKSPACE.words,
  pattern: new RegExp(SLACK_WORKSPACE.pattern),
  example: 'T07EA123LEP',
});

const SLACK_CHANNEL_ID = named({
  words: SLACK_CHANNEL.words,
  pattern: new RegExp(SLACK_CHANNEL.pattern),
  example: 'C07EZ1ABC23',
});

const CHANNEL: Kinds<SlackChannel> = {
  slackWorkspaceId: also(required(SLACK_WORKSPACE_ID), 'workspaceId', 'workspace', 'teamId'),
  slackChannelId: also(required(SLACK_CHANNEL_ID), 'channelId', 'channel'),
};

/** Of a new topic. */
export const NEW_TOPIC_RECIPIENTS: Kinds<NewTopicRecipients> = {
  email: also({ ...TEXTS, words: 'a list of e-mail addresses' }, 'emails', 'mail', 'addresses'),
  chat: also(
    objectOf('an object with the ids of a Slack workspace and channel', {
      inside: CHANNEL,
      advice: () =>
        'Use { slackWorkspaceId: …, slackChannelId: … }; of a configuration that exists, pass ' +
        'the topic as `arn`: CloudFormation cannot add a topic to it.',
    }),
    'slack',
    'chatbot',
  ),
};

const RECIPIENTS: Kinds<AlarmRecipients> = {
  ...NEW_TOPIC_RECIPIENTS,
  arn: also(TOPIC_ARN, 'topicArn'),
};

/** A topic, or the recipients of a new topic. */
export const ALARM_TOPIC_KIND = {
  words: 'a topic of SNS, or an object with `email`, `chat` or `arn`',
  accepts: (value: unknown) => TOPIC.accepts(value) || isPlain(value),
  inside: RECIPIENTS,
  advice: (value: unknown) => {
    const list = (Array.isArray(value) ? value : [value]).filter((each) => /@/.test(String(each)));
    if (list.length > 0) return `Use { email: ${JSON.stringify(list)} }.`;
    if (typeof value === 'string') return `Use { arn: ${JSON.stringify(value)} }.`;
    return 'Use for example { email: ["on-call@example.com"] }.';
  },
};
