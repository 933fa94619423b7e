/** Synthesizes a stack in a test as the CDK's command line would: with the flags of `cdk.json`. */

import { Template } from 'aws-cdk-lib/assertions';
import { App, type AppProps, type Stack, Tags } from 'aws-cdk-lib/core';
import cdkJson from '../../cdk.json';
import { type SecureRedisProps, SecureRedisStack } from '../../lib';

export function makeApp(props: AppProps = {}): App {
  return new App({ ...props, context: cdkJson.context });
}

export function makeStack(cache: SecureRedisProps = {}, app: App = makeApp()): SecureRedisStack {
  return new SecureRedisStack(app, 'Test', { cache, stackName: 'secure-redis-test' });
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
