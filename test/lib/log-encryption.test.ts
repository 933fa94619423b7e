/**
 * Enforces whose log groups a key's policy names for CloudWatch Logs: those of a whole stage, also
 * of a cache that was removed, and of nested stacks, without stacks that wait for each other.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type App, NestedStack, Stack } from 'aws-cdk-lib/core';
import { EncryptionKey, SecureRedis } from '../../lib';
import { cyclesOf } from '../support/cycles';
import { flatten } from '../support/flatten';
import { makeFleet } from '../support/fleet';
import { makeApp, type TemplateJson } from '../support/synth';
import { all } from './claims';

const GROUPS = 'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:';

interface Statement {
  readonly Sid?: string;
  readonly Condition?: { readonly ArnLike?: Readonly<Record<string, readonly string[]>> };
}

/** Of each key of a template, the log groups whose names its policy has, without what all share. */
function logGroupsOf(template: TemplateJson | undefined): readonly (readonly string[])[] {
  return all(template ?? { Resources: {}, Outputs: {} }, 'AWS::KMS::Key').map(({ Properties }) => {
    const { Statement } = flatten(Properties.KeyPolicy) as unknown as {
      Statement: readonly Statement[];
    };
    const found = Statement.filter(({ Sid }) => Sid === 'LogGroupsOfTheseStacks');
    expect(found).toHaveLength(1);
    const patterns = found[0]?.Condition?.ArnLike?.['kms:EncryptionContext:aws:logs:arn'] ?? [];
    return patterns.map((pattern) => pattern.replace(GROUPS, ''));
  });
}

/** As ArnLike compares: `*` is any text. */
function matches(pattern: string, name: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  expect(rest).toStrictEqual(['']);
  return name.startsWith(start);
}

/** All templates of an app, of nested stacks too, which are files beside the others. */
function templatesOf(app: App): readonly TemplateJson[] {
  const { directory } = app.synth();
  const stacks = app.node.findAll().filter((each) => Stack.isStack(each));
  return stacks.map(({ templateFile }) =>
    JSON.parse(readFileSync(join(directory, templateFile), 'utf8')),
  );
}

describe('The key that a stage shares', () => {
  const shared = { network: {}, encryptionKey: {}, alarmTopic: {} };
  const caches = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, {}]));
  const before = makeFleet({ shared, caches: { a: {}, b: {} } }).templates.shared;

  test('names the logs of the stage once', () => {
    expect(logGroupsOf(before)).toStrictEqual([['secure-redis-test-*']]);
    const [[pattern = ''] = []] = logGroupsOf(before);
    expect(matches(pattern, 'secure-redis-test-a-CacheRotationLog0A1B-XyZ')).toBe(true);
    expect(matches(pattern, 'secure-redis-test-shared-NetworkFlowLogGroup-Q')).toBe(true);
    expect(matches(pattern, 'secure-redis-testing-a-CacheRotationLog')).toBe(false);
    expect(matches(pattern, 'secure-redis-prod-a-CacheRotationLog')).toBe(false);
  });

  test('is the same after a cache was removed, so that its logs stay readable', () => {
    const after = makeFleet({ shared, caches: { b: {} } }).templates.shared;
    expect(logGroupsOf(after)).toStrictEqual([['secure-redis-test-*']]);
    const keyOf = (template?: TemplateJson) => all(template as TemplateJson, 'AWS::KMS::Key');
    expect(keyOf(after)).toEqual(keyOf(before));
  });

  test('has a policy that does not grow with the caches, of the 32 kB that KMS takes', () => {
    const sizes = [1, 6].map((count) => {
      const { templates } = makeFleet({ shared, caches: caches(count) });
      const [key] = all(templates.shared as TemplateJson, 'AWS::KMS::Key');
      return JSON.stringify(key?.Properties.KeyPolicy).length;
    });
    expect(sizes[1]).toBe(sizes[0]);
    expect(sizes[0]).toBeLessThan(2_000);
  });

  test('of one cache alone: the logs of its stack', () => {
    const { templates } = makeFleet({ shared, caches: { a: {}, b: { own: ['encryptionKey'] } } });
    expect(logGroupsOf(templates.b)).toStrictEqual([['secure-redis-test-b-*']]);
  });
});

