/** Synthesizes a stack in a test as the CDK's command line would: with the flags of `cdk.json`. */

import { Template } from 'aws-cdk-lib/assertions';
import { App, type AppProps, Stack, type StackProps, Tags } from 'aws-cdk-lib/core';
import cdkJson from '../../cdk.json';
import { SecureRedis, type SecureRedisProps } from '../../lib';

export function makeApp(props: AppProps = {}): App {
  return new App({ ...props, context: cdkJson.context });
}

/** A stack with one cache, with its own network by default. */
export class CacheStack extends Stack {
  readonly cache: SecureRedis;

  constructor(app: App, id: string, cache: SecureRedisProps, props: StackProps) {
    super(app, id, props);
    this.cache = new SecureRedis(this, 'Cache', cache);
  }
}

export function makeStack(cache: SecureRedisProps = {}, app: App = makeApp()): CacheStack {
  return new CacheStack(app, 'Test', cache, { stackName: 'secure-redis-test' });
}

export interface TemplateResource {
  readonly Type: string;
  // Tests change a copy of a template, so that a claim about it no longer holds.
  Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface TemplateJson {
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs: Record<string, { Value: unknown }>;
}

export function templateOf(stack: Stack): TemplateJson {
  return Template.fromStack(stack).toJSON() as TemplateJson;
}

export function taggedTemplate(key: string, value: string): TemplateJson {
  const stack = makeStack();
  Tags.of(stack).add(key, value);
  return templateOf(stack);
}
