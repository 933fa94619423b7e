/**
 * Baseline of a fleet: the resources of one cache as plain `CfnResource`s, in `-c caches=N` stacks.
 * They come from the template `-c template=FILE`.
 *
 * It must not use `lib`: it measures the cost of any CDK app of that size.
 */

import { readFileSync } from 'node:fs';
import { App, CfnOutput, CfnResource, Stack } from 'aws-cdk-lib/core';
import { LEAN_APP } from '../bin/lean-app';

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }
    >
  >;
  readonly Outputs: Readonly<Record<string, { readonly Value: string }>>;
}

const app = new App(LEAN_APP);
const template: Template = JSON.parse(readFileSync(app.node.getContext('template'), 'utf8'));

for (let index = 0; index < Number(app.node.getContext('caches')); index++) {
  const stack = new Stack(app, `Cache${index}`, { suppressTemplateIndentation: true });
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    new CfnResource(stack, id, { type: Type, properties: Properties });
  }
  for (const [id, { Value }] of Object.entries(template.Outputs)) {
    new CfnOutput(stack, id, { value: Value });
  }
}
