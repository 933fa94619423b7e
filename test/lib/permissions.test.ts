/**
 * `allowReplacement` allows exactly what it names, in its stack, and is an error once it allows no
 * change; and the files of baselines.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Stage } from 'aws-cdk-lib/core';
import { Fleet } from '../../lib';
import { Baseline, baselineFile } from '../../lib/fleet/baseline';
import { checkBaseline } from '../../lib/fleet/check-baseline';
import { permissionsOf } from '../../lib/fleet/permissions';
import { checkedConfig } from '../../lib/fleet/stage-config';
import { compared, made, recorded } from '../support/baselines';
import { makeApp } from '../support/synth';
import { temporaryFolder } from '../support/temporary-folder';

/** What comparing says, each line up to its advice. */
const told = (...of: Parameters<typeof compared>) =>
  compared(...of).map((line) => line.split(/\. (?:Change|Remove)/)[0]);

const ONE = made({ a: {} });
const TWO = recorded(made({ a: {}, b: {} }));

const groupOf = (name: string) =>
  `secure-redis-test-${name}: AWS::ElastiCache::ReplicationGroup CacheReplicationGroup5B07CC82`;
const COST = 'CloudFormation makes a new one in its place, empty and with the initial password';
const allowed = (name: string) =>
  `allowed: ${groupOf(name)}: Port changes from 6380 to 7000: ${COST}`;
const refused = (name: string, property = 'Port', was = '6380', now = '7000') =>
  `${groupOf(name)}: ${property} must stay ${was}, as in ${relative('', TWO)}, got ${now}: ${COST}`;
const unused = (path: string, name: string) =>
  `${path}allowReplacement must name replacements that happen, got "${name}"`;

describe('A permission', () => {
  test('allows what it names', () => {
    const a = { port: 7000, allowReplacement: ['Port'] };
    expect(told(TWO, made({ a, b: {} }))).toStrictEqual([allowed('a')]);
  });

  test('and nothing else of the same cache', () => {
    const a = { port: 7000, replicationGroupId: 'a', allowReplacement: ['Port'] };
    expect(told(TWO, made({ a, b: {} }))).toStrictEqual([
      refused('a', 'ReplicationGroupId', 'not set', '"a"'),
    ]);
  });

  test('of one cache does not hold for another', () => {
    const a = { port: 7000 };
    const b = { allowReplacement: ['Port'] };
    expect(told(TWO, made({ a, b }))).toStrictEqual([refused('a'), unused('caches.b.', 'Port')]);
  });

  test('of the whole stage does not hold for an existing cache', () => {
    const rest = { allowReplacement: ['Port'] };
    expect(told(TWO, made({ a: { port: 7000 }, b: {} }, rest))).toStrictEqual([
      refused('a'),
      unused('', 'Port'),
    ]);
  });

  test('of the whole stage is for what is shared', () => {
    const [encryptionKey, alarmTopic] = [{}, {}];
    const before = recorded(made({ a: {} }, { shared: { encryptionKey, alarmTopic } }));
    const rest = { shared: { encryptionKey }, allowReplacement: ['Alarms04B5A0BF'] };
    expect(told(before, made({ a: {} }, rest))).toStrictEqual([
      'allowed: secure-redis-test-shared: AWS::SNS::Topic Alarms04B5A0BF goes: it is deleted, or ' +
        'left behind alone, with what it holds',
    ]);
  });

  test('that allows nothing now is refused, since it would let something pass later', () => {
    const rest = { allowReplacement: ['Engine'] };
    const a = { allowReplacement: ['Port'] };
    const advice = 'Remove it: it would let a later change pass unseen.';
    expect(compared(TWO, made({ a, b: {} }, rest))).toStrictEqual([
      `${unused('caches.a.', 'Port')}. ${advice}`,
      `${unused('', 'Engine')}. ${advice}`,
    ]);
  });

  test('is for each stack that no other names, and is not needed', () => {
    const { baseline } = made({ a: { port: 7000 }, b: {} });
    const anything = {
      stackName: undefined,
      path: '',
      allowReplacement: ['Port'],
      allowRotation: false,
      deploy: undefined,
    };
    expect(checkBaseline(TWO, baseline, [anything])).toStrictEqual([allowed('a')]);
    expect(() => checkBaseline(TWO, baseline, [])).toThrow('add "Port" to `allowReplacement` if');
  });
});

