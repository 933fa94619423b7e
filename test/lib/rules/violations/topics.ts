/** Ways to take the policy of a topic away from a cache: by another resource that sets it. */

import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type CfnTopic,
  CfnTopicInlinePolicy,
  CfnTopicPolicy,
  Topic,
  TopicPolicy,
} from 'aws-cdk-lib/aws-sns';
import type { Given, Violation } from '../../../support/rules';

const TOPIC = 'AlarmTopic/Resource';
const STATEMENT = new PolicyStatement({
  principals: [new ServicePrincipal('budgets.amazonaws.com')],
  actions: ['sns:Publish'],
  resources: ['*'],
});
const DOCUMENT = { Version: '2012-10-17', Statement: [STATEMENT.toStatementJson()] };
const arnIn = ({ part }: Given) => (part(TOPIC) as CfnTopic).attrTopicArn;

function taken(
  what: string,
  property: string,
  path: string,
  spoil: (given: Given) => unknown,
): Violation {
  return {
    rule: 'topic-other-policies',
    by: 'neighbour',
    what,
    spoil,
    line:
      `Test/${path}: ${property} must be other than a topic of a cache, got Test/Cache/${TOPIC}. ` +
      'Add the statement with `addToResourcePolicy` of the topic.',
  };
}

export const TOPICS: readonly Violation[] = [
  taken(
    'a policy for budgets',
    'Topics',
    'Other',
    (given) =>
      new CfnTopicPolicy(given.stack, 'Other', {
        topics: [arnIn(given)],
        policyDocument: DOCUMENT,
      }),
  ),
  taken('a policy of the second topic of two', 'Topics', 'Other/Resource', (given) =>
    new TopicPolicy(given.stack, 'Other', {
      topics: [
        new Topic(given.stack, 'First'),
        Topic.fromTopicArn(given.stack, 'Second', arnIn(given)),
      ],
    }).document.addStatements(STATEMENT),
  ),
  taken(
    'an inline policy',
    'TopicArn',
    'Other',
    (given) =>
      new CfnTopicInlinePolicy(given.stack, 'Other', {
        topicArn: arnIn(given),
        policyDocument: DOCUMENT,
      }),
  ),
];
