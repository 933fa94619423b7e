/**
 * The floor of a fleet: the resources of one of our caches, as plain as CDK takes them, in as many
 * stacks as `-c caches=N` says. They come from the template at `-c template=FILE`.
 *
 * Nothing of `lib` may be used here: what this costs is what any app of that size pays.
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
