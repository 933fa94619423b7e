/**
 * Proves that a permission to replace lets through exactly what it names, in the stack that it is
 * for, and does not stay when it has done its work; and how baselines are kept in files.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Stage } from 'aws-cdk-lib/core';
import { Baseline, baselineFile, checkBaseline, Fleet, SettingError } from '../../lib';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { makeApp } from '../support/synth';
import { temporaryFolder } from '../support/temporary-folder';

function made(caches: object, rest: object = {}) {
  const app = makeApp();
  const fleet = new Fleet(app, 'Fleet', checkedConfig('x.json', 'test', { caches, ...rest }));
  return { baseline: Baseline.of(app.synth()), permissions: fleet.permissions };
}

function recorded(caches: object, rest: object = {}): string {
  const file = baselineFile(temporaryFolder('baseline'), 'test');
  made(caches, rest).baseline.write(file);
  return file;
}

function told(before: string, { baseline, permissions }: ReturnType<typeof made>) {
  try {
    return checkBaseline(before, baseline, permissions);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingError);
    return (error as Error).message.split('\n').map((line) => line.split(';')[0]);
  }
}

const ONE = made({ a: {} });
const TWO = recorded({ a: {}, b: {} });

const moved = (name: string) =>
  `secure-redis-test-${name}: AWS::ElastiCache::ReplicationGroup CacheReplicationGroup5B07CC82: ` +
  'Port was 6380 and is 7000: a new one would be made in its place';
const unused = (path: string, name: string) =>
  `${path}: "${name}" allows a replacement that does not happen`;

describe('A permission', () => {
  test('lets through what it names', () => {
    const a = { port: 7000, allowReplacement: ['Port'] };
    expect(told(TWO, made({ a, b: {} }))).toStrictEqual([`allowed: ${moved('a')}`]);
  });

  test('and nothing else of the same cache', () => {
    const a = { port: 7000, engine: 'redis-7.1', allowReplacement: ['Port'] };
    expect(told(TWO, made({ a, b: {} }))).toStrictEqual([
      'secure-redis-test-a: AWS::ElastiCache::ReplicationGroup CacheReplicationGroup5B07CC82: ' +
        'Engine was "valkey" and is "redis": a new one would be made in its place',
    ]);
  });

  test('of one cache is none for another', () => {
    const a = { port: 7000 };
    const b = { allowReplacement: ['Port'] };
    expect(told(TWO, made({ a, b }))).toStrictEqual([
      moved('a'),
      unused('caches.b.allowReplacement', 'Port'),
    ]);
  });

  test('of the whole stage is none for a cache that is there', () => {
    const rest = { allowReplacement: ['Port'] };
    expect(told(TWO, made({ a: { port: 7000 }, b: {} }, rest))).toStrictEqual([
      moved('a'),
      unused('allowReplacement', 'Port'),
    ]);
  });

  test('of the whole stage is for what is shared', () => {
    const [encryptionKey, alarmTopic] = [{}, {}];
    const before = recorded({ a: {} }, { shared: { encryptionKey, alarmTopic } });
    const rest = { shared: { encryptionKey }, allowReplacement: ['Alarms04B5A0BF'] };
    expect(told(before, made({ a: {} }, rest))).toStrictEqual([
      'allowed: secure-redis-test-shared: AWS::SNS::Topic Alarms04B5A0BF would go, and what it ' +
        'holds with it',
    ]);
  });

  test('that allows nothing now is refused, since it would let something pass later', () => {
    const rest = { allowReplacement: ['Engine'] };
    const a = { allowReplacement: ['Port'] };
    expect(() => {
      const { baseline, permissions } = made({ a, b: {} }, rest);
      return checkBaseline(TWO, baseline, permissions);
    }).toThrow(
      `caches.a.allowReplacement: "Port" allows a replacement that does not happen; allowed are ` +
        'those that do; remove it, since it would let a later change pass unseen\n' +
        'allowReplacement: "Engine" allows a replacement that does not happen; allowed are those ' +
        'that do; remove it, since it would let a later change pass unseen',
    );
  });

  test('is for each stack that no other names, and is not needed', () => {
    const { baseline } = made({ a: { port: 7000 }, b: {} });
    const anything = { stackName: undefined, path: 'x', allowed: ['Port'] };
    expect(checkBaseline(TWO, baseline, [anything])).toStrictEqual([`allowed: ${moved('a')}`]);
    expect(() => checkBaseline(TWO, baseline, [])).toThrow('add "Port" to `allowReplacement` if');
  });
});

describe('The file of a baseline', () => {
  test('is beside the stage, is read again as it was, and ends with a line break', () => {
    expect(baselineFile('config', 'prod')).toBe(join('config', 'prod.baseline.json'));
    expect(readFileSync(TWO, 'utf8')).toMatch(/^\{\n {2}"secure-redis-test-a": \{\n[\s\S]*\n\}\n$/);
    const { baseline } = made({ a: {}, b: {} });
    expect(baseline.replacementsSince(Baseline.read(TWO))).toStrictEqual([]);
  });

  test('has the stacks of a fleet in a stage of CDK Pipelines, too', () => {
    const app = makeApp();
    const config = checkedConfig('x.json', 'test', { caches: { a: {}, b: {} } });
    new Fleet(new Stage(app, 'Stage'), 'Fleet', config);
    const file = baselineFile(temporaryFolder('baseline'), 'test');
    Baseline.of(app.synth()).write(file);
    const names = Object.keys(JSON.parse(readFileSync(file, 'utf8')));
    expect(names).toStrictEqual(['secure-redis-test-a', 'secure-redis-test-b']);
  });

  test('holds no secret, only references', () => {
    const text = readFileSync(TWO, 'utf8');
    expect(text).toContain('{{resolve:secretsmanager:');
    expect(text).not.toMatch(/"password":"[^{]/);
  });

  test('that is not there compares with nothing, whatever is allowed', () => {
    const file = join(temporaryFolder('baseline'), 'none.baseline.json');
    const { baseline, permissions } = made({ a: { allowReplacement: ['Port'] } });
    expect(checkBaseline(file, baseline, permissions)).toStrictEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  test.each(['', '{', 'null', '"text"', '7'])('that is broken is told in words: %p', (text) => {
    const file = baselineFile(temporaryFolder('baseline'), 'test');
    writeFileSync(file, text);
    expect(() => checkBaseline(file, ONE.baseline, ONE.permissions)).toThrow(
      `${relative('', file)} is not a baseline; allowed is what \`-c baseline=record\` wrote; ` +
        'take it from version control, or record it again',
    );
  });

  test.each([
    '[]',
    '{"s":null}',
    '{"s":[]}',
    '{"s":{"x":1}}',
    '{"s":{"x":null}}',
    '{"s":{"x":{"properties":{}}}}',
    '{"s":{"x":{"type":1,"properties":{}}}}',
    '{"s":{"x":{"type":"AWS::KMS::Key"}}}',
    '{"s":{"x":{"type":"AWS::KMS::Key","properties":[]}}}',
  ])('whose form is wrong as well: %p', (text) => {
    const file = baselineFile(temporaryFolder('baseline'), 'test');
    writeFileSync(file, text);
    expect(() => checkBaseline(file, ONE.baseline, ONE.permissions)).toThrow('is not a baseline');
  });
});
