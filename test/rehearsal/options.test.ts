/** The options of `npm start` are read or refused, and its help lists all of them. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPTIONS, readOptions, USAGE } from '../../rehearsal/options';
import { temporaryFolder } from '../support/temporary-folder';

const ROOT = join(__dirname, '../..');

function start(...args: readonly string[]) {
  const command = ['-r', './bin/register.cjs', 'rehearsal/main.ts', ...args];
  return spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
}

describe('Help', () => {
  test('has a line for each option', () => {
    const named = Array.from(USAGE.matchAll(/^ {2}--(\w+)/gm), ([, name]) => name);
    expect(named.sort()).toStrictEqual(Object.keys(OPTIONS).sort());
  });

  test('--help prints it and ends with 0, an unknown option prints it and ends with 1', () => {
    expect(start('--help', '--stage', 'nosuch')).toMatchObject({
      status: 0,
      stdout: `${USAGE}\n`,
      stderr: '',
    });
    const { status, stderr } = start('--nosuch');
    expect(stderr).toBe(`Unknown option '--nosuch'\n${USAGE}\n`);
    expect(status).toBe(1);
  });
});

describe('Options that cannot be', () => {
  test.each([
    [['--drill', 'all', '--json', 'x.json'], '--drill must be without --json, got both. Leave'],
    [['--drill', 'all', '--traffic', 'all'], '--drill must be without --traffic, got both'],
    [['--traffic', 'all', '--keep'], '--traffic must be without --keep, got both'],
    [['--reveal'], '--reveal must be with --keep, got it alone. Add --keep'],
    [['--drill', ''], '--drill must be all, list or one of'],
    [['--traffic', 'ioredis,'], '--traffic must be all, list or some of'],
    [['--json', ''], '--json must be a file that can be written'],
    [['--json', ROOT], `in a folder that exists, got '${ROOT}' (EISDIR). Make the folder, or name`],
    [['--json', 'nosuch/x.json'], "got 'nosuch/x.json' (ENOENT)"],
    [['--json', `${__filename}/x.json`], '(ENOTDIR)'],
    [['main'], "Unexpected argument 'main'"],
    [['--stage'], "Option '--stage <value>' argument missing"],
  ])('%p', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });

  test('a file for the results is neither made nor changed before there are some', () => {
    const fresh = join(temporaryFolder('json'), 'fresh.json');
    const old = join(temporaryFolder('json'), 'old.json');
    writeFileSync(old, 'old');
    readOptions(['--json', fresh]);
    readOptions(['--json', old]);
    expect(existsSync(fresh)).toBe(false);
    expect(readFileSync(old, 'utf8')).toBe('old');
  });
});
