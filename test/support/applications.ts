/** Applications beside a cache, in a stack of their own, and how their templates are read. */

import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerImage,
  FargateService,
  type FargateServiceProps,
  FargateTaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type App, Stack, Validations } from 'aws-cdk-lib/core';
import type { SecureRedis, SecureRedisProps } from '../../lib';
import { flatten } from './flatten';
import { type CacheStack, makeApp, makeStack, templateOf } from './synth';

export interface Beside {
  readonly app: App;
  readonly cacheStack: CacheStack;
  readonly cache: SecureRedis;
  /** The stack of the application. */
  readonly shop: Stack;
}

export function beside(props: SecureRedisProps = {}): Beside {
  const app = makeApp();
  const cacheStack = makeStack(props, app);
  const shop = new Stack(app, 'Shop', { stackName: 'shop' });
  return { app, cacheStack, cache: cacheStack.cache, shop };
}

/** A Fargate service that takes the connection as `secrets`. */
export function makeService(
  stack: Stack,
  cache: SecureRedis,
  id = 'Service',
  props: Partial<FargateServiceProps> = {},
): FargateService {
  const taskDefinition = new FargateTaskDefinition(stack, `${id}Task`);
  taskDefinition.addContainer('App', {
    image: ContainerImage.fromRegistry('shop'),
    secrets: cache.delivery.ecsSecrets(),
  });
  const cluster = new Cluster(stack, `${id}Cluster`, { vpc: cache.vpc });
  const service = new FargateService(stack, id, {
    cluster,
    taskDefinition,
    securityGroups: [cache.clientSecurityGroup],
    minHealthyPercent: 100,
    ...props,
  });
  Validations.of(service).acknowledge({
    id: 'Annotation::@aws-cdk/aws-ecs:shouldUseCircuitBreaker',
    reason: 'a test deploys nothing',
  });
  return service;
}

export function makeFunction(stack: Stack, cache?: SecureRedis): LambdaFunction {
  return new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => 1;'),
    ...(cache && {
      vpc: cache.vpc,
      vpcSubnets: { subnets: cache.vpc.isolatedSubnets },
      securityGroups: [cache.clientSecurityGroup],
    }),
  });
}

/** A VPC that a stack before the cache's has. */
export function makeVpc(stack: Stack): Vpc {
  return new Vpc(stack, 'Vpc', { natGateways: 0 });
}

/** What another stack publishes for this one, by the short name of the resource. */
const PUBLISHED: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/RefCacheSecretsCredentials/, '<secret>'],
  [/GetAttCacheKey\w+Arn/, '<key>'],
  [/RefCacheAlarmTopic/, '<topic>'],
  [/CacheClientSecurityGroup/, '<clients>'],
];

/** The resources of a stack, with references as text. */
export function resourcesOf(stack: Stack): Record<string, { Type: string; Properties: object }> {
  const text = JSON.stringify(templateOf(stack).Resources);
  const named = text.replaceAll(
    /\{"Fn::GetStackOutput":\{[^{}]*(?:\{[^{}]*\}[^{}]*)*"OutputName":"(\w+)"\}\}/g,
    (_, output: string) => {
      const [, name = `<${output}>`] = PUBLISHED.find(([pattern]) => pattern.test(output)) ?? [];
      return JSON.stringify(name);
    },
  );
  return flatten(JSON.parse(named)) as Record<string, { Type: string; Properties: object }>;
}

export function ofType(stack: Stack, type: string): readonly Record<string, unknown>[] {
  const found = Object.values(resourcesOf(stack)).filter(({ Type }) => Type === type);
  return found.map(({ Properties }) => Properties as Record<string, unknown>);
}

/** All that a stack's policies allow, one line a statement. */
export function allowedIn(stack: Stack): readonly string[] {
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    ofType(stack, type),
  );
  return policies.flatMap(({ PolicyDocument }) => {
    const { Statement } = PolicyDocument as { Statement: readonly Record<string, unknown>[] };
    return Statement.map(({ Action, Resource, Condition }) =>
      [Action, 'on', Resource, ...(Condition ? ['if', JSON.stringify(Condition)] : [])].join(' '),
    );
  });
}

/** What `cache.grantRead` allows, and no more. */
export const READS_SECRET = [
  'secretsmanager:DescribeSecret,secretsmanager:GetSecretValue on <secret>',
  'kms:Decrypt on <key> if {"StringEquals":{"kms:EncryptionContext:SecretARN":"<secret>",' +
    '"kms:ViaService":"secretsmanager.<AWS::Region>.<AWS::URLSuffix>"}}',
];

/** The stacks that a stack waits for. */
export function waitsFor(app: App, stack: Stack): readonly string[] {
  app.synth();
  return stack.dependencies.map(({ node }) => node.id);
}
