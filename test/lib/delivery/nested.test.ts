/**
 * Cache, services and redeployment in nested stacks, in every arrangement: no resource depends on
 * itself, and the key may encrypt the log of the redeployment.
 */

import { App, NestedStack, Stack } from 'aws-cdk-lib/core';
import { EcsRedeployment, SecureRedis } from '../../../lib';
import { makeService } from '../../support/applications';
import { cyclesOf } from '../../support/cycles';
import { flatten } from '../../support/flatten';
import { templateOf } from '../../support/synth';

type Stacks = readonly [home: Stack, services: Stack];

const ARRANGEMENTS: readonly [string, (parent: Stack) => Stacks][] = [
  ['the services nested', (parent) => [parent, new NestedStack(parent, 'Services')]],
  ['the cache nested', (parent) => [new NestedStack(parent, 'Data'), parent]],
  [
    'two siblings',
    (parent) => [new NestedStack(parent, 'Data'), new NestedStack(parent, 'Services')],
  ],
  [
    'the services nested twice',
    (parent) => [parent, new NestedStack(new NestedStack(parent, 'Shop'), 'Services')],
  ],
  [
    'the services nested in another stack',
    (parent) => [parent, new NestedStack(new Stack(parent.node.root, 'Shop'), 'Services')],
  ],
];

describe.each(ARRANGEMENTS)('With %s', (_, arrange) => {
  const app = new App();
  const parent = new Stack(app, 'Parent');
  const [home, services] = arrange(parent);
  const cache = new SecureRedis(home, 'Cache');
  const service = makeService(services, cache);
  new EcsRedeployment(services, 'Restart', { cache, services: [service] });
  const all = () => app.node.findAll().filter((each): each is Stack => Stack.isStack(each));

  test('nothing waits for itself', () => {
    app.synth();
    expect(all().flatMap((stack) => cyclesOf(templateOf(stack)))).toStrictEqual([]);
    expect(home.dependencies).toStrictEqual([]);
  });

  test('the key may encrypt the logs of both, by the names of their top-level stacks', () => {
    const text = JSON.stringify(flatten(templateOf(home)));
    const tops = new Set(
      [home, services].map((stack) => (stack.node.scopes[1] as Stack).stackName),
    );
    for (const name of tops) expect(text).toContain(`:log-group:${name}-*`);
  });
});
