/** Recipients of a cache's alarms: e-mail addresses, a Slack channel, or an existing topic. */

import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Token } from 'aws-cdk-lib/core';
import type { Problems } from '../validation/setting-error';

/** A Slack channel, in a workspace that was authorized once in the console. */
export interface SlackChannel {
  /** The id of the workspace, for example `T07EA123LEP`, as in the console. */
  readonly slackWorkspaceId: string;

  /** The id of the channel, for example `C07EZ1ABC23`: the end of the channel's link. */
  readonly slackChannelId: string;
}

/** Recipients of a new topic's alarms: e-mail addresses, a Slack channel. */
export interface NewTopicRecipients {
  /**
   * E-mail addresses to subscribe to a new topic. AWS sends a confirmation link to each address,
   * and no alarm before it is opened: the deploy prints a note.
   *
   * @default - no address
   */
  readonly email?: string[];

  /**
   * A Slack channel, through Amazon Q Developer in chat applications (AWS Chatbot): a new
   * configuration, whose role has no permissions. CloudFormation cannot add a topic to an existing
   * configuration: pass that configuration's topic as `arn`.
   *
   * @default - no channel
   */
  readonly chat?: SlackChannel;
}

/** Recipients of a cache's alarms: those of a new topic, or an existing topic. */
export interface AlarmRecipients extends NewTopicRecipients {
  /**
   * The ARN of an existing topic; excludes `email` and `chat`.
   *
   * @default - a new encrypted topic
   */
  readonly arn?: string;
}

const NOT_IN_ADDRESS = '\\s@"\'(),:;<>\\[\\]\\\\';
const LABEL = `[^${NOT_IN_ADDRESS}.]+`;

/** A single address without display name or quotes. */
export const EMAIL = {
  words: 'an e-mail address like "on-call@example.com"',
  pattern: `^[^${NOT_IN_ADDRESS}]{1,64}@${LABEL}(\\.${LABEL})+$`,
};

/** https://docs.aws.amazon.com/chatbot/latest/APIReference/API_SlackChannelConfiguration.html */
export const SLACK_WORKSPACE = {
  words: 'the id of a Slack workspace like "T07EA123LEP"',
  pattern: '^[0-9A-Z]{1,255}$',
};
export const SLACK_CHANNEL = {
  words: 'the id of a Slack channel like "C07EZ1ABC23", the end of its link',
  pattern: '^[A-Za-z0-9]{1,255}$',
};

/** A problem of the recipients. `path` is relative to the setting. */
export interface RecipientProblem {
  readonly path: readonly string[];
  readonly given: unknown;
  readonly allowed: string;
  readonly advice: string;
}

/** Adds a problem for each recipient that is wrong, below `setting`, or below the props. */
export function addRecipientProblems(
  problems: Problems,
  setting: string | undefined,
  given: AlarmRecipients,
): void {
  for (const { path, given: value, allowed, advice } of recipientProblems(given)) {
    const name = [setting, ...path]
      .filter(Boolean)
      .join('.')
      .replace(/\.(\d+)$/, '[$1]');
    problems.add(name, value, allowed, advice);
  }
}

/** Checks beyond the form of each setting. */
export function recipientProblems(given: AlarmRecipients): readonly RecipientProblem[] {
  const { email, chat, arn } = given;
  const beside = 'nothing beside `arn`: who is subscribed to an existing topic, its owner decides';
  const advice = 'subscribe there, or remove `arn`';
  return [
    ...(arn !== undefined && email !== undefined
      ? [{ path: ['email'], given: email, allowed: beside, advice }]
      : []),
    ...(arn !== undefined && chat !== undefined
      ? [{ path: ['chat'], given: chat, allowed: beside, advice }]
      : []),
    ...(email === undefined ? [] : listProblems(email)),
  ];
}

function listProblems(email: readonly string[]): readonly RecipientProblem[] {
  if (email.length === 0 || Token.isUnresolved(email)) {
    const allowed = 'a list of one address or more, each known at synth';
    return [{ path: ['email'], given: email, allowed, advice: 'add one, or remove `email`' }];
  }
  const lower = email.map((address) => address.toLowerCase());
  return email.flatMap((address, index) => {
    const path = ['email', String(index)];
    if (!isEmail(address)) {
      return [{ path, given: address, allowed: EMAIL.words, advice: adviceOn(address) }];
    }
    if (lower.indexOf(address.toLowerCase()) === index) return [];
    const allowed = 'an address that is not in the list already';
    return [{ path, given: address, allowed, advice: 'remove it' }];
  });
}

const isEmail = (text: string) => Token.isUnresolved(text) || new RegExp(EMAIL.pattern).test(text);

/** Suggests the address within `mailto:…` or `Name <…>`. */
function adviceOn(given: string): string {
  const [found] = /[^\s<>:,;]+@[^\s<>:,;]+/.exec(given) ?? [];
  if (found === undefined || !isEmail(found)) return 'change it';
  return /[,;]/.test(given) ? 'list each address by itself' : `use "${found}"`;
}

export function isTopic(given: ITopic | AlarmRecipients | undefined): given is ITopic {
  return given !== undefined && 'topicArn' in given;
}

/** The ARN of the given topic; `undefined` for a new topic. */
export function topicArnOf(given: ITopic | AlarmRecipients | undefined): string | undefined {
  return isTopic(given) ? given.topicArn : given?.arn;
}
