/**
 * The caches of one stage: one stack per cache, and one for shared resources.
 *
 * With separate stacks, the logical ids of a cache do not depend on other caches, and each cache
 * can be deployed or fail alone.
 */

import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Stack, Tags } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { withResources } from '../cache/resolved-props';
import { SecureRedis } from '../cache/secure-redis';
import { EncryptionKey } from '../encryption/encryption-key';
import { AlarmTopic } from '../monitoring/alarm-topic';
import { EventTopic } from '../monitoring/event-topic';
import { RedisNetwork } from '../network/redis-network';
import { checkedScope, checkKinds } from '../validation/kinds';
import type { CacheConfig } from './cache-config';
import { CONFIG_KINDS } from './config-kinds';
import { givenNetwork, hasGivenGroup, isAllGiven, newVpcSettings } from './network-file';
import { StackWithoutLookups } from './stack-without-lookups';
import { isShared, type StageConfig, stackNameOf, stackPrefixOf } from './stage-config';
import type { SharedPart } from './stage-schema';

const DESCRIPTION = 'A managed Redis that an application can trust with health data';

export class Fleet extends Construct {
  /** The caches by name. */
  readonly caches: ReadonlyMap<string, SecureRedis>;
  readonly #config: StageConfig;
  #sharedStack: Stack | undefined;
  #sharedKey: IKey | undefined;
  #clientNetwork: RedisNetwork | undefined;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(checkedScope(scope, id), id);
    checkKinds(this.node.path, config, CONFIG_KINDS);
    this.#config = config;
    const { caches } = config;
    const isUsed = (part: SharedPart) =>
      caches.some((cache) => isShared(config.shared, cache, part));
    const makeKey = isUsed('encryptionKey') ? this.#keyMaker() : undefined;
    const makeNetwork = isUsed('network') ? this.#networkMaker() : undefined;
    const makeTopic = isUsed('alarmTopic') ? this.#topicMaker() : undefined;
    this.caches = new Map(
      caches.map((cache) => {
        const stack = this.#stack(cache.name, cache.tags);
        const uses = (part: SharedPart) => isShared(config.shared, cache, part);
        const props = withResources(cache.props, {
          network: uses('network') ? makeNetwork?.(stack) : undefined,
          encryptionKey: uses('encryptionKey') ? makeKey?.(stack) : undefined,
          alarmTopic: uses('alarmTopic') ? makeTopic?.(stack) : undefined,
          eventTopic: cache.eventTopic ? new EventTopic(stack, 'Events') : undefined,
        });
        const made = new SecureRedis(stack, 'Cache', props);
        admit(made, cache, this.#networkOfEndpoints(made, cache));
        return [cache.name, made];
      }),
    );
  }

  #stack(name: string, tags: Readonly<Record<string, string>> = {}): Stack {
    const { account, region, terminationProtection } = this.#config;
    const stack = new StackWithoutLookups(this, name, {
      env: { account, region },
      stackName: stackNameOf(this.#config.stage, name),
      description: DESCRIPTION,
      terminationProtection,
      // The alarms of 90 nodes fit into CloudFormation's limit only without indentation.
      suppressTemplateIndentation: true,
    });
    for (const [key, value] of Object.entries({ ...this.#config.tags, ...tags })) {
      // Not on the stack itself: CloudFormation would copy them to the secrets.
      Tags.of(stack).add(key, value, { excludeResourceTypes: ['aws:cdk:stack'] });
    }
    return stack;
  }

  /** Created on first use, since CloudFormation rejects an empty stack. */
  #shared(): Stack {
    this.#sharedStack ??= this.#stack('shared');
    return this.#sharedStack;
  }

  /** The key of resources in the shared stack. */
  #keyOfShared(): IKey {
    const arn = this.#config.shared.encryptionKey?.arn;
    this.#sharedKey ??= arn
      ? Key.fromKeyArn(this.#shared(), 'Key', arn)
      : new EncryptionKey(this.#shared(), 'Key', {
          stackNamePrefix: stackPrefixOf(this.#config.stage),
        });
    return this.#sharedKey;
  }

  #keyMaker(): (stack: Stack) => IKey {
    const arn = this.#config.shared.encryptionKey?.arn;
    if (arn !== undefined) return (stack) => Key.fromKeyArn(stack, 'Key', arn);
    const key = this.#keyOfShared();
    return () => key;
  }

  #topicMaker(): (stack: Stack) => ITopic {
    const { arn, ...recipients } = this.#config.shared.alarmTopic ?? {};
    if (arn !== undefined) return (stack) => Topic.fromTopicArn(stack, 'Alarms', arn);
    const topic = new AlarmTopic(this.#shared(), 'Alarms', this.#keyOfShared(), recipients);
    return () => topic;
  }

  /** If no endpoint is created, each cache imports the VPC itself. */
  #networkMaker(): (stack: Stack) => RedisNetwork {
    const file = this.#config.shared.network ?? {};
    if (isAllGiven(file)) return (stack) => givenNetwork(stack, file);
    const network =
      file.vpcId === undefined
        ? new RedisNetwork(this.#shared(), 'Network', {
            ...newVpcSettings(file),
            encryptionKey: this.#keyOfShared(),
          })
        : givenNetwork(this.#shared(), file);
    return () => network;
  }

  /**
   * The network that admits clients to endpoints. For existing endpoints it is in the shared stack,
   * since caches with the same client need the same rule, which EC2 accepts only once.
   */
  #networkOfEndpoints(made: SecureRedis, cache: CacheConfig): RedisNetwork {
    const { network: file = {} } = this.#config.shared;
    const isGiven = isShared(this.#config.shared, cache, 'network') && isAllGiven(file);
    if (!isGiven || !hasGivenGroup(file) || cache.clients.length === 0) return made.network;
    this.#clientNetwork ??= givenNetwork(this.#shared(), file);
    Stack.of(made).node.addDependency(this.#shared());
    return this.#clientNetwork;
  }
}

/** Adds only ingress rules: the egress of a client's security group belongs to its owner. */
function admit(cache: SecureRedis, { clients }: CacheConfig, endpoints: RedisNetwork): void {
  for (const id of clients) {
    const client = SecurityGroup.fromSecurityGroupId(cache, id, id, { mutable: false });
    cache.connections.allowDefaultPortFrom(client, `Client ${id}`);
    endpoints.admitToEndpoints(client, `Client ${id} reads its secret`);
  }
}
