/**
 * Proves that a stage file is checked before anything is made, that every problem is told at once
 * in words, and that the command line ends with those words and no stack trace.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib/core';
import { Engine, readStageConfig, SettingError } from '../../lib';
import { PORT, ROTATION_DAYS, SNAPSHOT_RETENTION_DAYS } from '../../lib/limits';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = join(__dirname, '../..');
const CONFIG = join(ROOT, 'config');
const SCHEMA = readFileSync(join(CONFIG, 'schema.json'), 'utf8');

function folderWith(text: string): string {
  const folder = temporaryFolder('config');
  writeFileSync(join(folder, 'schema.json'), SCHEMA);
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

const KNOWN =
  'engine, nodeType, port, rotationDays, snapshotRetentionDays, snapshotWindow, ' +
  'maintenanceWindow, terminationProtection';

describe('A stage file that is not allowed is told in words', () => {
  test.each([
    ['{"rotationDays":120}', 'rotationDays: 120 is not allowed; allowed is a whole number of days'],
    ['{"rotationDays":0}', 'rotationDays: 0 is not allowed; allowed is a whole number of days'],
    ['{"rotationDays":"90"}', 'rotationDays: "90" is not allowed; allowed is a whole number'],
    ['{"rotationDays":1.5}', 'rotationDays: 1.5 is not allowed; allowed is a whole number'],
    ['{"engine":"redis-6"}', 'engine: "redis-6" is not allowed; allowed is "valkey-8" or'],
    ['{"nodeType":"large"}', 'nodeType: "large" is not allowed; allowed is a node type like'],
    ['{"port":80}', 'port: 80 is not allowed; allowed is a TCP port from 1024 to 65535'],
    ['{"port":null}', 'port: null is not allowed; allowed is a TCP port'],
    ['{"snapshotRetentionDays":36}', 'snapshotRetentionDays: 36 is not allowed; allowed is'],
    ['{"snapshotWindow":"2am"}', 'snapshotWindow: "2am" is not allowed; allowed is a time span'],
    ['{"maintenanceWindow":"sun"}', 'maintenanceWindow: "sun" is not allowed; allowed is a time'],
    ['{"terminationProtection":1}', 'terminationProtection: 1 is not allowed; allowed is true or'],
    [
      '{"rotationdays":9}',
      `rotationdays: is not a setting; allowed are ${KNOWN}; correct its name`,
    ],
    ['[]', 'the whole file: [] is not allowed; allowed is an object with the settings'],
    ['{"port":', 'config/dev.json is not JSON'],
  ])('%s', (text, message) => {
    expect(messageFor(text)).toContain(message);
    expect(messageFor(text)).toContain('config/dev.json');
    expect(messageFor(text).split('\n')).toHaveLength(1);
  });

  test('all problems at once, a line each', () => {
    expect(messageFor('{"rotationDays":120,"port":80,"prot":6380}').split('\n')).toEqual([
      `config/dev.json: prot: is not a setting; allowed are ${KNOWN}; correct its name or ` +
        'remove it',
      'config/dev.json: port: 80 is not allowed; allowed is a TCP port from 1024 to 65535; ' +
        'change it, or remove it for the default',
      'config/dev.json: rotationDays: 120 is not allowed; allowed is a whole number of days ' +
        'from 1 to 90; change it, or remove it for the default',
    ]);
  });

  test.each(['nosuch', 'schema', '../dev', '', 'DEV'])('the stage %p', (stage) => {
    expect(messageFor('{}', stage)).toContain(`stage ${JSON.stringify(stage)} has no file`);
    expect(messageFor('{}', stage)).toContain('allowed are dev; choose one with');
  });
});

describe('The schema, which editors read, and the construct have the same bounds', () => {
  const { properties } = JSON.parse(SCHEMA);

  test.each([
    ['port', PORT],
    ['rotationDays', ROTATION_DAYS],
    ['snapshotRetentionDays', SNAPSHOT_RETENTION_DAYS],
  ])('%s', (name, { min, max }) => {
    expect([properties[name].minimum, properties[name].maximum]).toEqual([min, max]);
  });
});

describe('A stage file that cannot be read is told in words', () => {
  test('a folder in its place', () => {
    const folder = folderWith('{}');
    mkdirSync(join(folder, 'prod.json'));
    expect(() => readStageConfig(folder, 'prod')).toThrow(SettingError);
    expect(() => readStageConfig(folder, 'prod')).toThrow('prod.json cannot be read: EISDIR');
  });
});

describe('A stage file that is allowed becomes settings', () => {
  test('each setting', () => {
    const settings = {
      engine: 'redis-7.1',
      nodeType: 'cache.r7g.large',
      port: 7000,
      rotationDays: 1,
      snapshotRetentionDays: 35,
      snapshotWindow: '10:00-11:00',
      maintenanceWindow: 'mon:12:00-mon:13:00',
      terminationProtection: true,
    };
    expect(readStageConfig(folderWith(JSON.stringify(settings)), 'dev')).toEqual({
      terminationProtection: true,
      cache: {
        engine: Engine.REDIS_7_1,
        nodeType: 'cache.r7g.large',
        port: 7000,
        rotationInterval: Duration.days(1),
        snapshotRetention: Duration.days(35),
        snapshotWindow: '10:00-11:00',
        maintenanceWindow: 'mon:12:00-mon:13:00',
      },
    });
  });

  test('without protection unless it is asked for', () => {
    expect(readStageConfig(folderWith('{}'), 'dev').terminationProtection).toBe(false);
  });

  test('empty: every default', () => {
    expect(messageFor('{}')).toBe('accepted');
  });

  test('prod, as it is', () => {
    const { cache, terminationProtection } = readStageConfig(CONFIG, 'prod');
    expect(terminationProtection).toBe(true);
    expect(cache.engine).toBe(Engine.VALKEY_8);
    expect(cache.nodeType).toBe('cache.r7g.large');
    expect(cache.rotationInterval?.toDays()).toBe(90);
    expect(cache.snapshotRetention?.toDays()).toBe(35);
  });
});

describe('The command line ends with words', () => {
  test('an unknown stage: one line, no stack trace, exit code 1', () => {
    const app = ['-r', './bin/register.cjs', 'bin/app.ts'];
    const { status, stderr, stdout } = spawnSync(process.execPath, app, {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ stage: 'nosuch' }) },
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      'stage "nosuch" has no file in config/; allowed are dev, prod; choose one with ' +
        '`-c stage=<name>`, or add the file\n',
    );
  });
});
