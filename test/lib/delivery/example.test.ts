/**
 * The code of `docs/deliver.md` is in `examples/deliver.ts`, line by line, and the example
 * synthesizes.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib/core';
import { deliverEverywhere } from '../../../examples/deliver';
import { ofType } from '../../support/applications';
import { makeApp } from '../../support/synth';

const ROOT = join(__dirname, '../../..');

/** Without indentation and empty lines: a snippet stands in a function of the example. */
function linesOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return `\n${lines.filter((line) => line !== '').join('\n')}\n`;
}

const document = readFileSync(join(ROOT, 'docs/deliver.md'), 'utf8');
const example = linesOf(readFileSync(join(ROOT, 'examples/deliver.ts'), 'utf8'));
const snippets = Array.from(document.matchAll(/```ts\n([\s\S]*?)```/g), ([, code = '']) => code);

describe('What the document shows is what the example does', () => {
  test('in eight snippets', () => {
    expect(snippets).toHaveLength(8);
  });

  test.each(snippets.map((code) => [code.split('\n')[0], code]))('%s', (_, code) => {
    expect(example).toContain(linesOf(code ?? ''));
  });
});

describe('The example', () => {
  test('synthesizes, each stack after the ones that it needs', () => {
    const app = makeApp();
    deliverEverywhere(app);
    const { stacks } = app.synth();
    const names = stacks.map(({ id, dependencies }) => [id, dependencies.map((each) => each.id)]);
    const only = names.map(([id, needs]) => [
      id,
      (needs as string[]).filter((n) => !/assets/.test(n)),
    ]);
    expect(only).toEqual([
      ['Data', []],
      ['Shop', ['Data']],
    ]);
  });
});

describe('The endpoint for a machine', () => {
  test('lets through the parameters of this cache alone, for this account', () => {
    const app = makeApp();
    deliverEverywhere(app);
    const data = app.node.findChild('Data') as Stack;
    const policies = ofType(data, 'AWS::EC2::VPCEndpoint').map(({ PolicyDocument }) =>
      JSON.stringify(PolicyDocument),
    );
    expect(policies.filter((policy) => policy.includes('ssm:'))).toEqual([
      '{"Statement":[{"Action":["ssm:GetParameter","ssm:GetParameters"],"Condition":' +
        '{"StringEquals":{"aws:PrincipalAccount":"<AWS::AccountId>"}},"Effect":"Allow",' +
        '"Principal":{"AWS":"*"},"Resource":"arn:<AWS::Partition>:ssm:<AWS::Region>:' +
        '<AWS::AccountId>:parameter/Data/Cache/*"}],"Version":"2012-10-17"}',
    ]);
  });
});
