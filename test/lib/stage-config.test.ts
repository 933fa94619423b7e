/**
 * Invalid stage files: all problems are reported at once before any construct is created, and the
 * command line prints them without a stack trace.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib/core';
import { Engine, Purpose, RestoreSource, readStageConfig, SettingError, Topology } from '../../lib';
import { stageSchema } from '../../lib/fleet/stage-schema';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = join(__dirname, '../..');
const CONFIG = join(ROOT, 'config');
const GOOD = '{"caches":{"a":{}}}';

function folderWith(text: string): string {
  const folder = temporaryFolder('config');
  for (const name of ['schema.json', 'dev.baseline.json']) writeFileSync(join(folder, name), '{}');
  writeFileSync(join(folder, 'dev.json'), text);
  return folder;
}

/** The message, without the folder that differs each time. */
function messageFor(text: string, stage = 'dev'): string {
  const folder = folderWith(text);
  try {
    readStageConfig(folder, stage);
  } catch (error) {
    return (error as Error).message.replaceAll(/\S*config-\w+\//g, 'config/');
  }
  return 'accepted';
}

describe('An invalid stage file is refused with a reason per problem', () => {
  // Blocks of a stage file, in a line, and the lines that it gets.
  const blocks = readFileSync(join(__dirname, 'bad-stages.txt'), 'utf8')
    .trimEnd()
    .split(/\n(?! )/)
    .map((block) => block.split('\n').map((line) => line.trim()));
  test('more than 100 of them', () => {
    expect(blocks.length).toBeGreaterThan(100);
  });

  test.each(blocks.map(([file = '', ...lines]) => [file, lines] as const))('%s', (file, lines) => {
    expect(messageFor(file).split('\n')).toEqual(lines);
  });

  test('all problems at once, of form and of sense, each once', () => {
    const jobs = '{"port":80,"prot":6380,"nodeType":"cache.m1.large"}';
    const file = `{"caches":{"jobs":${jobs},"b":{"rotationWindowHours":3}},"defaults":{"port":1}}`;
    expect(
      messageFor(file)
        .split('\n')
        .map((line) => line.split(' ', 2)[1]),
    ).toStrictEqual([
      'caches.jobs.prot',
      'caches.jobs.port',
      'defaults.port',
      'caches.jobs.nodeType',
      'caches.b.snapshotWindow',
    ]);
  });

  const twice = (where: string, lines: string) =>
    `config/dev.json: ${where} must be set once, got it twice, in ${lines}: of two, the first ` +
    'would be lost. Rename or remove one.';

  test('a name that is there twice, with both lines, wherever it is', () => {
    const file = `{ "$schema": "{\\"caches\\": [\\\\",
  "caches": {
    "jobs": { "port": 7000, "clients": ["sg-01234567", "sg-12345678"] },
    "b": { "dashboard": true, "port": 7000, "eventTopic": null,
      "port": 7001 },

    "j\\u006fbs": { "port": 7002, "port": 7002, "port": 7002 }
  },
  "tags": { "b": "c", "jobs": "b", "port": "b" }, "defaults": {}, "shared": {},
  "defaults": {} }`;
    expect(messageFor(file).split('\n')).toStrictEqual([
      twice('caches.b.port', 'line 4 and line 5'),
      twice('caches.jobs', 'line 3 and line 7'),
      twice('caches.jobs.port', 'line 7'),
      twice('defaults', 'line 9 and line 10'),
      'config/dev.json: caches.b.eventTopic must be true or false, got null. Change ' +
        'it, or remove it for the default.',
    ]);
  });

  test('and within a list, which no file may have', () => {
    expect(messageFor('{"caches":{"a":{"own":["x",{"b":[],"b":[]}]}}}').split('\n')[0]).toBe(
      twice('caches.a.own.1.b', 'line 1'),
    );
  });

  test.each([
    ['nosuch', 'Choose one'],
    ['schema', 'Choose one'],
    ['', 'Choose one'],
    ['../dev', 'Use "dev"'],
    ['DEV', 'Use "dev"'],
    ['devv', 'Use "dev"'],
    ['dev.baseline', 'Choose one'],
  ])('the stage %p', (stage, advice) => {
    expect(messageFor(GOOD, stage)).toContain(
      `/ (dev), got ${JSON.stringify(stage)}. ${advice}, or add the file.`,
    );
  });

  test('text that is not JSON', () => {
    expect(messageFor('{"caches":')).toMatch(
      /^config\/dev.json must be JSON, got: .*\. Correct it\.$/,
    );
  });

  test('a folder in its place', () => {
    const folder = folderWith(GOOD);
    mkdirSync(join(folder, 'prod.json'));
    expect(() => readStageConfig(folder, 'prod')).toThrow(SettingError);
    expect(() => readStageConfig(folder, 'prod')).toThrow(
      'prod.json must be a file that you may read, got EISDIR',
    );
  });
});

describe('The schema that editors read is the one that is checked with', () => {
  test('it knows each setting of a cache that the reader knows', () => {
    const { properties } = stageSchema() as { properties: Record<string, { properties: object }> };
    expect(Object.keys(properties.defaults?.properties ?? {}).sort()).toStrictEqual(
      [
        ...Object.keys(EVERYTHING),
        ...['access', 'rotationSchedule', 'own', 'allowReplacement', 'allowRotation'],
      ].sort(),
    );
  });
});

const EVERYTHING = {
  purpose: 'queue',
  topology: { shards: 3, replicasPerShard: 2 },
  engine: 'valkey-9.0',
  nodeType: 'cache.r7g.large',
  port: 7000,
  replicationGroupId: 'Jobs',
  parameters: { timeout: '300' },
  durability: 'async',
  blockedCommands: ['preset', 'KEYS'],
  rotationDays: 1,
  rotationWindowHours: 5,
  gracePeriodDays: 1,
  quietSeconds: 120,
  snapshotRetentionDays: 34,
  snapshotWindow: '10:00-11:00',
  maintenanceWindow: 'mon:12:00-mon:13:00',
  restoreFrom: { snapshot: 'before' },
  removal: 'destroy',
  logRetentionDays: 30,
  clients: ['sg-0123456789abcdef0'],
  alarms: {
    memoryPercent: 70,
    enginePercent: 71,
    connectionsPercent: 72,
    evictions: 73,
    replicationLagSeconds: 74,
    swapMiB: 75,
    authenticationFailures: 76,
  },
  dashboard: false,
  eventTopic: true,
  tags: { team: 'red' },
};

describe('A valid stage file becomes settings', () => {
  const cacheOf = (file: object) =>
    readStageConfig(folderWith(JSON.stringify(file)), 'dev').caches[0];

  test('each setting', () => {
    const own = ['network'];
    const allowed = { allowReplacement: ['Port'], allowRotation: true };
    expect(cacheOf({ caches: { jobs: { ...EVERYTHING, own, ...allowed } } })).toEqual({
      name: 'jobs',
      own,
      ...allowed,
      clients: ['sg-0123456789abcdef0'],
      eventTopic: true,
      tags: { team: 'red' },
      props: {
        purpose: Purpose.QUEUE,
        topology: Topology.sharded({ shards: 3, replicasPerShard: 2 }),
        engine: Engine.VALKEY_9_0,
        nodeType: 'cache.r7g.large',
        port: 7000,
        replicationGroupId: 'Jobs',
        parameters: { timeout: '300' },
        durability: 'async',
        blockedCommands: ['preset', 'KEYS'],
        rotationInterval: Duration.days(1),
        rotationWindow: Duration.hours(5),
        gracePeriod: Duration.days(1),
        quietTime: Duration.seconds(120),
        snapshotRetention: Duration.days(34),
        snapshotWindow: '10:00-11:00',
        maintenanceWindow: 'mon:12:00-mon:13:00',
        restoreFrom: RestoreSource.snapshot('before'),
        removalPolicy: RemovalPolicy.DESTROY,
        logRetention: 30,
        dashboard: false,
        alarms: {
          memoryPercent: 70,
          enginePercent: 71,
          connectionsPercent: 72,
          evictions: 73,
          authenticationFailures: 76,
          replicationLag: Duration.seconds(74),
          swap: Size.mebibytes(75),
        },
      },
    });
  });

  test('settings of a cache go over those for all, and within tags, alarms and parameters', () => {
    const defaults = {
      port: 7000,
      nodeType: 'cache.r7g.large',
      tags: { a: '1', b: '1' },
      parameters: { timeout: '20', databases: '2' },
      alarms: { evictions: 5, enginePercent: 50 },
    };
    const jobs = {
      port: 7001,
      tags: { b: '2' },
      parameters: { timeout: '30' },
      alarms: { evictions: 6 },
    };
    expect(cacheOf({ defaults, caches: { jobs } })).toMatchObject({
      tags: { a: '1', b: '2' },
      props: {
        port: 7001,
        nodeType: 'cache.r7g.large',
        parameters: { timeout: '30', databases: '2' },
        alarms: { evictions: 6, enginePercent: 50 },
      },
    });
  });

  test('tags, as many and of what characters as AWS takes', () => {
    const tags = Object.fromEntries(Array.from({ length: 46 }, (_, index) => [`t${index}`, 'x']));
    const own = { 'data class/ä1_.:=+-@': 'Größe 5 @a.b:c/d=e+f-g' };
    const cache = cacheOf({ tags, caches: { a: { tags: { ...own, t0: 'x' } } } });
    expect(cache?.tags).toEqual({ ...own, t0: 'x' });
  });

  test('RDB files', () => {
    const s3 = ['arn:aws:s3:::bucket/a.rdb', 'arn:aws:s3:::bucket/b.rdb'];
    const cache = cacheOf({ caches: { a: { restoreFrom: { s3 } } } });
    expect(cache?.props.restoreFrom).toEqual(RestoreSource.s3(...s3));
  });

  test('without protection unless it is asked for', () => {
    expect(readStageConfig(folderWith(GOOD), 'dev').terminationProtection).toBe(false);
    expect(readStageConfig(CONFIG, 'prod').terminationProtection).toBe(true);
  });

  test('prod is a fleet of three, one of each purpose, one of them sharded', () => {
    const { caches } = readStageConfig(CONFIG, 'prod');
    expect(
      caches.map(({ name, props }) => [name, props.purpose, props.topology?.shards]),
    ).toStrictEqual([
      ['cache', Purpose.CACHE, undefined],
      ['sessions', Purpose.SESSIONS, 1],
      ['jobs', Purpose.QUEUE, 3],
    ]);
  });
});

describe('The command line ends with the message', () => {
  test.each([
    [
      { stage: 'nosuch' },
      'the stage must be a file in config/ (dev, prod), got "nosuch". Choose one, or add the ' +
        'file.\n',
    ],
    [
      { stage: 'dev', baseline: 'recrod' },
      'the context `baseline` must be "record", got "recrod". Write `-c baseline=record` to ' +
        'record, or leave it out to compare.\n',
    ],
  ])('%p: one line, no stack trace, exit code 1', (context, line) => {
    const app = ['-r', './bin/register.cjs', 'bin/app.ts'];
    const { status, stderr, stdout } = spawnSync(process.execPath, app, {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) },
    });
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: line });
  });
});
