/**
 * The subscriptions of an alarm topic: e-mail addresses and a Slack channel.
 *
 * An address appears only in its subscription: never in an id, an output or a tag.
 */

import { createHash } from 'node:crypto';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, type ITopic } from 'aws-cdk-lib/aws-sns';
import { Aws, CfnOutput, Names } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { SlackChannel } from './alarm-recipients';

/** Ids derive from the address, so that reordering the list changes no subscription. */
const ID_LENGTH = 8;

/** Configuration names have at most 128 characters, including a hyphen and the region. */
const NAME_LENGTH_MAX = 90;

export class EmailSubscriptions extends Construct {
  constructor(scope: Construct, id: string, topic: ITopic, addresses: readonly string[]) {
    super(scope, id);
    const { topicArn } = topic;
    for (const endpoint of addresses) {
      const hash = createHash('sha256').update(endpoint.toLowerCase()).digest('hex');
      new CfnSubscription(this, `To${hash.slice(0, ID_LENGTH)}`, {
        topicArn,
        endpoint,
        protocol: 'email',
      });
    }
    const count =
      addresses.length === 1 ? '1 e-mail address' : `${addresses.length} e-mail addresses`;
    new CfnOutput(this, 'Confirm', {
      description: 'Subscriptions to confirm before alarms arrive',
      value:
        `${count}: open the link in the message of AWS Notifications. Until then no alarm ` +
        'arrives there. To see who has: aws sns list-subscriptions-by-topic --topic-arn ' +
        topicArn,
    });
  }
}

export class SlackSubscription extends Construct {
  constructor(scope: Construct, id: string, topic: ITopic, channel: SlackChannel) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      description: 'Secure Redis: alarms in Slack, without any permission',
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
    });
    const name = Names.uniqueResourceName(this, { maxLength: NAME_LENGTH_MAX, separator: '-' });
    new CfnSlackChannelConfiguration(this, 'Channel', {
      // Configurations are global, caches are regional.
      configurationName: `${name}-${Aws.REGION}`,
      iamRoleArn: role.roleArn,
      slackChannelId: channel.slackChannelId,
      slackWorkspaceId: channel.slackWorkspaceId,
      snsTopicArns: [topic.topicArn],
      // AWS's default guardrail is AdministratorAccess.
      guardrailPolicies: [`arn:${Aws.PARTITION}:iam::aws:policy/AWSDenyAll`],
    });
  }
}
