/** Synthesizes a stage in a test, from what its file would say. */

import { Fleet } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { makeApp, type TemplateJson } from './synth';

export interface MadeFleet {
  readonly fleet: Fleet;
  /** By the end of the stack's name, which is the name of the cache. */
  readonly templates: Readonly<Record<string, TemplateJson>>;
  /** Names of the stacks that a stack waits for. */
  readonly waits: Readonly<Record<string, readonly string[]>>;
  readonly protectedStacks: readonly string[];
  readonly tags: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const PREFIX = 'secure-redis-test-';

export function makeFleet(file: object): MadeFleet {
  const app = makeApp();
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
    tags: byName(({ tags }) => tags),
  };
}
