/**
 * Stack tags, which CloudFormation puts on both secrets: synth warns about them, and a baseline
 * refuses their change, since the update could overwrite the live password.
 */

import { App, NestedStack, Stack, type StackProps, Stage, Tags } from 'aws-cdk-lib/core';
import { SecureRedis } from '../../lib';
import { compared, made, recorded } from '../support/baselines';

const EXPLICIT = { '@aws-cdk/core:explicitStackTags': true };

/** The warnings of an app of one stack, and the tags of the stack. */
function synthesized(context: object, props: StackProps, tag: (stack: Stack) => void) {
  const app = new App({ context: { ...context } });
  const stack = new Stack(app, 'S', props);
  new SecureRedis(stack, 'Cache');
  tag(stack);
  const artifact = app.synth().getStackByName('S');
  const warnings = artifact.messages
    .filter(({ level }) => level === 'warning')
    .map(({ id, entry }) => `${id}: ${String(entry.data)}`);
  return { warnings, tags: artifact.tags };
}

const none = () => undefined;
const told = (names: string) =>
  expect.stringContaining(
    `/S/Cache/Secrets: The stack has the tags ${names}, which CloudFormation`,
  );

describe('Stack tags cause a warning and no error', () => {
  test.each<[string, object, StackProps, (stack: Stack) => void, string]>([
    ['its prop', {}, { tags: { team: 'x' } }, none, 'team'],
    ['its prop, with the flag', EXPLICIT, { tags: { b: 'x', a: 'y' } }, none, 'a, b'],
    ['of the app', {}, {}, (stack) => Tags.of(stack.node.root).add('team', 'x'), 'team'],
    ['of the cache’s stack', {}, {}, (stack) => Tags.of(stack).add('owner', 'x'), 'owner'],
    [
      'asked for by name, with the flag',
      EXPLICIT,
      {},
      (stack) => Tags.of(stack).add('team', 'x', { includeResourceTypes: ['aws:cdk:stack'] }),
      'team',
    ],
  ])('%s', (_, context, props, tag, names) => {
    const { warnings } = synthesized(context, props, tag);
    expect(warnings).toStrictEqual([told(names)]);
  });

  test('of a parent, for a cache in a nested stack', () => {
    const app = new App();
    const stack = new Stack(app, 'S', { tags: { team: 'x' } });
    new SecureRedis(new NestedStack(stack, 'N'), 'Cache');
    const { messages } = app.synth().getStackByName('S');
    expect(messages.map(({ entry }) => String(entry.data))).toContainEqual(
      expect.stringContaining('The stack has the tags team, which CloudFormation'),
    );
  });

  test.each<[string, object, (stack: Stack) => void]>([
    ['without any', {}, none],
    ['on resources alone', EXPLICIT, (stack) => Tags.of(stack.node.root).add('team', 'x')],
    [
      'on resources alone, without the flag',
      {},
      (stack) => Tags.of(stack).add('team', 'x', { excludeResourceTypes: ['aws:cdk:stack'] }),
    ],
  ])('not %s', (_, context, tag) => {
    expect(synthesized(context, {}, tag)).toStrictEqual({ warnings: [], tags: {} });
  });
});

describe('A baseline has the tags of a stack, as a property of each secret', () => {
  const STACK = 'secure-redis-test-jobs';
  const tagged = (tags: Record<string, string>, jobs: object = {}) =>
    made({ jobs }, {}, (fleet) => {
      const stack = fleet.node.findChild('jobs') as Stack;
      for (const [name, value] of Object.entries(tags)) stack.tags.setTag(name, value);
    });
  const SECRETS = ['CacheSecretsInitialF84A03AE', 'CacheSecretsCredentialsCB62D1C9'];
  const lines = (file: RegExp, was: string, now: string) =>
    SECRETS.map((id) =>
      expect.stringMatching(
        new RegExp(
          `^${STACK}: AWS::SecretsManager::Secret ${id}: StackTags must stay ${was}, as in ` +
            `${file.source}, got ${now}: the update could overwrite the live password\\. Change ` +
            `it back, or add "${id}\\.StackTags" to \`caches\\.jobs\\.allowReplacement\``,
        ),
      ),
    );

  test.each<[string, Record<string, string>, Record<string, string>, string, string]>([
    ['added', {}, { team: 'x' }, 'not set', '\\{"team":"x"\\}'],
    ['changed', { team: 'x' }, { team: 'y' }, '\\{"team":"x"\\}', '\\{"team":"y"\\}'],
    ['removed', { team: 'x' }, {}, '\\{"team":"x"\\}', 'not set'],
  ])('%s: refused', (_, before, after, was, now) => {
    const file = recorded(tagged(before));
    expect(compared(file, tagged(after))).toStrictEqual(lines(/\S+/, was, now));
  });

  test('kept: nothing to say; and a stage may allow it', () => {
    const file = recorded(tagged({ b: '1', a: '2' }));
    expect(compared(file, tagged({ a: '2', b: '1' }))).toStrictEqual([]);
    const allowReplacement = SECRETS.map((id) => `${id}.StackTags`);
    expect(compared(file, tagged({ a: '2' }, { allowReplacement }))).toHaveLength(2);
  });

  test('a stage in a Stage of CDK gets the same', () => {
    const app = new App();
    const stack = new Stack(new Stage(app, 'Prod'), 'S', { tags: { team: 'x' } });
    new SecureRedis(stack, 'Cache');
    const [nested] = app.synth().nestedAssemblies;
    const { messages } = nested?.nestedAssembly.stacks[0] ?? { messages: [] };
    expect(messages).toHaveLength(1);
  });
});