describe('A key of an app', () => {
  test('of two stacks: both, and a prefix stands for all that begin with it', () => {
    const app = makeApp();
    const keys = new Stack(app, 'Keys', { stackName: 'shop-prod-keys' });
    const plain = new EncryptionKey(keys, 'Plain');
    const prefixed = new EncryptionKey(keys, 'Prefixed', { stackNamePrefix: 'shop-prod' });
    for (const stackName of ['shop-prod-jobs', 'shop-prod', 'shop-production']) {
      const stack = new Stack(app, stackName, { stackName });
      new SecureRedis(stack, 'Plain', { encryptionKey: plain });
      new SecureRedis(stack, 'Prefixed', { encryptionKey: prefixed });
    }
    const [ofKeys] = templatesOf(app);
    expect(logGroupsOf(ofKeys)).toStrictEqual([
      ['shop-prod-jobs-*', 'shop-prod-*', 'shop-production-*'],
      ['shop-prod-*', 'shop-production-*'],
    ]);
  });

  test('without a use of its prefix, it has it all the same', () => {
    const app = makeApp();
    new EncryptionKey(new Stack(app, 'S'), 'Key', { stackNamePrefix: 'shop' });
    expect(templatesOf(app).map(logGroupsOf)).toStrictEqual([[['shop-*']]]);
  });

  test('that is imported is not ours to change, for one cache or two', () => {
    const app = makeApp();
    const stack = new Stack(app, 'S');
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const encryptionKey = Key.fromKeyArn(stack, 'Key', arn);
    const { network } = new SecureRedis(stack, 'First', { encryptionKey });
    new SecureRedis(new Stack(app, 'Other'), 'Second', { encryptionKey, network });
    for (const template of templatesOf(app)) expect(logGroupsOf(template)).toStrictEqual([]);
  });
});

/** As CloudFormation names a nested stack and a log group in it. */
const NESTED_LOG = 'Parent-DataNestedStackDataNestedStackResource1-ABC-CacheRotationLog2-DEF';

describe('Nested stacks: by the name of their top-level stack, without a circle', () => {
  type Make = (parent: Stack) => void;
  const cache = (scope: Stack, encryptionKey: Key) =>
    new SecureRedis(scope, 'Cache', { encryptionKey });

  test.each<[string, Make]>([
    [
      'key in the parent',
      (parent) => cache(new NestedStack(parent, 'Data'), new Key(parent, 'Key')),
    ],
    [
      'key of ours in the parent',
      (parent) => cache(new NestedStack(parent, 'Data'), new EncryptionKey(parent, 'Key')),
    ],
    [
      'key in the nested stack',
      (parent) => cache(parent, new Key(new NestedStack(parent, 'K'), 'Key')),
    ],
    [
      'key in one nested stack, cache in another',
      (parent) =>
        cache(new NestedStack(parent, 'Data'), new Key(new NestedStack(parent, 'K'), 'Key')),
    ],
    [
      'a cache with its own key, two levels down',
      (parent) =>
        new SecureRedis(new NestedStack(new NestedStack(parent, 'Data'), 'Deep'), 'Cache'),
    ],
    [
      'a key two levels up, for caches in parent and child',
      (parent) => {
        const encryptionKey = new Key(parent, 'Key');
        cache(parent, encryptionKey);
        cache(new NestedStack(new NestedStack(parent, 'Data'), 'Deep'), encryptionKey);
      },
    ],
  ])('%s', (_, make) => {
    const app = makeApp();
    make(new Stack(app, 'Parent'));
    const templates = templatesOf(app);
    expect(templates.flatMap(cyclesOf)).toStrictEqual([]);
    expect(templates.flatMap(logGroupsOf)).toStrictEqual([['Parent-*']]);
    expect(matches('Parent-*', NESTED_LOG)).toBe(true);
  });

  test('a circle would be found', () => {
    const app = makeApp();
    const parent = new Stack(app, 'Parent');
    const nested = new NestedStack(parent, 'Data');
    const key = new Key(parent, 'Key', { description: nested.stackName });
    cache(nested, key);
    expect(templatesOf(app).flatMap(cyclesOf).join()).toMatch(/^Data\w+ -> Key\w+ -> Data\w+$/);
  });
});

describe('A key in one top-level stack, its cache in another', () => {
  test.each(['weak', 'strong'])('%s references', (kind) => {
    const app = makeApp();
    app.node.setContext('@aws-cdk/core:defaultCrossStackReferences', kind);
    const keys = new Stack(app, 'Keys');
    const data = new Stack(app, 'Data');
    const encryptionKey = new EncryptionKey(keys, 'Key');
    const { network } = new SecureRedis(data, 'Cache', { encryptionKey });
    new SecureRedis(new NestedStack(data, 'More'), 'Cache', { encryptionKey, network });
    const templates = templatesOf(app);
    expect(templates.flatMap(cyclesOf)).toStrictEqual([]);
    expect(templates.flatMap(logGroupsOf)).toStrictEqual([['Data-*']]);
    expect(keys.dependencies).toStrictEqual([]);
    expect(data.dependencies).toStrictEqual([keys]);
  });
});
