/**
 * The encrypted topic of the alarms, with its subscriptions. Only alarms of this account may
 * publish to it.
 */

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { letAlarmsEncrypt } from '../encryption/encryption-key';
import { keepAsMade } from '../rules/keep-as-made';
import { KEY, required } from '../settings/value-kinds';
import { checkedScope, checkKinds } from '../validation/kinds';
import { Problems } from '../validation/setting-error';
import { addRecipientProblems, type NewTopicRecipients } from './alarm-recipients';
import { EmailSubscriptions, SlackSubscription } from './alarm-subscriptions';
import { NEW_TOPIC_RECIPIENTS } from './recipient-kinds';

export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, key: IKey, recipients: NewTopicRecipients = {}) {
    const path = `${checkedScope(scope, id).node.path}/${id}`;
    checkKinds(path, { key }, { key: required(KEY) });
    checkKinds(path, recipients, NEW_TOPIC_RECIPIENTS);
    const problems = new Problems();
    addRecipientProblems(problems, undefined, recipients);
    problems.throwAny(path);
    super(scope, id, { masterKey: key, enforceSSL: true });
    letAlarmsEncrypt(key);
    // A topic policy replaces the default policy, which admits the account's alarms.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    const { email, chat } = recipients;
    if (email !== undefined) new EmailSubscriptions(this, 'Email', this, email);
    if (chat !== undefined) new SlackSubscription(this, 'Slack', this, chat);
    keepAsMade(this);
  }
}
