/** Test files share packages and a process; what one leaves must not reach the next. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './support/temporary-folder';

const ROOT = join(__dirname, '..');
const CONSTRUCTS = join(ROOT, 'node_modules/constructs');

interface Result {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

/** Runs two test files one after the other in one process: jest starts with the larger. */
function run(first: string, second: string): readonly Result[] {
  const folder = temporaryFolder('runner');
  writeFileSync(join(folder, 'first.js'), `${first}\n${'/'.repeat(second.length)}`);
  writeFileSync(join(folder, 'second.js'), second);
  const ours = (name: string) => join(ROOT, 'test/jest', name);
  const config = {
    rootDir: folder,
    testRegex: '[.]js$',
    transform: {},
    testEnvironment: ours('environment.cjs'),
    runtime: ours('runtime.cjs'),
  };
  const args = ['--runInBand', '--json', '--config', JSON.stringify(config)];
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const { stdout } = spawnSync(process.execPath, [jest, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { testResults } = JSON.parse(stdout) as { testResults: readonly Result[] };
  return testResults.map((result) => ({ ...result, name: result.name.replace(/^.*\//, '') }));
}

describe('What a test file leaves is gone before the next', () => {
  const LEAVE: Readonly<Record<string, string>> = {
    'a global': 'globalThis.left = true',
    'an environment variable': "process.env.LEFT = 'true'",
    'another environment': 'process.env = {}',
    'a variable that it removed': 'delete process.env.PATH',
    'a listener': "process.on('SIGUSR2', () => {})",
    'a folder': "process.chdir('/')",
    'another function of the process': 'process.cwd = () => 0',
    'another global function': 'globalThis.setTimeout = () => 0',
  };
  const STATE = `JSON.stringify([
    Reflect.ownKeys(globalThis).filter((key) => typeof key === 'string'), process.env,
    process.listenerCount('SIGUSR2'), process.cwd(), setTimeout.length,
  ])`;
  const leave = Object.entries(LEAVE).map(([name, code]) => `test('${name}', () => { ${code}; });`);

  test('globals, the environment, listeners, the folder', () => {
    const state = join(temporaryFolder('runner'), 'state');
    const fs = "require('node:fs')";
    const results = run(
      `${fs}.writeFileSync('${state}', ${STATE});\n${leave.join('\n')}`,
      `test('finds', () => expect(${STATE}).toBe(${fs}.readFileSync('${state}', 'utf8')));`,
    );
    expect(results.map(({ name, status }) => [name, status])).toStrictEqual([
      ['first.js', 'passed'],
      ['second.js', 'passed'],
    ]);
  });
});

test('Modules that are no package are loaded anew for each file', () => {
  const count = join(temporaryFolder('runner'), 'count.cjs');
  writeFileSync(count, 'let count = 0; exports.next = () => ++count;');
  const counts = `test('counts', () => expect(require('${count}').next()).toBe(1));`;
  expect(run(counts, counts).map(({ status }) => status)).toStrictEqual(['passed', 'passed']);
});

test('A test file that leaves a package changed fails, and names what it changed', () => {
  const change = "Construct.prototype.toString = () => 'changed'; Construct.isConstruct = () => 1;";
  const results = run(
    `const { Construct } = require('${CONSTRUCTS}'); test('changes', () => { ${change} });`,
    "test('passes', () => {});",
  );
  expect(results.map(({ name, status }) => [name, status])).toStrictEqual([
    ['first.js', 'failed'],
    ['second.js', 'passed'],
  ]);
  expect(results[0]?.message).toContain(
    'a test file must leave packages as they were, got ' +
      'constructs/lib/construct.js: Construct.isConstruct, ' +
      'constructs/lib/construct.js: Construct.prototype.toString',
  );
});

test.each([
  ['a rejection', "Promise.reject(new Error('left'))"],
  ['an error thrown later', "setImmediate(() => { throw new Error('left'); })"],
])('%s that no test awaits fails its file, and not the next', (_, leave) => {
  const results = run(
    `test('leaves', async () => { ${leave}; await new Promise(setImmediate); });
     test('waits', () => new Promise((resolve) => setTimeout(resolve, 50)));`,
    "test('passes', () => {});",
  );
  expect(results.map(({ name, status }) => [name, status])).toStrictEqual([
    ['first.js', 'failed'],
    ['second.js', 'passed'],
  ]);
  expect(results[0]?.message).toContain('left');
});