describe('A fleet has the permissions of its file', () => {
  test('permissions to replace, by stack and by place in the file', () => {
    const caches = { a: { allowReplacement: ['Port'] }, b: { allowRotation: true } };
    const file = { caches, allowReplacement: ['Key961B73FD'] };
    const config = checkedConfig('x.json', 'test', file);
    const none = { allowReplacement: [], allowRotation: false };
    expect(permissionsOf(config, 'Fleet')).toStrictEqual([
      {
        ...none,
        stackName: 'secure-redis-test-a',
        path: 'caches.a.',
        allowReplacement: ['Port'],
        deploy: '-c stage=test Fleet/a',
      },
      {
        ...none,
        stackName: 'secure-redis-test-b',
        path: 'caches.b.',
        allowRotation: true,
        deploy: '-c stage=test Fleet/b',
      },
      {
        ...none,
        stackName: undefined,
        path: '',
        allowReplacement: ['Key961B73FD'],
        deploy: undefined,
      },
    ]);
  });
});

describe('The file of a baseline', () => {
  test('is beside the stage, is read again as it was, and ends with a line break', () => {
    expect(baselineFile('config', 'prod')).toBe(join('config', 'prod.baseline.json'));
    expect(readFileSync(TWO, 'utf8')).toMatch(
      /^\{\n {2}"format": 2,\n {2}"stacks": \{\n {4}"secure-redis-test-a": \{\n[\s\S]*\n\}\n$/,
    );
    const { baseline } = made({ a: {}, b: {} });
    expect(baseline.changesSince(Baseline.read(TWO))).toStrictEqual([]);
  });

  test('has the stacks of a fleet in a stage of CDK Pipelines, too', () => {
    const app = makeApp();
    const config = checkedConfig('x.json', 'test', { caches: { a: {}, b: {} } });
    new Fleet(new Stage(app, 'Stage'), 'Fleet', config);
    const file = baselineFile(temporaryFolder('baseline'), 'test');
    Baseline.of(app.synth()).write(file);
    const names = Object.keys(JSON.parse(readFileSync(file, 'utf8')).stacks);
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

  const broken = (content: string | Buffer) => {
    const file = baselineFile(temporaryFolder('baseline'), 'test');
    writeFileSync(file, content);
    const [line = '', ...rest] = compared(file, ONE);
    expect(rest).toStrictEqual([]);
    return line.replace(relative('', file), 'x');
  };

  test.each(['', '{', '{"format":'])('that is not JSON is refused with a reason: %p', (text) => {
    expect(broken(text)).toMatch(/^x must be JSON, got: .*\. Correct it\.$/);
  });

  test.each([
    'null',
    '"text"',
    '7',
    '[]',
    '{"s":null}',
    '{"s":[]}',
    '{"s":{"x":1}}',
    '{"s":{"x":null}}',
    '{"s":{"x":{"properties":{}}}}',
    '{"s":{"x":{"type":1,"properties":{}}}}',
    '{"s":{"x":{"type":"AWS::KMS::Key"}}}',
    '{"s":{"x":{"type":"AWS::KMS::Key","properties":[]}}}',
    '{"format":2}',
    '{"format":2,"stacks":[]}',
    '{"format":2,"stacks":{"s":{"x":{"type":"A","properties":{},"inPlace":[]}}}}',
    '{"format":3,"stacks":{}}',
  ])('of another form is refused with a reason: %p', (text) => {
    expect(broken(text)).toBe(
      'x must be what `-c baseline=record` wrote, got another form. Take it from version ' +
        'control, or record it again.',
    );
  });

  test('in UTF-16 is refused, and with a byte order mark it is read', () => {
    const text = readFileSync(TWO, 'utf8');
    expect(broken(Buffer.from(text, 'utf16le'))).toMatch(/^x must be UTF-8, got UTF-16/);
    const marked = baselineFile(temporaryFolder('baseline'), 'test');
    writeFileSync(marked, `\uFEFF${text}`);
    expect(compared(marked, made({ a: {}, b: {} }))).toStrictEqual([]);
  });
});
