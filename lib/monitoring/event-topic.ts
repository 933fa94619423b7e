/**
 * A topic for ElastiCache events: failovers, replaced nodes, snapshots, certificates.
 *
 * AWS publishes these events only to a topic without encryption, of the same account and region, so
 * publish nothing else to it. The events name caches and nodes, never data.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
 */

import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnTopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge, inPacks } from '../rules/acknowledge';
import { keepAsMade } from '../rules/keep-as-made';
import { checkedScope } from '../validation/kinds';

export class EventTopic extends Topic {
  constructor(scope: Construct, id: string) {
    super(checkedScope(scope, id), id, { displayName: 'Secure Redis: events of ElastiCache' });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CachesOfThisAccount',
        principals: [new ServicePrincipal('elasticache.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        // Not `aws:SourceAccount`, which ElastiCache does not send.
        conditions: { StringEquals: { 'aws:SourceOwner': Aws.ACCOUNT_ID } },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NothingFromElsewhere',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
    acknowledgePlaintext(this.node.defaultChild as CfnTopic);
    keepAsMade(this);
  }
}

function acknowledgePlaintext(topic: CfnTopic): void {
  acknowledge(
    topic,
    inPacks('SNSEncryptedKMS', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'),
    'ElastiCache does not publish to an encrypted topic; its events name caches and nodes, ' +
      'never data, and nothing else is published here',
  );
}
