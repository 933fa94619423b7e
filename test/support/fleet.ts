/** Synthesizes a stage in a test, from what its file would say. */

import { App } from 'aws-cdk-lib/core';
import cdkJson from '../../cdk.json';
import { Fleet } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import type { TemplateJson } from './synth';

export interface MadeFleet {
  readonly fleet: Fleet;
  /** By the end of the stack's name, which is the name of the cache. */
  readonly templates: Readonly<Record<string, TemplateJson>>;
  /** Names of the stacks that a stack waits for. */
  readonly waits: Readonly<Record<string, readonly string[]>>;
  readonly protectedStacks: readonly string[];
  /** Tags that CloudFormation would put on every resource by itself. */
  readonly stackTags: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const PREFIX = 'secure-redis-test-';

export function makeFleet(file: object, context: object = cdkJson.context): MadeFleet {
  const app = new App({ context: { ...context } });
  const fleet = new Fleet(app, 'Fleet', checkedConfig('config/test.json', 'test', file));
  const { stacks } = app.synth();
  const nameById = new Map(stacks.map(({ id, stackName }) => [id, stackName.replace(PREFIX, '')]));
  const byName = <T>(value: (stack: (typeof stacks)[number]) => T): Record<string, T> =>
    Object.fromEntries(stacks.map((stack) => [stack.stackName.replace(PREFIX, ''), value(stack)]));
  return {
    fleet,
    templates: byName(({ template }) => template as TemplateJson),
    waits: byName(({ dependencies }) =>
      dependencies.flatMap(({ id }) => nameById.get(id) ?? []).sort(),
    ),
    protectedStacks: stacks
      .filter(({ terminationProtection }) => terminationProtection === true)
      .map(({ stackName }) => stackName),
    stackTags: byName(({ tags }) => tags),
  };
}
